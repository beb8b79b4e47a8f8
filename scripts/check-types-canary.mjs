// Proves that the type tests can fail: compiles test/types/canary*.ts and requires exactly the errors that its comments announce.
// `// expect TS2322` at the end of a line, or alone on the line above it, announces that error on that line.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runNode } from "./process.mjs";

const FOLDER = "test/types";

const names = existsSync(join(ROOT, FOLDER)) ? readdirSync(join(ROOT, FOLDER)) : [];
const canaries = names.filter((name) => /^canary.*\.ts$/.test(name)).map((name) => `${FOLDER}/${name}`);
const expected = new Set(canaries.flatMap(announcedErrors));

if (expected.size === 0) {
  console.error(`${FOLDER}/canary*.ts announces no error: nothing would notice if the types accepted everything.`);
  process.exitCode = 1;
} else {
  const actual = await compilerErrors();
  const missing = [...expected].filter((error) => !actual.has(error));
  const unexpected = [...actual].filter(([error]) => !expected.has(error));
  for (const error of missing) console.error(`${error} was expected, and the compiler accepts the line`);
  for (const [error, message] of unexpected) console.error(`${error} was not expected: ${message}`);
  if (missing.length + unexpected.length > 0) process.exitCode = 1;
  else console.log(`The canary fails as it must: ${expected.size} errors.`);
}

/** `file:line TScode` for each error that the comments of a file announce. */
function announcedErrors(file) {
  return readFileSync(join(ROOT, file), "utf8")
    .split("\n")
    .flatMap((line, index) => {
      const [before, codes] = line.split(/\/\/ expect (?=TS\d)/);
      if (codes === undefined) return [];
      const lineNumber = before?.trim() === "" ? index + 2 : index + 1;
      return [...codes.matchAll(/TS\d+/g)].map(([code]) => `${file}:${lineNumber} ${code}`);
    });
}

/** @returns {Promise<Map<string, string>>} `file:line TScode` → message. */
async function compilerErrors() {
  const { output } = await runNode("tsc", ["-p", "tsconfig.canary.json", "--pretty", "false"], { capture: true });
  const errors = output.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/gm);
  return new Map([...errors].map(([, file, line, code, message]) => [`${file}:${line} ${code}`, message ?? ""]));
}
