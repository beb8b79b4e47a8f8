/** ordcode, byte by byte against the crate: every type it knows, every preset, both ways, and bytes that nobody wrote. */
import fc from "fast-check";
import { isParcodeError } from "parcode-web";
import { ordcode } from "parcode-web/key";
import { describe, expect, test } from "vitest";
import { hexOfBytes } from "../support/fixtures.ts";
import { OracleError } from "../support/oracle.ts";
import { cases, differs, FLAVOURS, Form, oracle, typeNamed, typesThat } from "./crate.ts";

const PRESETS: readonly (readonly [string, ordcode.SerializerParams])[] = [
  ["AscendingOrder", ordcode.AscendingOrder],
  ["Descending", ordcode.DescendingOrder],
  ["PortableBinary", ordcode.PortableBinary],
  ["NativeBinary", ordcode.NativeBinary],
];

const presets = fc.constantFrom(...PRESETS);

describe("values, both ways", () => {
  test.for(typesThat())("%s", async ([name, type]) => {
    const forms = FLAVOURS.map((flavour) => new Form(type, flavour, "inline"));
    const inputs = fc
      .tuple(fc.constantFrom(...forms), fc.constantFrom(4, 30))
      .chain(([form, maxLength]) => fc.tuple(fc.constant(form), form.samples(maxLength)));
    await fc.assert(
      fc.asyncProperty(inputs, presets, async ([form, { value }], [preset, params]) => {
        const ours = ordcode.encode(form.schema, value as never, params);
        expect(ordcode.size(form.schema, value as never, params)).toBe(ours.length);
        const answer = await oracle.ordDecode(name, ours, preset);
        expect(answer.bytesLeft).toBe(0);
        expect(differs(form.fromNotation(answer.value), value)).toBeUndefined();

        // The crate puts maps and sets into an order of its own; a Map and a Set keep the one they are read in.
        const theirs = await oracle.ordEncode(name, form.toNotation(value), preset);
        const read = ordcode.decode(form.schema, theirs, params);
        expect(differs(read, value)).toBeUndefined();
        expect(hexOfBytes(ordcode.encode(form.schema, read as never, params))).toBe(hexOfBytes(theirs));
      }),
      cases(12),
    );
  });
});

describe("bytes that nobody wrote", () => {
  const NAMES = ["AllInline", "Boundaries", "Everything", "Kind", "KeyEnum", "Wide", "Item", "Vec<Option<bool>>"];
  const changes = fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 2 }),
      insert: fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x80, 0xf0, 0xff), fc.nat({ max: 255 })), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  );

  test.for(NAMES.map((name) => [name, new Form(typeNamed(name), "plain", "inline")] as const))(
    "%s",
    async ([name, form]) => {
      await fc.assert(
        fc.asyncProperty(form.samples(4), changes, presets, async ({ value }, edits, [preset, params]) => {
          const bytes = [...ordcode.encode(form.schema, value as never, params)];
          for (const { at, remove, insert } of edits) bytes.splice(at % (bytes.length + 1), remove, ...insert);
          const damaged = Uint8Array.from(bytes);
          const theirs = await answerOf(oracle.ordDecode(name, damaged, preset));
          const ours = decoded(form, damaged, params);
          expect(ours.error === undefined).toBe(theirs !== undefined);
          if (theirs === undefined) return;
          expect(ours.bytesLeft).toBe(theirs.bytesLeft);
          expect(differs(ours.value, form.fromNotation(theirs.value))).toBeUndefined();
        }),
        cases(40),
      );
    },
  );
});

interface Decoded {
  readonly value?: unknown;
  readonly bytesLeft?: number;
  readonly error?: string;
}

function decoded(form: Form, bytes: Uint8Array, params: ordcode.SerializerParams): Decoded {
  const reader = new ordcode.BufferReader(bytes);
  try {
    return { value: ordcode.decodeFrom(form.schema, reader, params), bytesLeft: reader.remaining };
  } catch (error) {
    if (isParcodeError(error, "KeyCoding")) return { error: error.kind };
    throw error;
  }
}

async function answerOf<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OracleError) return undefined;
    throw error;
  }
}
