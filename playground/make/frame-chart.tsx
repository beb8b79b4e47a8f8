/** The time between the frames of the page, as bars: what is low is smooth. */

import type { Smoothness } from "./frames.ts";

const WIDTH = 240;
const HEIGHT = 36;
const BAR = 2;
/** As high as the chart goes. */
const TOP_MILLISECONDS = 100;
/** From here on a person sees that something waits. */
const SLOW_MILLISECONDS = 50;

export function FrameChart({ smoothness }: { readonly smoothness: Smoothness }) {
  const gaps = smoothness.recent.slice(-WIDTH / BAR);
  return (
    <svg class="make-frames" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="make-frames-slow" d={`M0 ${heightOf(SLOW_MILLISECONDS)}H${WIDTH}`} />
      <path class="make-frames-bars" d={barsOf(gaps, (gap) => gap < SLOW_MILLISECONDS)} />
      <path class="make-frames-late" d={barsOf(gaps, (gap) => gap >= SLOW_MILLISECONDS)} />
    </svg>
  );
}

function barsOf(gaps: readonly number[], isShown: (gap: number) => boolean): string {
  const start = WIDTH - gaps.length * BAR;
  return gaps.map((gap, i) => (isShown(gap) ? `M${start + i * BAR + 1} ${HEIGHT}V${heightOf(gap)}` : "")).join("");
}

function heightOf(milliseconds: number): string {
  return (HEIGHT * (1 - Math.min(milliseconds, TOP_MILLISECONDS) / TOP_MILLISECONDS)).toFixed(1);
}

/** "58 frames a second, the longest pause 21 ms." */
export function frameText({ frames, perSecond, longestMilliseconds }: Smoothness): string {
  if (frames < 2) return "Too short for frames to be counted.";
  return `${Math.round(perSecond)} frames a second, the longest pause ${Math.round(longestMilliseconds)} ms.`;
}
