// The bench as one module for every environment: the page calls it, and so does Node.
import { hold } from "./contest.mjs";
import { allContests } from "./contests.mjs";

/**
 * @param {{ rounds: number, milliseconds: number, only?: string }} options Contests whose title contains `only` are held.
 * @param {((stored: Uint8Array) => Uint8Array) | undefined} [native] A decoder of LZ4 in native code.
 */
export async function runSuite({ only = "", ...effort }, native) {
  const contests = (await allContests(native)).filter(({ title }) => title.includes(only));
  return contests.map((contest) => hold(contest, effort));
}
