/**
 * The command line: a path into a value. In: `players["Hero123"].level`. Out: its steps; what they mean depends on the
 * schema (select.ts).
 */

import { CommandError, EXIT_USAGE } from "./usage.ts";

/** One step of a path. */
export type Step =
  /** `.name` */
  | { readonly kind: "name"; readonly name: string; readonly text: string }
  /** `["key"]`, `[3]`, `[[1, "a"]]`: `literal` is what stands in the brackets, `value` what it means in JSON. */
  | { readonly kind: "key"; readonly literal: string; readonly value: unknown; readonly text: string }
  /** `[10:20]`, either end optional. */
  | {
      readonly kind: "slice";
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly text: string;
    };

/** @throws {CommandError} It is no path; the message says where. */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    const bracket = path[at] === "[";
    const end = bracket ? closingBracket(path, at) : nameEnd(path, path[at] === "." ? at + 1 : at);
    const text = path.slice(at, end);
    steps.push(bracket ? bracketStep(path, text) : nameStep(path, at, text));
    at = end;
  }
  return steps;
}

function nameEnd(path: string, start: number): number {
  let end = start;
  while (end < path.length && path[end] !== "." && path[end] !== "[") end++;
  return end;
}

function nameStep(path: string, at: number, text: string): Step {
  const name = text.startsWith(".") ? text.slice(1) : text;
  const expected = at === 0 ? "a name or [" : "a name behind the dot";
  if (name === "" || (at > 0 && !text.startsWith("."))) throw invalid(path, at, expected);
  return { kind: "name", name, text };
}

function bracketStep(path: string, text: string): Step {
  const literal = text.slice(1, -1).trim();
  const slice = /^(-?\d*)\s*:\s*(-?\d*)$/.exec(literal);
  if (slice !== null) {
    const [start, end] = [slice[1], slice[2]].map((bound) => (bound ? Number(bound) : undefined));
    return { kind: "slice", start, end, text };
  }
  // Single quotes, because the double ones are the shell's.
  if (/^'[^']*'$/.test(literal)) return { kind: "key", literal, value: literal.slice(1, -1), text };
  try {
    return { kind: "key", literal, value: JSON.parse(keepDigits(literal)), text };
  } catch {
    const advice = `${text} holds no number, no "text" in quotes and no 10:20; does your shell take the quotes away?`;
    throw new CommandError(`the path ${path} cannot be read: ${advice}`, EXIT_USAGE);
  }
}

/** Long integers as texts: as numbers of JavaScript they would lose their last digits. */
function keepDigits(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
}

/** Index behind the bracket that closes the one at `start`; brackets in quotes do not count. */
function closingBracket(path: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < path.length; at++) {
    const char = path[at] as string;
    if (quote !== "") {
      if (char === "\\" && quote === '"') at++;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return at + 1;
  }
  throw invalid(path, start, "a ] that closes this [");
}

function invalid(path: string, at: number, expected: string): CommandError {
  return new CommandError(`the path ${path} cannot be read: at character ${at + 1}, expected ${expected}`, EXIT_USAGE);
}
