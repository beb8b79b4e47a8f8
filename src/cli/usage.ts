/** The command line: what it takes. In: the words behind `parcode`. Out: a command with its options, or an error of usage. */

import { parseArgs } from "node:util";
import { FINGERPRINT_HASHES, type FingerprintHash } from "../codec/fingerprint.ts";

/** Exit codes besides 0: the command failed; it was called wrongly; it was interrupted. */
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_INTERRUPTED = 130;

/** What cannot be done as asked, in one line for the person who asked. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = EXIT_FAILED) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

/** Shown by `--help`. */
export const USAGE = `Usage: parcode inspect  FILE|URL [--plain] [--json]
       parcode verify   FILE|URL [--fingerprint HASH] [--json]
       parcode schema   FILE|URL
       parcode cat      FILE|URL [PATH] [--schema MODULE[#NAME]] [--json]
       parcode optimize FILE|URL OUT [--layout LAYOUT] [--checksums KIND]
       parcode doctor   URL [--origin ORIGIN] [--json]

Commands:
  inspect   prints the tree of chunks, with the names and types that the file knows, without values
  verify    reads every chunk and compares it with its checksum; ends with code 1 if the file is damaged
  schema    prints the TypeScript source of the schema that reads the file
  optimize  writes the file again, with its structure where one request finds it, and checksums; values stay as they are
  doctor    asks a server all that reading needs of it, and says what to change; ends with code 1 if there is a problem
  cat       prints the value at PATH as JSON, reading only what that needs, such as
            players["Hero123"].level   players.Hero123.level   list[3]   list[-1]   list[10:20]
            without PATH: everything; a file without a description of its own needs --schema

Options:
  --schema MODULE[#NAME]   file of the ES module that exports the schema, by default or as NAME
  --plain                  the tree as the inspector of the Rust crate prints it
  --layout LAYOUT          faststart (default): structure in front, for the web; stream: at the end
  --checksums KIND         what guards each chunk: xxh64 (default), blake3, which gives a pin, or none
  --fingerprint HASH       also prints a hash over all bytes of the file: sha256, blake3 or crc32
  --origin ORIGIN          origin of the pages that are to read the file, such as https://app.example
  --header "Name: value"   sent with each request to a URL; can be given several times
  --json                   for programs: one line of JSON
  -h, --help               prints this
  -V, --version            prints the version

Values in JSON: 64-bit integers as strings, bytes as {"$bytes": base64}, a map as an object if its keys are strings,
else as a list of [key, value].`;

const COMMANDS = ["inspect", "verify", "schema", "cat", "optimize", "doctor"] as const;
export type CommandName = (typeof COMMANDS)[number];

/** One call of the command line. */
export interface Command {
  readonly name: CommandName;
  /** A path, or a URL of http or https. */
  readonly target: string;
  /** For "cat": the place in the value. For "optimize": the file to write. */
  readonly path: string | undefined;
  readonly plain: boolean;
  readonly layout: "faststart" | "stream";
  /** For "doctor": the origin whose pages read the file. */
  readonly origin: string | undefined;
  readonly checksums: "xxh64" | "blake3" | false;
  readonly schema: string | undefined;
  /** For "verify": the hash over all bytes that is wanted too. */
  readonly fingerprint: FingerprintHash | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly json: boolean;
}

/** Reads the words. "help" and "version" are answers of their own. @throws {CommandError} with {@link EXIT_USAGE} */
export function parseCommand(words: readonly string[]): Command | "help" | "version" {
  const { values, positionals } = parseWords(words);
  if (values.help === true) return "help";
  if (values.version === true) return "version";
  const [word, target, path, ...more] = positionals;
  if (word === undefined) throw usage("a command is missing");
  const name = COMMANDS.find((command) => command === word);
  if (name === undefined) throw usage(`there is no command "${word}"`);
  if (target === undefined || target === "") throw usage(`${name} needs a FILE or URL`);
  const surplus = name === "cat" || name === "optimize" ? more[0] : path;
  if (surplus !== undefined) throw usage(`"${surplus}" is one argument too many for ${name}`);
  if (name === "optimize" && path === undefined) throw usage("optimize needs the name of the file to write, too");
  const { schema, header = [], json = false, plain = false } = values;
  if (header.length > 0 && !isUrl(target)) throw usage("--header is for URLs, and the target is a file");
  const fingerprint = fingerprintOf(name, values.fingerprint);
  if (schema !== undefined && name !== "cat") throw usage(`${name} takes no --schema; cat does`);
  if (plain && name !== "inspect") throw usage(`${name} takes no --plain; inspect does`);
  const layout = layoutOf(name, values.layout);
  const checksums = checksumsOf(name, values.checksums);
  const origin = originOf(name, target, values.origin);
  const headers = header.map(parseHeader);
  return { name, target, path, schema, fingerprint, layout, checksums, origin, plain, headers, json };
}

function fingerprintOf(name: CommandName, value: string | undefined): FingerprintHash | undefined {
  if (value === undefined) return undefined;
  if (name !== "verify") throw usage(`${name} takes no --fingerprint; verify does`);
  const hash = FINGERPRINT_HASHES.find((known) => known === value);
  if (hash === undefined) throw usage(`--fingerprint is one of ${FINGERPRINT_HASHES.join(", ")}, and not "${value}"`);
  return hash;
}

function layoutOf(name: CommandName, value: string | undefined): Command["layout"] {
  if (value !== undefined && name !== "optimize") throw usage(`${name} takes no --layout; optimize does`);
  if (value === undefined || value === "faststart" || value === "stream") return value ?? "faststart";
  throw usage(`--layout is faststart or stream, and not "${value}"`);
}

function checksumsOf(name: CommandName, value: string | undefined): Command["checksums"] {
  if (value !== undefined && name !== "optimize") throw usage(`${name} takes no --checksums; optimize does`);
  if (value === undefined || value === "xxh64" || value === "blake3") return value ?? "xxh64";
  if (value === "none") return false;
  throw usage(`--checksums is xxh64, blake3 or none, and not "${value}"`);
}

function originOf(name: CommandName, target: string, value: string | undefined): string | undefined {
  if (name === "doctor" && !isUrl(target)) throw usage("doctor looks at servers, and the target is a file");
  if (value === undefined) return undefined;
  if (name !== "doctor") throw usage(`${name} takes no --origin; doctor does`);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && url.origin === value.replace(/\/$/, "")) return url.origin;
  throw usage(`--origin is like https://app.example, and not "${value}"`);
}

/** Whether a target is a URL and no path. */
export function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target);
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        schema: { type: "string" },
        fingerprint: { type: "string" },
        layout: { type: "string" },
        origin: { type: "string" },
        checksums: { type: "string" },
        plain: { type: "boolean" },
        header: { type: "string", multiple: true },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "V" },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? firstSentence(error.message) : String(error));
  }
}

function parseHeader(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw usage(`--header needs "Name: value", and is "${text}"`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function usage(problem: string): CommandError {
  return new CommandError(`${problem} (parcode --help shows what there is)`, EXIT_USAGE);
}

/** Node's message without its advice, which is about its own conventions. */
function firstSentence(message: string): string {
  return message.split(/\.\s|\n/)[0]?.replace(/\.$/, "") ?? message;
}
