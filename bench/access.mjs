// What is asked of a closed file, in Node and in a page.

/** Floats of 4 bytes, one of each line of a processor's cache; bytes likewise. */
const FLOATS = 16;
const BYTES = 64;

const ACCESSES = {
  field: (world) => world.field(),
  lookup: (world, name) => world.player(name),
  heights: (world) => world.heights(),
  everything: (world) => world.everything(),
};

export const ACCESS_NAMES = Object.keys(ACCESSES);

/**
 * Does `access` with an open world. What comes as a view of memory is touched, so that nobody is fast because the bytes were never
 * there: one element of each cache line of the floats and the asset is added up, of every contender alike.
 * @returns {Promise<unknown>} What was found.
 */
export async function accessWorld(world, access, name) {
  const value = await ACCESSES[access](world, name);
  if (access === "heights") touch(value, FLOATS);
  if (access === "everything") {
    touch(value.heights, FLOATS);
    touch(value.asset, BYTES);
  }
  return value;
}

/** Has the touching itself compiled, which is none of a contender's work. Before anything is timed. */
export function prepareTouch() {
  const [floats, bytes] = [new Float32Array(1024).fill(1), new Uint8Array(1024).fill(1)];
  for (let i = 0; i < 2000; i++) {
    touch(floats, 1);
    touch(bytes, 1);
  }
}

function touch(numbers, step) {
  let sum = 0;
  for (let i = 0; i < numbers.length; i += step) sum += numbers[i];
  if (!(sum > 0)) throw new Error("What was read is empty.");
}
