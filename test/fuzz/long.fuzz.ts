/** The fuzzer for as long as it is told; scripts/fuzz.mjs starts it, with what it needs in the environment. */
import { test } from "vitest";
import { runRound, type Tally } from "./run.ts";

const { PARCODE_FUZZ_SECONDS = "60", PARCODE_FUZZ_SEED = "1", PARCODE_FUZZ_ROUND } = process.env;
const seed = Number(PARCODE_FUZZ_SEED);
const milliseconds = Number(PARCODE_FUZZ_SECONDS) * 1000;
/** Failures are told up to here; there are many of one cause. */
const MOST_FAILURES = 5;

test(`seed ${seed}`, { timeout: milliseconds + 120_000 }, async () => {
  const tally: Tally = new Map();
  const failures: Error[] = [];
  const end = performance.now() + milliseconds;
  let rounds = 0;
  for (let round = Number(PARCODE_FUZZ_ROUND ?? 0); ; round++) {
    try {
      await runRound(seed, round, tally);
    } catch (error) {
      failures.push(error as Error);
    }
    rounds++;
    if (PARCODE_FUZZ_ROUND !== undefined || failures.length >= MOST_FAILURES || performance.now() > end) break;
  }
  console.log(`seed ${seed}, ${rounds} damaged files, read in six ways: ${JSON.stringify(Object.fromEntries(tally))}`);
  if (failures.length > 0) throw new Error(`\n${failures.map(({ message }) => message).join("\n\n")}`);
});
