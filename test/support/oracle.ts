/**
 * The real Rust crate, asked through the program of test/interop/rust. Node only; `npm run test:interop` builds it.
 * Values come and go in the notation of the fixtures.
 */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const EXECUTABLE = fileURLToPath(
  new URL(
    `../interop/rust/target/release/parcode-oracle${process.platform === "win32" ? ".exe" : ""}`,
    import.meta.url,
  ),
);

/** The ways in which the crate reads lazily; see the oracle's README. */
export const LAZY_WAYS = ["load", "get", "iter", "lazy", "iterLazy"] as const;
export type LazyWay = (typeof LAZY_WAYS)[number];

/** A type that the oracle knows. */
export interface OracleType<Descriptor> {
  readonly name: string;
  /** What can be asked for. */
  readonly write: boolean;
  readonly read: boolean;
  readonly readLazy: boolean;
  readonly hash: boolean;
  readonly root: Descriptor;
  readonly types: Readonly<Record<string, Descriptor>>;
}

/** The crate refused, failed or ended. */
export class OracleError extends Error {}

interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly [name: string]: unknown;
}

interface Waiting {
  readonly request: object;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One running oracle. Questions may be asked while others are open; they are answered in turn. */
export class Oracle {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;
  private closing = false;
  private messages = "";

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      this.waiting.shift()?.resolve(JSON.parse(line) as Answer);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.messages += text;
    });
    child.on("close", (code, signal) => this.fail(`The oracle ended with ${signal ?? `code ${code}`}`));
    // A question that the oracle ended on fails through "close", which says more.
    child.stdin.on("error", () => {});
  }

  static async start(): Promise<Oracle> {
    const child = spawn(EXECUTABLE, { stdio: "pipe" });
    try {
      await once(child, "spawn");
    } catch (cause) {
      throw new Error("The oracle is not built: npm run test:interop does it.", { cause });
    }
    return new Oracle(child);
  }

  async close(): Promise<void> {
    this.closing = true;
    const ended = this.failure ?? once(this.child, "close");
    this.child.stdin.end();
    await ended;
  }

  /** The types it knows, with the descriptors of their values. */
  async types<Descriptor>(): Promise<OracleType<Descriptor>[]> {
    return (await this.ask({ op: "types" })).types as OracleType<Descriptor>[];
  }

  /** What the crate's `load` makes of a file. */
  async read(type: string, file: Uint8Array): Promise<unknown> {
    return (await this.ask({ op: "read", type, hex: toHex(file) })).value;
  }

  /** What the crate's promises and mirrors make of a file. */
  async readLazy(type: string, file: Uint8Array, via: LazyWay): Promise<unknown> {
    return (await this.ask({ op: "readLazy", type, hex: toHex(file), via })).value;
  }

  /** A file written by the crate. */
  async write(
    type: string,
    value: unknown,
    options: { compression: boolean; serial: boolean },
  ): Promise<Uint8Array<ArrayBuffer>> {
    return fromHex((await this.ask({ op: "write", type, value, ...options })).hex as string);
  }

  /** The text of the crate's inspector. */
  async inspect(file: Uint8Array): Promise<string> {
    return (await this.ask({ op: "inspect", hex: toHex(file) })).text as string;
  }

  /** The hash of a map's key, as a decimal number. */
  async hash(type: string, key: unknown): Promise<string> {
    return (await this.ask({ op: "hash", type, value: key })).hash as string;
  }

  /** The payload of an inline value. */
  async encode(type: string, value: unknown): Promise<Uint8Array<ArrayBuffer>> {
    return fromHex((await this.ask({ op: "encode", type, value })).hex as string);
  }

  /**
   * The inline value at the start of `bytes`.
   * @param isolated In a process of its own, for bytes that may end it.
   */
  async decode(type: string, bytes: Uint8Array, isolated = false): Promise<{ value: unknown; bytesUsed: number }> {
    const { value, bytesUsed } = await this.ask({ op: "decode", type, hex: toHex(bytes), isolated });
    return { value, bytesUsed: bytesUsed as number };
  }

  /** A value in ordcode. `preset`: AscendingOrder, Descending, PortableBinary or NativeBinary. */
  async ordEncode(type: string, value: unknown, preset: string): Promise<Uint8Array<ArrayBuffer>> {
    return fromHex((await this.ask({ op: "ordEncode", type, value, preset })).hex as string);
  }

  /** The value that is encoded in ordcode. */
  async ordDecode(type: string, bytes: Uint8Array, preset: string): Promise<{ value: unknown; bytesLeft: number }> {
    const { value, bytesLeft } = await this.ask({ op: "ordDecode", type, hex: toHex(bytes), preset });
    return { value, bytesLeft: bytesLeft as number };
  }

  private async ask(request: object): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.waiting.push({ request, resolve, reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if (!answer.ok) throw new OracleError(answer.error ?? "no answer");
    return answer;
  }

  private fail(reason: string): void {
    const [first] = this.waiting;
    const about = first === undefined ? "" : ` when asked ${JSON.stringify(first.request).slice(0, 500)}`;
    this.failure = new Error(this.closing ? "The oracle was closed." : `${reason}${about}. ${this.messages}`.trim());
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
