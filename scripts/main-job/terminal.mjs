// What the main job shows: a progress bar while it packs, and the table of what reading cost.

const BAR_WIDTH = 40;
const INTERVAL_MILLISECONDS = 80;

/** The connection for which the last column is computed; loopback has neither distance nor a limit. */
export const LINE = { megabitsPerSecond: 10, roundTripMilliseconds: 50 };

/** A bar for `title` on a terminal; elsewhere nothing until it is done. */
export function progressBar(title, stream = process.stdout) {
  let shownAt = 0;
  const draw = (share) => {
    const filled = Math.round(share * BAR_WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    stream.write(`\r${title} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
  };
  if (stream.isTTY) draw(0);
  return {
    show(done, total) {
      const now = performance.now();
      if (!stream.isTTY || total === undefined || now - shownAt < INTERVAL_MILLISECONDS) return;
      shownAt = now;
      draw(total === 0 ? 1 : Math.min(1, done / total));
    },
    /** Takes the bar away. */
    done() {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}

/**
 * @typedef {{ title: string, requests: number, bytes: number, milliseconds: number }} Row
 * @param {readonly (Row | string)[]} rows A text stands on a line of its own.
 */
export function formatTable(rows) {
  const heads = [
    "",
    "requests",
    "bytes",
    "ms here",
    `over ${LINE.megabitsPerSecond} Mbit/s, ${LINE.roundTripMilliseconds} ms`,
  ];
  const lines = rows.map((row) => (typeof row === "string" ? row : cells(row)));
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...lines.map((line) => (typeof line === "string" ? 0 : line[i].length))),
  );
  const print = (line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return [print(heads), ...lines.map((line) => (typeof line === "string" ? line : print(line)))].join("\n");
}

function cells({ title, requests, bytes, milliseconds }) {
  const transfer = requests * LINE.roundTripMilliseconds + (bytes * 8) / (LINE.megabitsPerSecond * 1000);
  return [title, grouped(requests), grouped(bytes), milliseconds.toFixed(1), `${seconds(transfer)} s`];
}

/** 1234567 as 1,234,567. */
export function grouped(count) {
  return count.toLocaleString("en-US");
}

/** 17142887 as 17.1 MB. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function seconds(milliseconds) {
  return (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1);
}
