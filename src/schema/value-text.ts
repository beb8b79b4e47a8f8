/** Step 1: keys and values, as paths and messages name them. In: keys, and names of members. Out: text. */

import { describeValue } from "../bytes/describe-value.ts";
import { memberText } from "./path.ts";

/** A key of a map in a path: `["Hero"]`. Long ones are cut. */
export function keyText(key: unknown): string {
  const text = keyLiteral(key);
  return `[${text.length > MAX_KEY_TEXT ? `${text.slice(0, MAX_KEY_TEXT)}…` : text}]`;
}

/** A path is for people: enough of a key to know it by. */
const MAX_KEY_TEXT = 60;

function keyLiteral(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key.slice(0, MAX_KEY_TEXT));
  if (key instanceof Uint8Array) return hex(key);
  if (typeof key !== "object" || key === null) return describeValue(key);
  try {
    return JSON.stringify(key, (_, part: unknown) => {
      if (typeof part === "bigint") return `${part}n`;
      return part instanceof Uint8Array ? hex(part) : part;
    });
  } catch {
    return describeValue(key);
  }
}

function hex(bytes: Uint8Array): string {
  return `0x${Array.from(bytes.subarray(0, MAX_KEY_TEXT), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What a struct's value looks like, for messages. */
export function structText(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => memberText(name).replace(/^\./, ""));
  return `an object { ${shown.join(", ")}${names.length > 6 ? " …" : ""} }`;
}

/** What a variant's value looks like, for messages. */
export function variantText(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => JSON.stringify(name));
  return `{ type: ${shown.join(" | ")}${names.length > 6 ? " | …" : ""} }`;
}
