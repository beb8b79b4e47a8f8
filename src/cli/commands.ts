/** The command line: its three commands. In: a parsed call. Out: their text, piece by piece. */

import type { FingerprintHash } from "../codec/fingerprint.ts";
import { fingerprint } from "../inspect.ts";
import type { AsyncFile } from "../mirror/file.ts";
import { fileSource } from "../node/file-source.ts";
import { openFile } from "../node/open-file.ts";
import { open } from "../open.ts";
import { contentOf } from "../schema/layout.ts";
import { nodeOf } from "../schema/node.ts";
import type { Schema } from "../schema/types.ts";
import { jsonPieces } from "./json.ts";
import { grouped, type Output } from "./output.ts";
import { parsePath } from "./path.ts";
import { loadSchema } from "./schema-module.ts";
import { select } from "./select.ts";
import { type Command, isUrl } from "./usage.ts";

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
  if (command.name === "verify") return await verify(command, context);
  if (command.name === "inspect" || command.schema === undefined) return await inspect(command, context);
  return await cat(command, command.schema, context);
}

async function inspect(command: Command, { output, note, signal }: CommandContext): Promise<void> {
  const file = await openTarget(command, undefined, signal);
  try {
    const tree = await file.inspect({ signal });
    const { version, chunks, bytes, root } = tree;
    await output.write(command.json ? `${JSON.stringify({ version, chunks, bytes, root })}\n` : String(tree));
  } finally {
    await file.close();
  }
  if (command.name === "cat")
    note("this is the structure only: the values need --schema, which says what the bytes mean");
}

async function verify(command: Command, context: CommandContext): Promise<void> {
  const { output, signal } = context;
  const onProgress = progressOf(context);
  const file = await openTarget(command, undefined, signal);
  try {
    const report = await file.verify({ signal, onProgress });
    const hash = command.fingerprint;
    const text = hash === undefined ? undefined : await fingerprintTarget(command, hash, context);
    if (command.json) return await output.write(`${JSON.stringify({ ...report, fingerprint: text })}\n`);
    const { chunks, bytes, payloadBytes, unusedBytes } = report;
    await output.write(
      `${command.target} is whole: ${grouped(chunks)} chunks of ${grouped(bytes)} bytes, ${grouped(payloadBytes)} decompressed.\n`,
    );
    if (unusedBytes > 0) await output.write(`${grouped(unusedBytes)} bytes belong to no chunk.\n`);
    if (text !== undefined) await output.write(`${text}\n`);
  } finally {
    await file.close();
  }
}

async function cat(command: Command, schemaText: string, { output, signal }: CommandContext): Promise<void> {
  const steps = parsePath(command.path ?? "");
  const schema = await loadSchema(schemaText);
  const file = await openTarget(command, schema, signal);
  try {
    const root = { schema: contentOf(nodeOf(schema)).content, view: file.root };
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
