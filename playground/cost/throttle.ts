/** A slow connection, to feel what fewer and smaller reads are worth. Added on top of the real one. */

import { signal } from "@preact/signals";

/** How slow. */
export interface Line {
  readonly name: string;
  readonly title: string;
  /** Added to each request. */
  readonly latencyMilliseconds: number;
  /** Infinity: as fast as it comes. */
  readonly megabitsPerSecond: number;
}

export const LINES: readonly [Line, ...Line[]] = [
  { name: "none", title: "as it is", latencyMilliseconds: 0, megabitsPerSecond: Number.POSITIVE_INFINITY },
  { name: "cable", title: "cable: 20 ms, 50 Mbit/s", latencyMilliseconds: 20, megabitsPerSecond: 50 },
  { name: "mobile", title: "mobile: 80 ms, 8 Mbit/s", latencyMilliseconds: 80, megabitsPerSecond: 8 },
  { name: "train", title: "train: 400 ms, 1 Mbit/s", latencyMilliseconds: 400, megabitsPerSecond: 1 },
];

/** The one that is chosen. */
export const line = signal<Line>(LINES[0]);

/** What `bytes` in one request take on a line, without what the real one takes. */
export function slowness({ latencyMilliseconds, megabitsPerSecond }: Line, bytes: number): number {
  return latencyMilliseconds + (bytes * 8) / (megabitsPerSecond * 1000);
}

/** Waits as long as the chosen line would take. @throws the signal's reason */
export function waitAsSlow(bytes: number, abort: AbortSignal | undefined): Promise<void> {
  const milliseconds = slowness(line.value, bytes);
  if (milliseconds === 0) return Promise.resolve();
  return new Promise((done, failed) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      failed(abort?.reason);
    };
    const timer = setTimeout(() => {
      abort?.removeEventListener("abort", onAbort);
      done();
    }, milliseconds);
    if (abort?.aborted === true) onAbort();
    else abort?.addEventListener("abort", onAbort);
  });
}
