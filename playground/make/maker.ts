/**
 * Makes files: reads what they shall hold, says how it understood it, writes them. In: text or the wish for a world. Out: a
 * schema, then a file. Runs on the page's thread or in a worker of its own; see remote.ts.
 */

import { type BlobSink, blobSink, type SaveReport, type SaveTarget, type Schema, save } from "parcode-web";
import { schemaSource } from "../../src/describe/source.ts";
import { nodeOf } from "../../src/schema/node.ts";
import { inferFile } from "./infer.ts";
import type { Note } from "./input-error.ts";
import { type Arrangement, type Rows, rowsOf } from "./rows.ts";
import { type Data, readText, type TextFormat, type TextInput } from "./text-input.ts";
import { makeWorld, World } from "./world.ts";
import { planWorld, type WorldOptions, type WorldPlan } from "./world-plan.ts";

/** What a file is made of. */
export type Material =
  | { readonly kind: "text"; readonly input: TextInput }
  | { readonly kind: "world"; readonly world: WorldOptions };

/** How the material was understood. */
export interface Understood {
  /** TypeScript source of the schema. */
  readonly schemaText: string;
  readonly notes: readonly Note[];
  /** The rows that may become a map, where there are some. */
  readonly rows?: Rows | undefined;
  /** Of a text. */
  readonly text?: { readonly format: TextFormat; readonly byteLength: number } | undefined;
  /** Of a world. */
  readonly world?: WorldPlan | undefined;
}

/** Where a file goes. */
export type Destination =
  | { readonly kind: "memory" }
  | { readonly kind: "disk"; readonly handle: FileSystemFileHandle }
  | { readonly kind: "opfs"; readonly path: string }
  | { readonly kind: "indexeddb"; readonly key: string };

/** How a file is to be written. */
export interface Order {
  readonly destination: Destination;
  readonly arrangement: Arrangement | undefined;
  readonly compression: "none" | "lz4";
  readonly layout: "auto" | "faststart" | "stream";
  readonly checksums: "xxh64" | "blake3" | false;
  readonly workers: number | "auto" | false;
}

/** A file that was made. */
export interface Built {
  readonly report: SaveReport;
  /** The file, if it went to memory. */
  readonly blob?: Blob | undefined;
}

/** What is being done, and how much of it is, from 0 to 1, where that is known. */
export interface Step {
  readonly step: string;
  readonly done?: number | undefined;
}

export interface Control {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** Makes one file after another from one material. */
export interface Maker {
  /** Takes the material. Texts are read here, worlds are made by `build`. @throws {InputError} */
  read(material: Material, control: Control): Promise<Understood>;
  /** The same material with its rows arranged otherwise. @throws {InputError} */
  arrange(arrangement: Arrangement | undefined, control: Control): Promise<Understood>;
  /** Writes the file. @throws {InputError} Two rows have one key. @throws what `save` throws. */
  build(order: Order, control: Control): Promise<Built>;
  /** Whether it works in a thread of its own. */
  readonly isRemote: boolean;
  /** Whether it has to be replaced: it was closed, or was ended because it did not heed an abort. */
  readonly isClosed: boolean;
  close(): void;
}

/** A maker on the thread that calls. */
export class LocalMaker implements Maker {
  readonly isRemote = false;
  isClosed = false;
  private material: { readonly data: Data; readonly name: string } | { readonly world: WorldOptions } | undefined;

  async read(material: Material, control: Control): Promise<Understood> {
    this.material = undefined;
    if (material.kind === "world") {
      this.material = { world: material.world };
      return { schemaText: textOf(World, "World"), notes: [], world: planWorld(material.world) };
    }
    const data = await readText(material.input, control);
    control.signal?.throwIfAborted();
    this.material = { data, name: material.input.name };
    return this.arrange(undefined);
  }

  async arrange(arrangement: Arrangement | undefined): Promise<Understood> {
    const { data, name } = this.text();
    const { shape, format, sourceBytes, notes } = data;
    const inferred = inferFile(shape, arrangement);
    return {
      schemaText: textOf(inferred.schema, typeName(name)),
      notes: [...notes, ...inferred.notes],
      rows: rowsOf(shape),
      text: { format, byteLength: sourceBytes },
    };
  }

  async build({ destination, arrangement, ...format }: Order, { signal, onStep }: Control): Promise<Built> {
    const { schema, value } = await this.content(arrangement, { signal, onStep });
    signal?.throwIfAborted();
    const target = await targetOf(destination);
    const report = await save(target, schema, value as never, {
      ...format,
      signal,
      onProgress: ({ phase, bytesDone, bytesTotal }) => {
        const done = bytesTotal === undefined || bytesTotal === 0 ? undefined : bytesDone / bytesTotal;
        onStep?.(phase === "check" ? { step: "Checking" } : { step: "Writing", done });
      },
    });
    return { report, blob: "blob" in target ? target.blob() : undefined };
  }

  close(): void {
    this.isClosed = true;
    this.material = undefined;
  }

  private text(): { readonly data: Data; readonly name: string } {
    if (this.material === undefined || "world" in this.material) throw new TypeError("There is no text.");
    return this.material;
  }

  private async content(
    arrangement: Arrangement | undefined,
    { signal, onStep }: Control,
  ): Promise<{ schema: Schema; value: unknown }> {
    if (this.material !== undefined && "world" in this.material) {
      const onDone = (done: number): void => onStep?.({ step: "Making the world", done });
      return { schema: World, value: await makeWorld(this.material.world, { signal, onDone }) };
    }
    const { shape, value } = this.text().data;
    const { schema, convert } = inferFile(shape, arrangement);
    onStep?.({ step: "Arranging" });
    return { schema, value: convert === undefined ? value : convert(value) };
  }
}

/** The browser's storage is loaded when somebody saves there. */
async function targetOf(destination: Destination): Promise<SaveTarget | BlobSink> {
  switch (destination.kind) {
    case "memory":
      return blobSink();
    case "disk":
      return destination.handle;
    case "opfs":
      return (await import("parcode-web/opfs")).opfsSink(destination.path);
    case "indexeddb":
      return (await import("parcode-web/indexeddb")).indexedDbSink(destination.key);
  }
}

function textOf(schema: Schema, name: string): string {
  return schemaSource(nodeOf(schema), { name });
}

/** "my cities.json" → MyCities. */
function typeName(file: string): string {
  const words = file.replace(/\.\w+$/, "").match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  // Names that start with a digit, and those of TypeScript's own types, would not do.
  return /^[A-Z]/.test(name) && !(name in globalThis) ? name.slice(0, 40) : `Data${name.slice(0, 40)}`;
}
