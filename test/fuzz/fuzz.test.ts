/** A short run of the fuzzer, the same every time; `npm run test:fuzz` has longer ones. */
import { expect, test } from "vitest";
import { runRound, type Tally } from "./run.ts";

const SEED = 1;
const ROUNDS = 700;

test(`${ROUNDS} damaged files give values or typed errors, and what is guarded no wrong value`, {
  timeout: 120_000,
}, async () => {
  const tally: Tally = new Map();
  for (let round = 0; round < ROUNDS; round++) await runRound(SEED, round, tally);
  // The rounds get past the checksums, and to what lies behind them.
  for (const code of ["no error", "NotAParcodeFile", "ChecksumMismatch", "CorruptChunk", "SchemaIncompatible"]) {
    expect(tally.get(code) ?? 0, code).toBeGreaterThan(5);
  }
});
