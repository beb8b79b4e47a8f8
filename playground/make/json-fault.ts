/**
 * Where a text stops being JSON, and why. In: a text that JSON.parse has refused. Out: line, column, and what to do. Engines
 * word their own messages, and not all say where.
 */

import { InputError, type Snippet } from "./input-error.ts";

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const PLAIN = /[ !#-[\]-\u{10ffff}]*/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** A place in a text, and what is wrong there. */
interface Fault {
  readonly at: number;
  readonly expected: string;
  readonly advice?: string;
}

/** The error for `text`; `firstLine` is the number of its first line in what it was taken from. */
export function jsonError(text: string, firstLine = 1): InputError {
  const fault = new Scanner(text).fault();
  if (fault === undefined) return new InputError("The text is no JSON that this browser reads.");
  const before = text.slice(0, fault.at);
  const line = firstLine + (before.match(/\n/g)?.length ?? 0);
  const column = fault.at - before.lastIndexOf("\n");
  return new InputError(`This is no JSON: expected ${fault.expected}, found ${foundAt(text, fault.at)}.`, {
    where: `line ${line}, column ${column}`,
    advice: fault.advice ?? adviceFor(text, fault.at),
    snippet: snippetAt(text, fault.at),
  });
}

/** Characters of a line that are shown in front of the place, and behind it. */
const SNIPPET_BEFORE = 40;
const SNIPPET_BEHIND = 20;

function snippetAt(text: string, at: number): Snippet {
  const newline = text.indexOf("\n", at);
  const start = Math.max(text.lastIndexOf("\n", at - 1) + 1, at - SNIPPET_BEFORE);
  const end = Math.min(newline < 0 ? text.length : newline, at + SNIPPET_BEHIND);
  // One column for each character, so that a mark below it stands where it should.
  return { text: text.slice(start, end).replace(/[\p{Cc}\p{Cf}]/gu, " "), at: at - start };
}

function foundAt(text: string, at: number): string {
  if (at >= text.length) return "the end of the text";
  const [word = ""] = /^(?:[\p{L}\p{N}_$.+-]{1,16}|.)/su.exec(text.slice(at, at + 20)) ?? [];
  if (word === "\n" || word === "\r") return "the end of the line";
  return /[\p{Cc}\p{Cf}\p{Z}]/u.test(word) ? `U+${codeOf(word)}` : `“${word}”`;
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

function adviceFor(text: string, at: number): string {
  const rest = text.slice(at, at + 12);
  const before = text.slice(0, at).trimEnd().at(-1);
  if (at >= text.length) return "The text ends too early: is it complete?";
  if (before === "," && /^[\]}]/.test(rest)) return "Remove the comma in front of it.";
  if (rest.startsWith("'")) return "JSON quotes with \" and not with '.";
  if (rest.startsWith("//") || rest.startsWith("/*") || rest.startsWith("#")) return "JSON has no comments: remove it.";
  if (/^[-+]?(?:NaN|Infinity)/.test(rest)) return "JSON has no such number: write null, or a text.";
  if (rest.startsWith("undefined")) return "JSON has no undefined: write null, or leave the member out.";
  if (/^(?:True|False|None)\b/.test(rest)) return "Write true, false and null in small letters and these words.";
  if (/^[\p{L}_$]/u.test(rest)) return 'Put names and texts into quotes: "name".';
  if (/^["[{\d-]/.test(rest)) return "Is a comma missing in front of it?";
  return "Correct it there, and try again.";
}

/** Goes through a text as JSON.parse does, without values, and without a stack that a deep text could fill. */
class Scanner {
  private readonly text: string;
  private at = 0;
  /** The lists and objects that are open. */
  private readonly open: ("[" | "{")[] = [];

  constructor(text: string) {
    this.text = text;
  }

  fault(): Fault | undefined {
    for (;;) {
      const fault = this.begin() ?? this.afterValue();
      if (fault !== undefined) return fault;
      if (this.open.length === 0) return this.end();
    }
  }

  /** A value, or the opening of one and all up to its first value. */
  private begin(): Fault | undefined {
    for (;;) {
      this.skip();
      const opening = this.text[this.at];
      if (opening === "{" || opening === "[") {
        this.at++;
        this.open.push(opening);
        this.skip();
        if (this.text[this.at] === closing(opening)) return undefined;
        const fault = opening === "{" ? this.name() : undefined;
        if (fault !== undefined) return fault;
      } else if (opening === '"') return this.string();
      else return this.take(NUMBER) || this.take(WORD) ? undefined : this.expected("a value");
    }
  }

  /** What stands behind a value: closings, then a comma, in an object with a name behind it. */
  private afterValue(): Fault | undefined {
    for (let inside = this.open.at(-1); inside !== undefined; inside = this.open.at(-1)) {
      this.skip();
      if (this.text[this.at] === closing(inside)) {
        this.at++;
        this.open.pop();
        continue;
      }
      if (this.text[this.at] !== ",") return this.expected(`a comma or ${closing(inside)}`);
      this.at++;
      return inside === "{" ? this.name() : undefined;
    }
    return undefined;
  }

  private name(): Fault | undefined {
    this.skip();
    if (this.text[this.at] !== '"') return this.expected('a name in quotes "');
    const fault = this.string();
    if (fault !== undefined) return fault;
    this.skip();
    if (this.text[this.at] !== ":") return this.expected("a colon behind the name");
    this.at++;
    return undefined;
  }

  private string(): Fault | undefined {
    const start = this.at++;
    for (;;) {
      this.take(PLAIN);
      const next = this.text[this.at];
      if (next === '"') {
        this.at++;
        return undefined;
      }
      if (next === "\\") {
        if (!this.take(ESCAPE))
          return { at: this.at, expected: "an escape such as \\n", advice: "Write \\\\ for a backslash." };
      } else if (next === undefined) {
        return { at: start, expected: 'a text that ends with "', advice: "The text that begins here has no end." };
      } else {
        return {
          at: this.at,
          expected: 'the " that ends a text',
          advice: "Write \\n for a new line, and \\t for a tab.",
        };
      }
    }
  }

  private end(): Fault | undefined {
    this.skip();
    if (this.at >= this.text.length) return undefined;
    const advice = "If every line is a value of its own, choose NDJSON. Otherwise remove what is behind the value.";
    return { at: this.at, expected: "the end of the text", advice };
  }

  private expected(what: string): Fault {
    return { at: this.at, expected: what };
  }

  private skip(): void {
    this.take(SPACE);
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const isThere = pattern.test(this.text);
    if (isThere) this.at = pattern.lastIndex;
    return isThere;
  }
}

function closing(opening: "[" | "{"): string {
  return opening === "[" ? "]" : "}";
}
