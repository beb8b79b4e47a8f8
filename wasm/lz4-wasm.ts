/**
 * Loader of lz4-wasm (LZ4 block format behind a u32 size). In: bytes. Out: bytes, or null where WebAssembly cannot be
 * used; the caller then takes its TypeScript twin. The module is compiled synchronously from inlined bytes on first use,
 * because the package's own entry needs a bundler and a top-level await.
 */

import { CorruptChunkError } from "../src/errors.ts";
import { fromBase64 } from "./base64.ts";
import { lz4WasmBase64 } from "./lz4-wasm.bytes.ts";

/** What lz4-wasm offers, with null for "no WebAssembly here". */
export interface Lz4Wasm {
  /** The stored form of `payload`: its size as u32, then an LZ4 block. Null if WebAssembly is refused, missing or out of memory. */
  compress(payload: Uint8Array): Uint8Array | null;
  /**
   * The payload of `stored`, as lz4-wasm sees it; null also if it trapped. For tests, as an oracle, and never for bytes
   * from outside: it allocates what they claim, and gives stale memory for match offset 0.
   * @throws {CorruptChunkError} lz4-wasm refused `stored`; its words are in the message.
   */
  decompress(stored: Uint8Array): Uint8Array | null;
}

export interface Lz4WasmOptions {
  /** The WebAssembly to use. Undefined stands for an environment without one. */
  readonly webAssembly?: typeof WebAssembly | undefined;
  /** Memory above which an instance is dropped after a call. */
  readonly maxRetainedBytes?: number;
}

/**
 * WebAssembly memory never shrinks, so an instance that once took a huge payload would hold its memory for ever.
 * 64 MiB is what a payload of 30 MiB needs (measured): far above a usual chunk of 128 KiB, and little beside a page's own memory.
 */
const MAX_RETAINED_BYTES = 64 * 1024 * 1024;

/** Result slots of wasm-bindgen on its shadow stack: pointer, length, error value, error flag. */
const RETURN_AREA_BYTES = 16;

/** The handle given for the one error string; any number will do, since it comes back only beside the error flag. */
const ERROR_HANDLE = 1;

interface Exports {
  readonly memory: WebAssembly.Memory;
  compress(returnArea: number, pointer: number, length: number): void;
  decompress(returnArea: number, pointer: number, length: number): void;
  __wbindgen_add_to_stack_pointer(delta: number): number;
  __wbindgen_malloc(length: number): number;
  __wbindgen_free(pointer: number, length: number): void;
}

type Operation = "compress" | "decompress";

class Loader implements Lz4Wasm {
  readonly #webAssembly: typeof WebAssembly | undefined;
  readonly #maxRetainedBytes: number;
  /** Undefined before the first use, null once it was refused: an environment's answer does not change. */
  #module: WebAssembly.Module | null | undefined;
  #exports: Exports | undefined;
  #error = "";

  constructor(webAssembly: typeof WebAssembly | undefined, maxRetainedBytes: number) {
    this.#webAssembly = webAssembly;
    this.#maxRetainedBytes = maxRetainedBytes;
    if (webAssembly === undefined) this.#module = null;
  }

  compress(payload: Uint8Array): Uint8Array | null {
    return this.#run("compress", payload);
  }

  decompress(stored: Uint8Array): Uint8Array | null {
    return this.#run("decompress", stored);
  }

  #run(operation: Operation, input: Uint8Array): Uint8Array | null {
    const exports = this.#instance();
    if (exports === null) return null;
    let output: Uint8Array | null;
    try {
      output = call(exports, operation, input);
    } catch {
      // A trap, for want of memory: what lies in the instance is undefined from here on.
      this.#exports = undefined;
      return null;
    }
    if (exports.memory.buffer.byteLength > this.#maxRetainedBytes) this.#exports = undefined;
    if (output === null) throw new CorruptChunkError(`lz4-wasm refused the stored bytes: ${this.#error}.`);
    return output;
  }

  /** The living instance, or a new one; null if there can be none. */
  #instance(): Exports | null {
    if (this.#exports !== undefined) return this.#exports;
    const webAssembly = this.#webAssembly;
    if (webAssembly === undefined || this.#module === null) return null;
    try {
      this.#module ??= new webAssembly.Module(fromBase64(lz4WasmBase64));
    } catch {
      // A Content-Security-Policy without 'wasm-unsafe-eval' gives a CompileError, every time.
      this.#module = null;
      return null;
    }
    try {
      const imports = { "./lz4_wasm_bg.js": { __wbindgen_string_new: this.#takeError } };
      this.#exports = new webAssembly.Instance(this.#module, imports).exports as unknown as Exports;
      return this.#exports;
    } catch {
      // No memory for an instance now; there may be later.
      return null;
    }
  }

  readonly #takeError = (pointer: number, length: number): number => {
    const memory = this.#exports?.memory;
    this.#error = memory === undefined ? "" : new TextDecoder().decode(new Uint8Array(memory.buffer, pointer, length));
    return ERROR_HANDLE;
  };
}

/** Runs one export in the way of wasm-bindgen. Null if it reported an error; throws what a trap throws. */
function call(exports: Exports, operation: Operation, input: Uint8Array): Uint8Array | null {
  const returnArea = exports.__wbindgen_add_to_stack_pointer(-RETURN_AREA_BYTES);
  try {
    const pointer = exports.__wbindgen_malloc(input.length) >>> 0;
    // The callee owns and frees the input. Each call may grow the memory, which detaches the buffer: views live shortly.
    new Uint8Array(exports.memory.buffer, pointer, input.length).set(input);
    exports[operation](returnArea, pointer, input.length);
    const [outputPointer = 0, outputLength = 0, , failed = 0] = new Uint32Array(exports.memory.buffer, returnArea, 4);
    if (operation === "decompress" && failed !== 0) return null;
    const output = new Uint8Array(exports.memory.buffer, outputPointer, outputLength).slice();
    exports.__wbindgen_free(outputPointer, outputLength);
    return output;
  } finally {
    exports.__wbindgen_add_to_stack_pointer(RETURN_AREA_BYTES);
  }
}

/** A loader of its own, with an instance of its own. Nothing is compiled before the first call. */
export function createLz4Wasm(options: Lz4WasmOptions = {}): Lz4Wasm {
  const webAssembly = "webAssembly" in options ? options.webAssembly : globalThis.WebAssembly;
  return new Loader(webAssembly, options.maxRetainedBytes ?? MAX_RETAINED_BYTES);
}

/** The loader that the library's codec uses. */
export const lz4Wasm: Lz4Wasm = /* @__PURE__ */ createLz4Wasm();
