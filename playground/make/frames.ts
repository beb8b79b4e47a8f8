/** How smoothly the page runs: the time between its frames while something is being done. */

/** What a stretch of time was like. */
export interface Smoothness {
  readonly frames: number;
  readonly perSecond: number;
  /** The longest time between two frames. */
  readonly longestMilliseconds: number;
  /** The gaps of the last frames, oldest first. */
  readonly recent: readonly number[];
}

/** Frames that a chart shows. */
const RECENT_FRAMES = 120;

/** Measures from its making until `stop()`. A page that is not seen has no frames, and what is missing then does not count. */
export class FrameMeter {
  private readonly gaps: number[] = [];
  private total = 0;
  private longest = 0;
  private frames = 0;
  private last: number | undefined;
  private handle: number;
  private readonly onHidden = (): void => {
    this.last = undefined;
  };

  constructor() {
    document.addEventListener("visibilitychange", this.onHidden);
    this.last = performance.now();
    this.handle = requestAnimationFrame(this.frame);
  }

  /** Until now: a thread that is busy at this moment has drawn nothing since the last frame. */
  get smoothness(): Smoothness {
    const { frames, gaps } = this;
    const open = this.last === undefined ? 0 : performance.now() - this.last;
    const total = this.total + open;
    const perSecond = total === 0 ? 0 : (frames * 1000) / total;
    return { frames, perSecond, longestMilliseconds: Math.max(this.longest, open), recent: gaps.slice(-RECENT_FRAMES) };
  }

  stop(): void {
    cancelAnimationFrame(this.handle);
    document.removeEventListener("visibilitychange", this.onHidden);
  }

  /** By the clock, since the time that a frame is drawn for may lie before its callback. */
  private readonly frame = (): void => {
    this.add(performance.now());
    this.handle = requestAnimationFrame(this.frame);
  };

  private add(now: number): void {
    const gap = this.last === undefined ? 0 : now - this.last;
    this.last = now;
    this.total += gap;
    this.longest = Math.max(this.longest, gap);
    this.frames++;
    this.gaps.push(gap);
    if (this.gaps.length > 2 * RECENT_FRAMES) this.gaps.splice(0, RECENT_FRAMES);
  }
}
