// Workers of Node: they hold a program until its tasks are done, and no longer, although they stay for the next task.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const libraryIn = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

const programOf = (library: string): string => `
  import { bytes, chunk, memorySink, open, save, serializeSync, struct } from ${JSON.stringify(library)};
  const World = struct({ blob: chunk(bytes) });
  const { mode, workers, fallback } = await save(memorySink(), World, { blob: new Uint8Array(4_000_000) }, { compression: "lz4", workers: 2 });
  const holding = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap");
  // The second worker may still be starting when the first has done everything.
  for (let i = 0; i === 0 || (i < 300 && holding().length > 0); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(JSON.stringify({ mode, workers, fallback, holding: holding() }));
`;

test.each(["src/index.js", "node/index.js"])(
  "a program that has saved with workers of dist/%s ends, with nothing left that holds it",
  async (path) => {
    const program = programOf(libraryIn(path));
    const run = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
    expect(JSON.parse(run.stdout)).toEqual({ mode: "workers", workers: 2, holding: [] });
    expect(run.stderr).toBe("");
  },
);
