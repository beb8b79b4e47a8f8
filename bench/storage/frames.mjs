// What a page's user would notice: the time between two frames, and tasks that keep the thread for more than 50 ms.

/** Watches until `end`. @returns {{ end(): Promise<{ longestGap: number, gaps: number, longestTask: number, tasks: number, frames: number }> }} */
export function watchFrames() {
  const gaps = [];
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  let last = performance.now();
  let isWatching = true;
  const onFrame = () => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    if (isWatching) requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  return {
    async end() {
      // A last frame, and the observer's own turn.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
      isWatching = false;
      observer.disconnect();
      return {
        longestGap: Math.max(...gaps),
        gaps: gaps.filter((gap) => gap > 50).length,
        longestTask: Math.max(0, ...tasks),
        tasks: tasks.length,
        frames: gaps.length,
      };
    },
  };
}
