// Reads damaged files for a while: each has to give a value or a typed error, soon and without a large allocation, and what
// is guarded by checksums never a wrong value. Prints the seed and, of what fails, the round and the file.
// Usage: node scripts/fuzz.mjs [--seconds 60] [--seed N] [--round N]   (a round alone: that file again)
import { parseArgs } from "node:util";
import { runNode } from "./process.mjs";
import { ensurePackages } from "./setup.mjs";

const { values } = parseArgs({
  options: { seconds: { type: "string" }, seed: { type: "string" }, round: { type: "string" } },
});
const number = (name, byDefault) => {
  const value = values[name] ?? byDefault;
  if (value === undefined || /^\d{1,9}$/.test(value)) return value;
  console.error(`--${name} must be a whole number below 1,000,000,000, found ${JSON.stringify(value)}.`);
  process.exit(2);
};

const seconds = number("seconds", "60");
const seed = number("seed", String(Math.floor(Math.random() * 1e9)));
const round = number("round", undefined);
console.log(`seed ${seed}${round === undefined ? `, ${seconds} s` : `, round ${round}`}`);

await ensurePackages();
const env = { ...process.env, PARCODE_FUZZ_SECONDS: seconds, PARCODE_FUZZ_SEED: seed };
if (round !== undefined) Object.assign(env, { PARCODE_FUZZ_ROUND: round });
process.exitCode = (await runNode("vitest", ["run", "--config", "vitest.fuzz.config.ts"], { env })).code;
