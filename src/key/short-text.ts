/**
 * Short ASCII text in one call of String.fromCharCode, for each length one of its own: half of what joining pieces costs, and keys are
 * mostly short text. Needs generated code; where the platform forbids that, other ways do the same.
 */

import { canGenerate } from "../schema/generate.ts";

/** Longer text gains less, and the function has to stay small enough to be compiled. */
export const MAX_SHORT_TEXT = 24;

type ReadShort = (bytes: Uint8Array, start: number, length: number) => string | undefined;

let generated: ReadShort | undefined;

/** The text of `length` bytes from `start`, if they are ASCII. At most {@link MAX_SHORT_TEXT}, which are there. */
export function readShortText(bytes: Uint8Array, start: number, length: number): string | undefined {
  generated ??= canGenerate() ? generate() : () => undefined;
  return generated(bytes, start, length);
}

function generate(): ReadShort {
  const cases = Array.from({ length: MAX_SHORT_TEXT }, (_, i) => {
    const names = Array.from({ length: i + 1 }, (_, at) => `b${at}`);
    const reads = names.map((name, at) => `${name} = bytes[start + ${at}]`).join(", ");
    const test = `if ((${names.join(" | ")}) > 127) return undefined;`;
    return `case ${i + 1}: { const ${reads}; ${test} return String.fromCharCode(${names.join(", ")}); }`;
  });
  const body = `"use strict";\nswitch (length) {\ncase 0: return "";\n${cases.join("\n")}\n}\nreturn undefined;`;
  return new Function("bytes", "start", "length", body) as ReadShort;
}
