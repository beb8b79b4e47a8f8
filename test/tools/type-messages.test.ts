// What the compiler says about a wrong value: short enough to be read, and with the field's name in it. The mistakes are
// those of test/types/canary.ts that are marked with `names WORD`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, runNode } from "../../scripts/process.mjs";

const CANARY = "test/types/canary.ts";

/** The compiler shortens a type at some 320 characters; a message has up to two of them, but only where fields are missing or a schema is wrong. */
const MAX_CHARACTERS = 400;
const MAX_WITH_A_TYPE = 600;

interface Message {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly text: string;
}

async function messages(): Promise<readonly Message[]> {
  const { output } = await runNode("tsc", ["-p", "tsconfig.canary.json", "--pretty", "false"], { capture: true });
  const pattern = /^test\/types\/canary\.ts\((\d+),(\d+)\): error (TS\d+): (.*(?:\n {2}.*)*)/gm;
  return [...output.matchAll(pattern)].map(([, line, column, code = "", text = ""]) => {
    return { line: Number(line), column: Number(column), code, text };
  });
}

test("errors about values are short and name the field", async () => {
  const source = readFileSync(join(ROOT, CANARY), "utf8").split("\n");
  const found = await messages();
  const marked = source.flatMap((line, index) => {
    const word = / names (\S+)$/.exec(line)?.[1];
    return word === undefined ? [] : [{ line: index + 2, word }];
  });
  expect(marked.length).toBeGreaterThan(15);
  for (const { line, word } of marked) {
    const message = found.find((candidate) => candidate.line === line);
    // An editor underlines what starts at the error's column; what is written there need not be said again.
    const underlined = source[line - 1]?.slice((message?.column ?? 1) - 1);
    expect(`${message?.text} at ${underlined}`, `line ${line}`).toContain(word);
    const showsType = ["TS2740", "TS2739", "TS2353", "TS2375"].includes(message?.code ?? "");
    expect(message?.text.length, `line ${line}`).toBeLessThan(showsType ? MAX_WITH_A_TYPE : MAX_CHARACTERS);
  }
}, 60_000);
