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
export const USAGE = `Usage: parcode inspect FILE|URL [--json]
       parcode verify  FILE|URL [--fingerprint HASH] [--json]
       parcode cat     FILE|URL [PATH] [--schema MODULE[#NAME]] [--json]

Commands:
  inspect   prints the tree of chunks, without their values
  verify    reads and decompresses every chunk; ends with code 1 if the file is damaged
  cat       prints the value at PATH as JSON, reading only what that needs, such as
            players["Hero123"].level   players.Hero123.level   list[3]   list[-1]   list[10:20]
            without PATH: everything; without a schema: the structure

Options:
  --schema MODULE[#NAME]   file of the ES module that exports the schema, by default or as NAME
  --fingerprint HASH       also prints a hash over all bytes of the file: sha256, blake3 or crc32
  --header "Name: value"   sent with each request to a URL; can be given several times
  --json                   for programs: one line of JSON
  -h, --help               prints this
  -V, --version            prints the version

Values in JSON: 64-bit integers as strings, bytes as {"$bytes": base64}, a map as an object if its keys are strings,
else as a list of [key, value].`;

/** One call of the command line. */
export interface Command {
  readonly name: "inspect" | "verify" | "cat";
  /** A path, or a URL of http or https. */
  readonly target: string;
  readonly path: string | undefined;
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
  const [name, target, path, ...more] = positionals;
  if (name === undefined) throw usage("a command is missing");
  if (name !== "inspect" && name !== "verify" && name !== "cat") throw usage(`there is no command "${name}"`);
  if (target === undefined || target === "") throw usage(`${name} needs a FILE or URL`);
  const surplus = name === "cat" ? more[0] : path;
  if (surplus !== undefined) throw usage(`"${surplus}" is one argument too many for ${name}`);
  const { schema, header = [], json = false } = values;
  const fingerprint = FINGERPRINT_HASHES.find((hash) => hash === values.fingerprint);
  if (values.fingerprint !== undefined) {
    if (name !== "verify") throw usage(`${name} takes no --fingerprint; verify does`);
    if (fingerprint === undefined) {
      throw usage(`--fingerprint is one of ${FINGERPRINT_HASHES.join(", ")}, and not "${values.fingerprint}"`);
    }
  }
  if (schema !== undefined && name !== "cat") throw usage(`${name} takes no --schema: it does not decode values`);
  if (path !== undefined && schema === undefined) {
    throw usage("a PATH needs --schema, which says what the bytes mean");
  }
  if (header.length > 0 && !isUrl(target)) throw usage("--header is for URLs, and the target is a file");
  return { name, target, path, schema, fingerprint, headers: header.map(parseHeader), json };
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
