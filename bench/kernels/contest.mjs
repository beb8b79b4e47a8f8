// Measures contestants in turn, so that what else the machine does meets all of them alike.

/**
 * @typedef {object} Contest
 * @property {string} title
 * @property {"MB/s" | "ns"} unit
 * @property {number} amount Bytes, or operations, of one run.
 * @property {Record<string, (times: number) => void>} contestants Each does its work so many times.
 *   The first one is what the others are compared with.
 *
 * @typedef {{ name: string, median: number, best: number, ratio: number, low: number, high: number, ofBest: number }} Row
 *   `ratio` is how many times as fast as the first contestant: the median over the rounds; `low` and `high` are its quartiles,
 *   `ofBest` compares the best round of each.
 */

/**
 * @param {Contest} contest
 * @param {{ rounds: number, milliseconds: number }} effort `milliseconds` is the time of one contestant in one round.
 * @returns {{ title: string, unit: string, rows: Row[] }}
 */
export function hold({ title, unit, amount, contestants }, { rounds, milliseconds }) {
  // Finding how often each one runs in that time also lets the engine optimise it.
  const entries = Object.entries(contestants).map(([name, run]) => {
    return { name, run, times: calibrate(run, milliseconds), seconds: [] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { run, times, seconds } of entries) seconds.push(time(run, times) / times);
  }
  const figure = (seconds) => (unit === "MB/s" ? amount / seconds / 1e6 : (seconds * 1e9) / amount);
  const first = entries[0].seconds;
  const rows = entries.map(({ name, seconds }) => {
    const ratios = sorted(seconds.map((value, round) => first[round] / value));
    return {
      name,
      median: figure(at(sorted(seconds), 0.5)),
      best: figure(at(sorted(seconds), 0)),
      ratio: at(ratios, 0.5),
      low: at(ratios, 0.25),
      high: at(ratios, 0.75),
      ofBest: Math.min(...first) / Math.min(...seconds),
    };
  });
  return { title, unit, rows };
}

/** How often `run` fits into the time. The best of three counts: one may have been interrupted. */
function calibrate(run, milliseconds) {
  for (let times = 1; ; times *= 2) {
    const passed = Math.min(time(run, times), time(run, times), time(run, times)) * 1000;
    if (passed >= milliseconds) return Math.max(1, Math.round((times * milliseconds) / passed));
  }
}

function time(run, times) {
  const start = performance.now();
  run(times);
  return (performance.now() - start) / 1000;
}

function sorted(values) {
  return [...values].sort((a, b) => a - b);
}

function at(values, share) {
  return values[Math.round(share * (values.length - 1))];
}
