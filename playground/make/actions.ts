/** What the person does in the panel: read, arrange, build, cancel. In: the state. Out: the state after it. */

import { batch } from "@preact/signals";
import type { Target } from "../target.ts";
import { type Failure, failureOf } from "./failure.ts";
import { FrameMeter, type Smoothness } from "./frames.ts";
import type { Control, Destination, Maker, Material, Order } from "./maker.ts";
import { RemoteFailure } from "./protocol.ts";
import type { Arrangement } from "./rows.ts";
import * as state from "./state.ts";

/** Longer texts are read in a worker. */
const MAX_TEXT_ON_PAGE = 1e6;

/** How often the figures of a run are shown anew. */
const SHOW_MILLISECONDS = 100;

let maker: Maker | undefined;

/** What the data is, as the panel has it; undefined where there is none yet. */
function materialOf(): Material | undefined {
  const { origin, file, text, format, hasHeader, seed, worldBytes } = state;
  if (origin.value === "world") return { kind: "world", world: { seed: seed.value, byteLength: worldBytes.value } };
  const content = origin.value === "file" ? file.value : text.value;
  if (content === undefined || content === "") return undefined;
  const chosen = format.value === "auto" ? undefined : format.value;
  const name = origin.value === "file" ? (file.value?.name ?? "") : "pasted";
  return { kind: "text", input: { name, content, format: chosen, hasHeader: hasHeader.value } };
}

/** Reads the data as it is now, after ending what was going on. */
export async function readMaterial(): Promise<void> {
  cancel();
  const material = materialOf();
  batch(() => {
    state.understood.value = undefined;
    state.failure.value = undefined;
    state.result.value = undefined;
    state.rowsKind.value = "list";
    state.rowsKey.value = "";
  });
  maker?.close();
  maker = undefined;
  if (material === undefined) return;
  await perform("read", async (control) => {
    const { maker, understood } = await begin(material, control);
    // What could not be interrupted may be done before it hears that it should not.
    if (control.signal?.aborted === true) {
      maker.close();
      throw control.signal.reason;
    }
    const key = understood.rows?.keys.find(({ hashes }) => hashes)?.name ?? understood.rows?.keys[0]?.name ?? "";
    batch(() => {
      state.understood.value = understood;
      state.rowsKey.value = key;
    });
  });
}

function isLarge(material: Material): boolean {
  if (material.kind === "world") return !state.onPage.value;
  const { content } = material.input;
  return (typeof content === "string" ? content.length : content.size) > MAX_TEXT_ON_PAGE;
}

/** A maker that has read the material, where it belongs: on this thread, or in a worker of its own if there is one. */
async function begin(material: Material, control: Control) {
  const started = isLarge(material) ? await startRemote() : undefined;
  const made = started ?? new (await import("./maker.ts")).LocalMaker();
  if (control.signal?.aborted === true) {
    made.close();
    throw control.signal.reason;
  }
  maker = made;
  return { maker: made, understood: await made.read(material, control) };
}

/** Without workers, a page stands still while it reads, but it reads. */
async function startRemote(): Promise<Maker | undefined> {
  return (await import("./remote.ts")).startRemoteMaker().catch(() => undefined);
}

/** The rows become something else: shows the schema for that. */
export async function arrangeRows(): Promise<void> {
  const current = maker;
  if (current === undefined || current.isClosed) return;
  state.result.value = undefined;
  await perform("read", async (control) => {
    state.understood.value = await current.arrange(arrangementOf(), control);
  });
}

function arrangementOf(): Arrangement | undefined {
  const kind = state.rowsKind.value;
  const rows = state.understood.value?.rows;
  if (kind === "list" || rows === undefined) return undefined;
  return { kind, field: rows.field, key: state.rowsKey.value };
}

/** Makes the file. Asks for its place first, if that is on disk, since a browser lets only a click do so. */
export async function build(): Promise<void> {
  const material = materialOf();
  if (material === undefined || state.run.value !== undefined) return;
  const name = `${state.name.value}.par`;
  const destination = await destinationOf(name);
  if (destination === undefined) return;
  const order: Order = {
    destination,
    arrangement: arrangementOf(),
    compression: state.compression.value,
    layout: state.layout.value,
    checksums: state.checksums.value,
    workers: state.workers.value,
  };
  state.result.value = undefined;
  await perform("build", async (control, meter, started) => {
    const made = await ready(material, control);
    const built = await made.build(order, control);
    const milliseconds = performance.now() - started;
    const { place, understood } = state;
    state.result.value = {
      name,
      place: place.value,
      target: await targetOf(destination, name, built.blob),
      built,
      order,
      milliseconds,
      smoothness: meter.smoothness,
      isRemote: made.isRemote,
      text: understood.value?.text,
    };
    if (place.value === "download") download(name, built.blob);
  });
  state.storedVersion.value++;
}

/** The maker that has the material, or another one where that had to be ended. Worlds are made anew each time. */
async function ready(material: Material, control: Control): Promise<Maker> {
  if (maker !== undefined && !maker.isClosed && material.kind === "text") return maker;
  maker?.close();
  return (await begin(material, control)).maker;
}

async function destinationOf(name: string): Promise<Destination | undefined> {
  switch (state.place.value) {
    case "opfs":
      return { kind: "opfs", path: name };
    case "indexeddb":
      return { kind: "indexeddb", key: name };
    case "disk":
      return await pickFile(name);
    default:
      return { kind: "memory" };
  }
}

/** Not in the types of the platform yet. */
interface FilePicker {
  showSaveFilePicker(options: {
    suggestedName: string;
    types: readonly { description: string; accept: Record<string, readonly string[]> }[];
  }): Promise<FileSystemFileHandle>;
}

async function pickFile(name: string): Promise<Destination | undefined> {
  const types = [{ description: "parcode file", accept: { "application/octet-stream": [".par"] } }];
  try {
    const handle = await (globalThis as unknown as FilePicker).showSaveFilePicker({ suggestedName: name, types });
    return { kind: "disk", handle };
  } catch (error) {
    const found = failureOf(error);
    if (found.isCancelled !== true) state.failure.value = found;
    return undefined;
  }
}

async function targetOf(destination: Destination, name: string, blob: Blob | undefined): Promise<Target> {
  switch (destination.kind) {
    case "opfs":
      return { kind: "opfs", path: destination.path };
    case "indexeddb":
      return { kind: "indexeddb", name: destination.key };
    case "disk":
      return { kind: "file", file: await destination.handle.getFile(), name };
    case "memory":
      return { kind: "file", file: blob ?? new Blob(), name };
  }
}

/** Hands a file to the browser's downloads. */
export function download(name: string, blob: Blob | undefined): void {
  if (blob === undefined) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Ends what is going on. */
export function cancel(): void {
  state.run.value?.controller.abort(new DOMException("Cancelled.", "AbortError"));
}

type Work = (control: Control, meter: { readonly smoothness: Smoothness }, started: number) => Promise<void>;

/** Runs one piece of work, with its progress, figures and failure shown. */
async function perform(kind: state.Run["kind"], work: Work): Promise<void> {
  const controller = new AbortController();
  const meter = new FrameMeter();
  const started = performance.now();
  let step: state.Run["step"] = { step: kind === "read" ? "Reading" : "Starting" };
  const isCurrent = (): boolean => state.run.value?.controller === controller;
  const show = (): void => {
    const { smoothness } = meter;
    state.run.value = {
      kind,
      step,
      started,
      milliseconds: performance.now() - started,
      smoothness,
      isRemote: maker?.isRemote ?? false,
      controller,
    };
  };
  const onStep = (next: state.Run["step"]): void => {
    const isNew = next.step !== step.step;
    step = next;
    if (isNew && isCurrent()) show();
  };
  batch(() => {
    state.failure.value = undefined;
    show();
  });
  const timer = setInterval(() => isCurrent() && show(), SHOW_MILLISECONDS);
  try {
    await work({ signal: controller.signal, onStep }, meter, started);
  } catch (error) {
    if (isCurrent()) state.failure.value = wordsFor(error, kind);
  } finally {
    clearInterval(timer);
    meter.stop();
    if (isCurrent()) state.run.value = undefined;
  }
}

function wordsFor(error: unknown, kind: state.Run["kind"]): Failure {
  const failure = error instanceof RemoteFailure ? error.failure : failureOf(error);
  if (failure.isCancelled !== true || kind === "read") return failure;
  const isChosen = state.place.value === "disk";
  return { ...failure, advice: isChosen ? "The file that you chose is as it was." : "Nothing was left behind." };
}
