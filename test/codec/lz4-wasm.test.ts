import { describe, expect, it } from "vitest";
import { CorruptChunkError } from "../../src/errors.ts";
import { createLz4Wasm } from "../../wasm/lz4-wasm.ts";
import { counting, refusing, replaced } from "../wasm/web-assembly.ts";
import { corpora, difference, fromHex, sized } from "./corpora.ts";

describe("lz4-wasm from inlined bytes", () => {
  it("compresses and decompresses, at once and without a promise", () => {
    const wasm = createLz4Wasm();
    const payload = corpora.text?.(50_000, 1) ?? new Uint8Array();
    const stored = wasm.compress(payload);
    expect(stored?.length).toBeLessThan(40_000);
    expect(difference(wasm.decompress(stored ?? payload) ?? new Uint8Array(), payload)).toBe("same");
  });

  it("an empty payload is five zero bytes", () => {
    expect(difference(createLz4Wasm().compress(new Uint8Array()) ?? new Uint8Array(), fromHex("0000000000"))).toBe(
      "same",
    );
  });

  it("nothing is compiled before the first call, and then only once", () => {
    const { webAssembly, made } = counting();
    const wasm = createLz4Wasm({ webAssembly });
    expect(made).toEqual({ modules: 0, instances: 0 });
    for (let times = 0; times < 3; times++) wasm.compress(Uint8Array.of(1, 2, 3));
    expect(made).toEqual({ modules: 1, instances: 1 });
  });

  it("results are the caller's own", () => {
    const wasm = createLz4Wasm();
    const first = wasm.compress(Uint8Array.of(1, 2, 3)) ?? new Uint8Array();
    const copy = first.slice();
    wasm.compress(Uint8Array.of(4, 5, 6, 7, 8, 9));
    expect(difference(first, copy)).toBe("same");
    expect(first.buffer.byteLength).toBe(first.length);
  });

  it("an error is a typed one, with lz4-wasm's words, and the instance stays usable", () => {
    const { webAssembly, made } = counting();
    const wasm = createLz4Wasm({ webAssembly });
    for (let times = 0; times < 100; times++) {
      expect(() => wasm.decompress(sized(10, [0x10, 7, 9, 0, 0x10, 7]))).toThrow(CorruptChunkError);
    }
    expect(() => wasm.decompress(sized(10, [0x10, 7, 9, 0, 0x10, 7]))).toThrow(/offset|contained/i);
    expect(wasm.compress(Uint8Array.of(1))?.length).toBe(6);
    expect(made.instances).toBe(1);
  });

  it("a trap costs the instance, not the loader", () => {
    const { webAssembly, made } = counting();
    const wasm = createLz4Wasm({ webAssembly });
    expect(wasm.decompress(sized(0xffffffff, [0x10, 7]))).toBeNull();
    expect(wasm.compress(Uint8Array.of(1))?.length).toBe(6);
    expect(made).toEqual({ modules: 1, instances: 2 });
  });

  it("an instance whose memory has grown beyond the limit is dropped", () => {
    const { webAssembly, made } = counting();
    const wasm = createLz4Wasm({ webAssembly, maxRetainedBytes: 4 << 20 });
    wasm.compress(new Uint8Array(1000));
    wasm.compress(new Uint8Array(100_000));
    expect(made.instances).toBe(1);
    wasm.compress(new Uint8Array(8 << 20));
    expect(made.instances).toBe(1);
    expect(wasm.compress(new Uint8Array(1000))?.length).toBeGreaterThan(5);
    wasm.compress(new Uint8Array(1000));
    expect(made).toEqual({ modules: 1, instances: 2 });
  });
});

describe("where WebAssembly cannot be used", () => {
  it("missing: null", () => {
    expect(createLz4Wasm({ webAssembly: undefined }).compress(Uint8Array.of(1))).toBeNull();
  });

  it("refused by policy: null, and asked only once", () => {
    const { webAssembly, asked } = refusing();
    const wasm = createLz4Wasm({ webAssembly });
    for (let times = 0; times < 3; times++) expect(wasm.compress(Uint8Array.of(1))).toBeNull();
    expect(asked()).toBe(1);
  });

  it("no memory for an instance: null now, and another try at the next call", () => {
    let refusals = 1;
    class Instance extends WebAssembly.Instance {
      constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
        if (refusals-- > 0) throw new RangeError("Out of memory");
        super(module, imports);
      }
    }
    const wasm = createLz4Wasm({ webAssembly: replaced({ Instance }) });
    expect(wasm.compress(Uint8Array.of(1))).toBeNull();
    expect(wasm.compress(Uint8Array.of(1))?.length).toBe(6);
  });
});
