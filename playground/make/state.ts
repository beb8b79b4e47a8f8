/** What the panel shows. It stays while the person looks at something else, and so does what is being made. */

import { computed, signal } from "@preact/signals";
import type { StoredFile } from "../stored.ts";
import type { Target } from "../target.ts";
import type { Failure } from "./failure.ts";
import type { Smoothness } from "./frames.ts";
import type { Built, Order, Step, Understood } from "./maker.ts";
import type { TextFormat } from "./text-input.ts";

export type Origin = "file" | "text" | "world";
export type Place = "memory" | "download" | "disk" | "opfs" | "indexeddb";

/** Where the data comes from. */
export const origin = signal<Origin>("file");
export const file = signal<File | undefined>(undefined);
export const text = signal("");
export const format = signal<TextFormat | "auto">("auto");
export const hasHeader = signal(true);
export const seed = signal(1);
export const worldBytes = signal(16e6);
/** Whether a world is made on the page's own thread, to see that it stays smooth. */
export const onPage = signal(true);

/** How the data was understood, once it is read. */
export const understood = signal<Understood | undefined>(undefined);
/** What the rows become. */
export const rowsKind = signal<"list" | "hashMap" | "sortedMap">("list");
export const rowsKey = signal("");

/** How and where the file is written. */
export const compression = signal<Order["compression"]>("lz4");
export const layout = signal<Order["layout"]>("auto");
export const checksums = signal<Order["checksums"]>("xxh64");
export const workers = signal<Order["workers"]>("auto");
export const place = signal<Place>("memory");
/** The file's name, without ".par"; undefined while the person has given none. */
export const givenName = signal<string | undefined>(undefined);

/** What is being done. */
export interface Run {
  readonly kind: "read" | "build";
  readonly step: Step;
  readonly started: number;
  readonly milliseconds: number;
  readonly smoothness: Smoothness;
  /** Whether a worker of its own does it. */
  readonly isRemote: boolean;
  readonly controller: AbortController;
}

/** A file that was made. */
export interface Result {
  readonly name: string;
  readonly place: Place;
  readonly target: Target;
  readonly built: Built;
  readonly order: Order;
  readonly milliseconds: number;
  readonly smoothness: Smoothness;
  readonly isRemote: boolean;
  readonly text: Understood["text"];
}

export const run = signal<Run | undefined>(undefined);
export const failure = signal<Failure | undefined>(undefined);
export const result = signal<Result | undefined>(undefined);
/** The files in the browser's storage, as last listed. */
export const stored = signal<readonly StoredFile[]>([]);
/** Counts what changed the list of stored files. */
export const storedVersion = signal(0);

/** The file's name, without ".par". */
export const name = computed(() => givenName.value ?? suggestedName());

function suggestedName(): string {
  if (origin.value === "world") return `world-${seed.value}`;
  if (origin.value === "text") return "pasted";
  return file.value?.name.replace(/\.\w+$/, "") || "data";
}

/** Whether this browser lets a page write a file of the person's choice. */
export const hasFilePicker = "showSaveFilePicker" in globalThis;
