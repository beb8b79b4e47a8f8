/**
 * Step 9: what is done with a file as a whole, and seldom: looking at its chunks, checking them, asking what an access would cost.
 * In a module of its own: files that were opened with promises load it when it is wanted.
 */

import type { Routine } from "../read/drive.ts";
import { planOf, type ReadPlan } from "../read/dry-run.ts";
import { type ChunkTree, type TypeText, walkTree } from "../read/tree.ts";
import { type VerifyOptions, verifyEnds, verifyEndsSync, verifyFile } from "../read/verify.ts";
import type { LoadOptions } from "../schema/handles.ts";
import { contentOf } from "../schema/layout.ts";
import type { FileParts } from "./file.ts";
import type { Runner } from "./runner.ts";

/** The tree of chunks, or a promise of it. `text` gives a schema for people. */
export function inspectFile(
  { node, opening }: FileParts,
  runner: Runner,
  options: LoadOptions,
  text: TypeText,
): unknown {
  const schema = node === undefined ? undefined : { content: contentOf(node).content, text };
  return runner.run("", { signal: options.signal }, (scope): Routine<ChunkTree> => walkTree(scope, opening, schema));
}

/** Reads and checks everything. Gives a report, or a promise of it. */
export function verifyAll({ store, opening }: FileParts, runner: Runner, options: VerifyOptions): unknown {
  const verifyChunks = (endBytes: number): unknown =>
    runner.run("", { signal: options.signal }, (scope) => verifyFile(scope, opening, endBytes, options));
  if (runner.mode === "sync") return verifyChunks(verifyEndsSync(store));
  return verifyEnds(store, options.signal).then(verifyChunks);
}

/** What an access would read. `open` opens the same file once more. */
export function explainAccess(
  { store }: FileParts,
  open: (again: Pick<FileParts, "store">) => Promise<{ readonly root: unknown }>,
  access: (root: unknown) => unknown,
): Promise<ReadPlan> {
  return planOf(store, async (copy) => access((await open({ store: copy })).root));
}
