import { describe, expect, it } from "vitest";
import type { Codec } from "../../src/codec/codec.ts";
import { lz4 } from "../../src/codec/lz4.ts";
import { none } from "../../src/codec/none.ts";
import { createRegistry, defaultCodecs } from "../../src/codec/registry.ts";
import { InvalidOptionError, isParcodeError, UnknownCodecError } from "../../src/errors.ts";

const codec = (id: number, name: string): Codec => ({ id, name, encode: (bytes) => bytes, decode: (bytes) => bytes });

describe("the default registry", () => {
  it("has none and lz4", () => {
    expect(defaultCodecs.codecs).toEqual([none, lz4]);
    expect(defaultCodecs.byId(0)).toBe(none);
    expect(defaultCodecs.byId(1)).toBe(lz4);
    expect(defaultCodecs.byName("none")).toBe(none);
    expect(defaultCodecs.byName("lz4")).toBe(lz4);
  });

  it("does not change", () => {
    expect(() => (defaultCodecs.codecs as Codec[]).push(codec(2, "mine"))).toThrow(TypeError);
    expect(Object.isFrozen(defaultCodecs)).toBe(true);
    createRegistry([codec(2, "mine")]);
    expect(() => defaultCodecs.byId(2)).toThrow(UnknownCodecError);
  });

  it("an unknown id is an error that names it, what there is, and where", () => {
    try {
      defaultCodecs.byId(5, { chunkOffset: 123, path: "players" });
      expect.unreachable();
    } catch (error) {
      if (!isParcodeError(error, "UnknownCodec")) throw error;
      expect([error.codecId, error.chunkOffset, error.path]).toEqual([5, 123, "players"]);
      expect(error.message).toMatch(/id 5; there are 0 \(none\), 1 \(lz4\)/);
    }
  });

  it("an unknown name is an error that names the option and what there is", () => {
    expect(() => defaultCodecs.byName("zstd")).toThrow(InvalidOptionError);
    expect(() => defaultCodecs.byName("zstd")).toThrow(/no compression "zstd"; there are "none", "lz4"/);
    expect(() => defaultCodecs.byName("constructor")).toThrow(InvalidOptionError);
  });
});

describe("codecs of one's own", () => {
  it("are found by id and name, and stand by id", () => {
    const seven = codec(7, "seven");
    const two = codec(2, "two");
    const registry = createRegistry(new Set([seven, two]));
    expect(registry.codecs).toEqual([none, lz4, two, seven]);
    expect(registry.byId(7)).toBe(seven);
    expect(registry.byName("two")).toBe(two);
  });

  const refused: [string, Codec[], RegExp][] = [
    ["the id of none", [codec(0, "mine")], /id 0: it means "none" in every file/],
    ["the id of lz4", [codec(1, "mine")], /id 1: it means "lz4" in every file/],
    ["an id beyond three bits", [codec(8, "mine")], /id 8: the meta byte has three bits/],
    ["a negative id", [codec(-1, "mine")], /id -1/],
    ["half an id", [codec(2.5, "mine")], /id 2.5/],
    ["no id", [codec(Number.NaN, "mine")], /id NaN/],
    ["an id twice", [codec(3, "a"), codec(3, "b")], /id 3 is registered twice, as "a" and as "b"/],
    ["a name twice", [codec(3, "a"), codec(4, "a")], /name "a" is registered twice, with id 3 and 4/],
    ["the name of lz4", [codec(3, "lz4")], /name "lz4" is registered twice/],
    ["no name", [codec(3, "")], /id 3 needs a name/],
  ];
  for (const [what, codecs, message] of refused) {
    it(`${what} is refused`, () => {
      expect(() => createRegistry(codecs)).toThrow(InvalidOptionError);
      expect(() => createRegistry(codecs)).toThrow(message);
    });
  }
});
