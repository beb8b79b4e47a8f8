/** The command line: its commands. In: a parsed call. Out: their text, piece by piece. */

import type { FingerprintHash } from "../codec/fingerprint.ts";
import { schemaSource } from "../describe/source.ts";
import { fingerprint } from "../inspect.ts";
import type { AsyncFile } from "../mirror/file.ts";
import { fileSink } from "../node/file-sink.ts";
import { fileSource } from "../node/file-source.ts";
import { openFile } from "../node/open-file.ts";
import { open } from "../open.ts";
import { optimize } from "../optimize.ts";
import { contentOf } from "../schema/layout.ts";
import { nodeOf, type SchemaNode } from "../schema/node.ts";
import type { Schema } from "../schema/types.ts";
import { httpSource } from "../source/http-source.ts";
import { doctor } from "./doctor.ts";
import { jsonPieces } from "./json.ts";
import { grouped, type Output } from "./output.ts";
import { parsePath } from "./path.ts";
import { loadSchema } from "./schema-module.ts";
import { select } from "./select.ts";
import { type Command, CommandError, type CommandName, isUrl } from "./usage.ts";

/** What a command works with. */
export interface CommandContext {
  readonly output: Output;
  /** Says something beside the output. */
  readonly note: (text: string) => void;
  /** Shows how far the work is, where somebody looks. */
  readonly progress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Runs a command to its end. */
export async function runCommand(command: Command, context: CommandContext): Promise<void> {
  return await COMMANDS[command.name](command, context);
}

const COMMANDS: { readonly [Name in CommandName]: (command: Command, context: CommandContext) => Promise<void> } = {
  inspect,
  verify,
  schema,
  cat,
  optimize: optimizeTarget,
  doctor,
};

async function inspect(command: Command, { output, signal }: CommandContext): Promise<void> {
  const file = await openTarget(command, undefined, signal);
  try {
    const tree = await file.inspect({ signal });
    const { version, chunks, bytes, root } = tree;
    const { integrity, metadata, schema: described } = file;
    if (command.json) {
      const facts = { version, integrity, metadata: Object.fromEntries(metadata), chunks, bytes, root };
      return await output.write(`${JSON.stringify(facts)}\n`);
    }
    await output.write(command.plain || described === undefined ? String(tree) : tree.describe());
  } finally {
    await file.close();
  }
}

async function schema(command: Command, { output, signal }: CommandContext): Promise<void> {
  const file = await openTarget(command, undefined, signal);
  try {
    await output.write(schemaSource(described(file, command)));
  } finally {
    await file.close();
  }
}

/** The schema that a file says it has. */
function described(file: AsyncFile<unknown, unknown>, { target }: Command): SchemaNode {
  // Where there is a description that cannot be read, this says what is wrong with it.
  if (file.schema === undefined && file.integrity !== "none") void file.root;
  if (file.schema !== undefined) return nodeOf(file.schema);
  throw new CommandError(`${target} has no description of its schema: only cat --schema can read its values`);
}

async function optimizeTarget(command: Command, context: CommandContext): Promise<void> {
  const { target, path = "", layout, checksums } = command;
  const source = isUrl(target) ? httpSource(target, { headers: headersOf(command) }) : fileSource(target);
  const { signal, output } = context;
  try {
    const options = { layout, checksums, signal, onProgress: progressOf(context) };
    const { byteLength, chunks, openRequests, pin } = await optimize(source, fileSink(path), options);
    const requests = openRequests === 1 ? "one request opens it" : `${openRequests} requests open it`;
    await output.write(`${path}: ${grouped(chunks)} chunks, ${grouped(byteLength)} bytes; over HTTP ${requests}.\n`);
    if (pin !== undefined) await output.write(`integrity: ${pin}\n`);
  } finally {
    await source.close?.();
  }
}

async function verify(command: Command, context: CommandContext): Promise<void> {
  const { output, signal } = context;
  const onProgress = progressOf(context);
  const file = await openTarget(command, undefined, signal);
  try {
    const report = await file.verify({ signal, onProgress });
    const hash = command.fingerprint;
    const text = hash === undefined ? undefined : await fingerprintTarget(command, hash, context);
    if (command.json) return await output.write(`${JSON.stringify({ ...report, pin: file.pin, fingerprint: text })}\n`);
    const { chunks, bytes, payloadBytes, unusedBytes, integrity } = report;
    const guarded = integrity === "none" ? "without checksums, so only their structure was checked" : `by ${integrity}`;
    await output.write(
      `${command.target} is whole: ${grouped(chunks)} chunks of ${grouped(bytes)} bytes, ${grouped(payloadBytes)} decompressed, ${guarded}.\n`,
    );
    if (unusedBytes > 0) await output.write(`${grouped(unusedBytes)} bytes belong to no chunk.\n`);
    if (file.pin !== undefined) await output.write(`integrity: ${file.pin}\n`);
    if (text !== undefined) await output.write(`${text}\n`);
  } finally {
    await file.close();
  }
}

async function cat(command: Command, { output, note, signal }: CommandContext): Promise<void> {
  const steps = parsePath(command.path ?? "");
  const given = command.schema === undefined ? undefined : await loadSchema(command.schema);
  const file = await openTarget(command, given, signal);
  try {
    if (given === undefined && file.schema === undefined && command.path === undefined) {
      await output.write(String(await file.inspect({ signal })));
      return note("this is the structure only: the values need --schema, since the file does not describe itself");
    }
    const node = given === undefined ? described(file, command) : nodeOf(given);
    const root = { schema: contentOf(node).content, view: file.root };
    const { view } = await select(root, steps, { signal });
    for await (const piece of jsonPieces(view, { indent: command.json ? 0 : 2 }, { signal })) await output.write(piece);
    await output.write("\n");
  } finally {
    await file.close();
  }
}

/** The hash over all bytes, in a second pass: the first one found that they are whole. */
function fingerprintTarget(command: Command, hash: FingerprintHash, context: CommandContext): Promise<string> {
  const { target } = command;
  const options = { signal: context.signal, onProgress: progressOf(context) };
  if (!isUrl(target)) return fingerprint(fileSource(target), hash, options);
  return fingerprint(target, hash, { ...options, headers: headersOf(command) });
}

function progressOf({ progress }: CommandContext): (done: { bytesDone: number; bytesTotal: number }) => void {
  return ({ bytesDone, bytesTotal }) => progress(bytesDone, bytesTotal);
}

function headersOf({ headers }: Command): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}

function openTarget(
  command: Command,
  schema: Schema | undefined,
  signal: AbortSignal,
): Promise<AsyncFile<unknown, unknown>> {
  // The overloads tell a schema from none; here it is one or the other.
  const given = schema as Schema;
  const { target } = command;
  if (!isUrl(target)) return openFile(target, given, { signal });
  return open(target, given, { signal, headers: headersOf(command) });
}
