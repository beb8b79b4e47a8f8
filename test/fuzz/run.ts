/** Runs rounds of the fuzzer, and says how to have a failed one again. */
import { type Damaged, damagedFile } from "./mutate.ts";
import { readAll } from "./read-all.ts";
import { subjects } from "./subjects.ts";

/** How often each outcome was met. */
export type Tally = Map<string, number>;

/** Round `round` of a seed. @throws with the seed, the round, and what was changed */
export async function runRound(seed: number, round: number, tally: Tally): Promise<void> {
  const damaged = damagedFile(await subjects(), seed, round);
  try {
    const codes = await readAll(damaged);
    for (const code of codes.size === 0 ? ["no error"] : codes) tally.set(code, (tally.get(code) ?? 0) + 1);
  } catch (error) {
    throw new Error(`${describe(damaged)}\n--seed ${seed} --round ${round}: ${(error as Error).message}`);
  }
}

function describe({ subject, sealed, what, bytes }: Damaged): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `"${subject.name}" with ${what}${sealed ? ", sealed" : ""}:\n${hex}`;
}
