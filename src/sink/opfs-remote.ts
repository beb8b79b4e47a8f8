/**
 * Step 5 of the way, in OPFS: a page's side of the worker that writes for it, since sync access handles exist in workers only.
 * In: blocks, handed over and given back. Out: the same file, and an error where the worker dies.
 */
import * as Comlink from "comlink";
import { ALL_CLASSES, reviveError } from "../errors/plain.ts";
import { WorkerCrashedError } from "../errors.ts";
import { watchLock } from "../storage/lock.ts";
import { directoryAt, lockIn, type OpfsPath } from "../storage/opfs.ts";
import type { Block, BlockWriter } from "./block-sink.ts";
import { type Answer, type OpfsWorkerApi, READY } from "./opfs-protocol.ts";

/** A worker starts in 20–60 ms; one that is silent for so long was not loaded: a policy, a missing file. */
const READY_MILLISECONDS = 2000;

/** A last answer and the freed lock of a worker that is done come by different ways; the answer is not later than this. */
const ANSWER_MILLISECONDS = 500;

/** Blocks on their way: one is being written, one waits for it, and one comes back while the next is being filled. */
const MAX_BLOCKS = 3;

/** A worker with our script. Bundlers find the script by the exact form of this expression. */
function spawnWorker(): Worker {
  return new Worker(new URL("./opfs-worker.js", import.meta.url), { type: "module" });
}

export class RemoteOpfsWriter implements BlockWriter {
  readonly mode = "worker";
  readonly #name: string;
  readonly #worker: Worker;
  readonly #api: Comlink.Remote<OpfsWorkerApi>;
  readonly #died: Promise<never>;
  #die: (error: unknown) => void = () => undefined;
  #stopWatching: () => void = () => undefined;
  #isEnded = false;
  readonly #onTheWay: Promise<Block>[] = [];

  private constructor(name: string, worker: Worker) {
    this.#name = name;
    this.#worker = worker;
    this.#api = Comlink.wrap<OpfsWorkerApi>(worker);
    this.#died = new Promise<never>((_resolve, reject) => {
      this.#die = reject;
    });
    this.#died.catch(ignore);
    worker.addEventListener("error", () => this.#die(this.#crashed()));
  }

  /**
   * A writer in a worker, or `undefined` where no worker can be had.
   * @throws what the worker meets when it opens the file.
   */
  static async open(
    path: OpfsPath,
    createWorker?: () => Worker | Promise<Worker>,
  ): Promise<RemoteOpfsWriter | undefined> {
    const worker = await readyWorker(createWorker ?? spawnWorker);
    if (worker === undefined) return undefined;
    const writer = new RemoteOpfsWriter(path.text, worker);
    try {
      const name = await writer.#call(writer.#api.open(path.text));
      writer.#stopWatching = watchLock(lockIn(path.directories, name), () => writer.#lost(path, name));
      return writer;
    } catch (error) {
      writer.#end();
      throw error;
    }
  }

  async write(block: Block, length: number): Promise<Block> {
    const { byteLength } = block;
    const written = this.#call(this.#api.write(Comlink.transfer(block, [block.buffer]), length));
    written.catch(ignore);
    this.#onTheWay.push(written);
    if (this.#onTheWay.length < MAX_BLOCKS) return new Uint8Array(byteLength);
    return (await this.#onTheWay.shift()) as Block;
  }

  async writeFront(bytes: Uint8Array): Promise<void> {
    await this.#call(this.#api.writeFront(bytes));
  }

  async publish(): Promise<void> {
    for (const written of this.#onTheWay.splice(0)) await written;
    await this.#call(this.#api.publish());
    this.#end();
  }

  async discard(): Promise<void> {
    await this.#call(this.#api.discard()).catch(ignore);
    this.#end();
  }

  async #call<Result>(answer: Promise<Answer<Result>>): Promise<Result> {
    answer.catch(ignore);
    const value = await Promise.race([this.#died, answer]);
    if ("result" in value) return value.result;
    throw reviveError(value.error, ALL_CLASSES);
  }

  /** The worker's lock is free: it is done and its answer on the way, or it is dead; then what it has left is removed. */
  async #lost(path: OpfsPath, name: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MILLISECONDS));
    if (this.#isEnded) return;
    this.#die(this.#crashed());
    const directory = await directoryAt(path.text, path.directories, false);
    await directory.removeEntry(name).catch(ignore);
  }

  #crashed(): WorkerCrashedError {
    return new WorkerCrashedError(`${this.#name}: the worker that wrote the file ended. Writing again may work.`);
  }

  #end(): void {
    this.#isEnded = true;
    this.#stopWatching();
    this.#api[Comlink.releaseProxy]();
    this.#worker.terminate();
  }
}

/** A worker that has said that it can be called, or `undefined`. */
async function readyWorker(createWorker: () => Worker | Promise<Worker>): Promise<Worker | undefined> {
  let worker: Worker;
  try {
    worker = await createWorker();
  } catch {
    return undefined;
  }
  return new Promise((resolve) => {
    const end = (found: Worker | undefined): void => {
      clearTimeout(timer);
      worker.removeEventListener("message", onMessage);
      worker.removeEventListener("error", onError);
      if (found === undefined) worker.terminate();
      resolve(found);
    };
    const onMessage = (event: MessageEvent): void => {
      if (event.data === READY) end(worker);
    };
    const onError = (): void => end(undefined);
    const timer = setTimeout(onError, READY_MILLISECONDS);
    worker.addEventListener("message", onMessage);
    worker.addEventListener("error", onError);
  });
}

function ignore(): void {}
