/** A page that does everything the library can do in a page, under whatever policy it was served with. */

import { type Infer, memorySink, open, openSync, save, toBlob } from "parcode-web";
import { indexedDbSink, indexedDbSource } from "parcode-web/indexeddb";
import { opfsSink, opfsSource } from "parcode-web/opfs";
import { firstDifference } from "../../support/bytes.ts";
import { Arrays, COMPRESSIONS, fileOf, Maps, rewritten, WORLDS, worldOf } from "../../support/worlds.ts";

export interface PolicyOutcome {
  /** What the page may not do: the name of the error, or undefined where it may. */
  readonly forbidden: { readonly webAssembly?: string | undefined; readonly evaluation?: string | undefined };
  /** SHA-256 of each file. */
  readonly hashes: Readonly<Record<string, string>>;
  /** What went wrong; nothing should. */
  readonly wrong: readonly string[];
  readonly save: { readonly mode: string; readonly workers: number; readonly fallback: string | undefined };
  readonly opfsMode: string | undefined;
  readonly httpRequests: number;
}

const wrong: string[] = [];
const maps = worldOf("maps").value() as Infer<typeof Maps>;
const arrays = worldOf("arrays").value() as Infer<typeof Arrays>;

function check(what: string, actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value)) as [string, string];
  if (a !== b) wrong.push(`${what}: ${a.slice(0, 200)} instead of ${b.slice(0, 200)}`);
}

async function nameOfError(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

async function hashOf(file: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function synchronously(): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of Object.keys(WORLDS)) {
    for (const compression of COMPRESSIONS) {
      const file = fileOf(name, compression);
      hashes[`${name}, ${compression}`] = await hashOf(file);
      check(
        `${name}, ${compression}, read again`,
        firstDifference(rewritten(name, compression, file), file),
        undefined,
      );
    }
  }
  const { root } = openSync(fileOf("maps", "lz4"), Maps);
  check("a lookup without promises", root.byName.get("name 4711")?.level, 4711);
  check("a key that is not there", root.byId.get(5n), undefined);
  return hashes;
}

/** Single values out of a file, wherever it lies. */
async function lookAround(what: string, source: Parameters<typeof open>[0]): Promise<number> {
  const file = await open(source, Maps);
  const { byName, byId, byPlace, sorted } = file.root;
  check(`${what}: a hash map`, (await byName.get("name 77"))?.level, 77);
  check(`${what}: a value's chunk`, (await byName.get("name 8000"))?.text, maps.byName.get("name 8000")?.text);
  check(`${what}: big keys`, await byId.get(123n * 0x9e37_79b9_7f4an), maps.byId.get(123n * 0x9e37_79b9_7f4an));
  check(`${what}: keys of parts`, await byPlace.get([-4000n, "ort 0"]), 0);
  check(`${what}: a sorted map`, await sorted.get("key 7919"), 1);
  check(`${what}: no such key`, await byName.get("nobody"), undefined);
  const { requests } = file.stats;
  await file.close();
  return requests;
}

async function everywhere(compression: string): Promise<Omit<PolicyOutcome, "forbidden" | "hashes" | "wrong">> {
  const options = { compression, workers: 2 };
  const sink = memorySink();
  const { mode, workers, fallback } = await save(sink, Arrays, arrays, options);
  check("save with workers", firstDifference(sink.bytes(), fileOf("arrays", compression)), undefined);
  const opened = await open(await toBlob(Arrays, arrays, options), Arrays, { workers: 2 });
  check(
    "a typed array",
    firstDifference(bytesOf(await opened.root.weights.load()), bytesOf(arrays.weights)),
    undefined,
  );
  check("varints", firstDifference(bytesOf(await opened.root.counts.load()), bytesOf(arrays.counts)), undefined);
  check("bytes", firstDifference(await opened.root.blob.load(), arrays.blob), undefined);
  await opened.close();

  const file = fileOf("maps", compression);
  await lookAround("memory", file);
  await lookAround("a Blob", new Blob([file]));
  const url = new URLSearchParams(location.search).get("files") ?? "";
  await fetch(url, { method: "PUT", body: new Blob([file]) });
  const httpRequests = await lookAround("HTTP", url);
  const opfs = opfsSink("policy/maps.par");
  await save(opfs, Maps, maps, options);
  await lookAround("OPFS", opfsSource("policy/maps.par"));
  await save(indexedDbSink("policy"), Maps, maps, options);
  await lookAround("IndexedDB", indexedDbSource("policy"));
  return { save: { mode, workers, fallback }, opfsMode: opfs.mode, httpRequests };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function run(): Promise<PolicyOutcome> {
  const forbidden = {
    webAssembly: await nameOfError(() => WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))),
    evaluation: await nameOfError(() => new Function("return 1")),
  };
  const hashes = await synchronously();
  return { forbidden, hashes, ...(await everywhere("lz4")), wrong };
}

(globalThis as { outcome?: unknown }).outcome = await run().catch((error: unknown) => ({
  wrong: [...wrong, String((error as Error).stack)],
}));
