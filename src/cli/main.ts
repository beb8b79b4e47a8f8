#!/usr/bin/env node
/** The command `parcode`: reads its words, runs the command, and ends with a code that says how it went. */

import { createRequire } from "node:module";
import { type CommandContext, runCommand } from "./commands.ts";
import { errorLine, isClosedPipe, Output } from "./output.ts";
import { ProgressLine } from "./progress.ts";
import { CommandError, EXIT_FAILED, EXIT_INTERRUPTED, parseCommand, USAGE } from "./usage.ts";

const progress = new ProgressLine(process.stderr);
const output = new Output(process.stdout);
const abort = new AbortController();
// Once: a second Ctrl-C ends the process at once, as it would have without us.
process.once("SIGINT", () => abort.abort());

process.exitCode = await run(process.argv.slice(2));

async function run(words: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(words);
    if (command === "help") await output.write(`${USAGE}\n`);
    else if (command === "version") await output.write(`${version()}\n`);
    else await runCommand(command, context());
    progress.clear();
    await output.flush();
    return 0;
  } catch (error) {
    progress.clear();
    // `parcode … | head` has seen what it wanted.
    if (isClosedPipe(error)) return 0;
    await output.flush().catch(() => undefined);
    if (abort.signal.aborted) {
      say("interrupted");
      return EXIT_INTERRUPTED;
    }
    say(errorLine(error));
    return error instanceof CommandError ? error.exitCode : EXIT_FAILED;
  }
}

function context(): CommandContext {
  const { signal } = abort;
  return { output, note: say, progress: (done, total) => progress.show(done, total), signal };
}

function say(text: string): void {
  process.stderr.write(`parcode: ${text}\n`);
}

/** By the package's own name, so that it is found from wherever this file is installed. */
function version(): string {
  const { version } = createRequire(import.meta.url)("parcode-web/package.json") as { version: string };
  return version;
}
