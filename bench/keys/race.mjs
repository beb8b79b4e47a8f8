// The race of ordered keys, in Node and in a page: everybody makes the same keys, in turns.
import { difference } from "./same.mjs";

const KEYS = 1000;

/** As they come out of JSON: texts that were joined from pieces are in another form in V8, and slower to read for everybody. */
function makeValues() {
  const made = Array.from({ length: KEYS }, (_, i) => [
    (i * 7919) % 100_000,
    `user/${((i * 31_337) % 99_991).toString(36).padStart(4, "0")}/${"abcd".slice(i % 3)}`,
    1_700_000_000_000 + ((i * 2_654_435_761) % 1e11),
  ]);
  return JSON.parse(JSON.stringify(made));
}

/**
 * @param {{ name: string, encode: Function, decode?: Function, compare?: Function, prepare?: Function }[]} contenders
 * @returns {{ name: string, byteLengths: number[], encode: number[], decode: number[], compare: number[] }[]} Nanoseconds of one call in every
 *   round; none where a contender has no such call.
 */
export function raceAll(contenders, counts) {
  const values = makeValues();
  const tasks = contenders.map((contender) => prepare(contender, values));
  const results = tasks.map(({ name, byteLengths }) => ({ name, byteLengths }));
  for (const call of ["encode", "decode", "compare"]) {
    race(tasks, call, counts).forEach((samples, i) => {
      results[i][call] = samples;
    });
  }
  return results;
}

function prepare({ name, prepare: change = (value) => value, encode, decode, compare }, plain) {
  const values = plain.map(change);
  const keys = values.map(encode);
  if (decode !== undefined && keys.some((key, i) => difference(decode(key), values[i]) !== undefined)) {
    throw new Error(`${name} does not give a key's value back.`);
  }
  const lengthOf = (key) => (typeof key === "string" ? new TextEncoder().encode(key).length : (key.length ?? key));
  return {
    name,
    byteLengths: keys.map(lengthOf),
    encode: () => {
      let total = 0;
      for (let i = 0; i < KEYS; i++) {
        const key = encode(values[i]);
        total += typeof key === "number" ? key : key.length;
      }
      return total;
    },
    decode:
      decode &&
      (() => {
        let total = 0;
        for (let i = 0; i < KEYS; i++) total += decode(keys[i])[0];
        return total;
      }),
    compare:
      compare &&
      (() => {
        let total = 0;
        for (let i = 1; i < KEYS; i++) total += compare(values[i - 1], values[i]);
        return total;
      }),
  };
}

/** Nanoseconds of one call for each contender, in every round. */
function race(tasks, name, { rounds, repeat }) {
  const samples = tasks.map(() => []);
  let sink = 0;
  for (let round = -2; round < rounds; round++) {
    // Another one first each time.
    for (let turn = 0; turn < tasks.length; turn++) {
      const i = (turn + round + 2) % tasks.length;
      const work = tasks[i][name];
      if (work === undefined) continue;
      const start = performance.now();
      for (let k = 0; k < repeat; k++) sink += work();
      const elapsed = ((performance.now() - start) * 1e6) / repeat / KEYS;
      // The first rounds compile.
      if (round >= 0) samples[i].push(elapsed);
    }
  }
  if (Number.isNaN(sink)) throw new Error("A key without a length or an id");
  return samples;
}
