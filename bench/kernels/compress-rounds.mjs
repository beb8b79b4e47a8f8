// The same work for Node and for the page: 64 MB in a chunk with lz4, written with each number of workers in turn.
import { makeWorld } from "../world.mjs";

export const WORKERS = [0, 1, 2];

const BYTES = 64_000_000;

/**
 * @returns {Promise<{ total: number, blocked: number }[]>} For each of WORKERS the median milliseconds of a write, and of the
 *   longest time in which the calling thread did nothing else.
 */
export async function compressRounds(library, rounds) {
  const { bytes, chunk, serialize, struct } = library;
  const schema = struct({ blob: chunk(bytes, { compression: "lz4" }) });
  const piece = makeWorld("a").asset;
  const blob = new Uint8Array(BYTES);
  for (let at = 0; at < BYTES; at += piece.length) blob.set(piece.subarray(0, BYTES - at), at);
  const samples = WORKERS.map(() => ({ totals: [], blocks: [] }));
  let expected;
  for (let round = -1; round < rounds; round++) {
    for (const [index, workers] of WORKERS.entries()) {
      const watch = watchThread();
      const start = performance.now();
      const file = await serialize(schema, { blob }, { workers: workers === 0 ? false : workers });
      const total = performance.now() - start;
      const blocked = await watch.stop();
      expected ??= file.length;
      if (file.length !== expected) throw new Error(`${file.length} bytes and not ${expected}`);
      // The first round starts the workers and lets the engine optimise.
      if (round < 0) continue;
      samples[index].totals.push(total);
      samples[index].blocks.push(blocked);
    }
  }
  return samples.map(({ totals, blocks }) => ({ total: median(totals), blocked: median(blocks) }));
}

/** Measures the longest pause between two turns of the event loop. */
function watchThread() {
  let longest = 0;
  let last = performance.now();
  let ended = false;
  const done = (async () => {
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  return {
    stop: async () => {
      ended = true;
      await done;
      return longest;
    },
  };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
