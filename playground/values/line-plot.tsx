/** Numbers as a line over their index, with uPlot. Of many, the least and greatest of each pixel are drawn. */

import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colours, useSize } from "../canvas.ts";
import { grouped } from "../text.ts";

const HEIGHT = 280;

interface Props {
  readonly values: Float64Array;
  /** Index of the first. */
  readonly start: number;
  readonly name: string;
}

/** At most two points for each of `columns`: the least and the greatest, in their order. */
export function thinned(values: Float64Array, start: number, columns: number): [number[], (number | null)[]] {
  const xs: number[] = [];
  const ys: (number | null)[] = [];
  const put = (index: number): void => {
    const value = values[index] as number;
    xs.push(start + index);
    ys.push(Number.isFinite(value) ? value : null);
  };
  const step = values.length / columns;
  if (step <= 2) {
    for (let i = 0; i < values.length; i++) put(i);
    return [xs, ys];
  }
  for (let column = 0; column < columns; column++) {
    const from = Math.floor(column * step);
    const to = Math.min(values.length, Math.floor((column + 1) * step));
    let least = from;
    let most = from;
    for (let i = from + 1; i < to; i++) {
      if (!((values[i] as number) >= (values[least] as number))) least = i;
      if (!((values[i] as number) <= (values[most] as number))) most = i;
    }
    put(Math.min(least, most));
    if (least !== most) put(Math.max(least, most));
  }
  return [xs, ys];
}

/** The plot. */
export function LinePlot({ values, start, name }: Props) {
  const { ref, size } = useSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const { accent = "", quiet = "", line = "" } = colours();
  useEffect(() => {
    if (place.current === null || size.width === 0) return;
    const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const number = (_: unknown, ticks: number[]): string[] => ticks.map((tick) => (tick === null ? "" : grouped(tick)));
    const plot = new UPlot(
      {
        width: size.width,
        height: HEIGHT,
        scales: { x: { time: false } },
        axes: [
          { ...axis, values: number, space: 90 },
          { ...axis, size: 60 },
        ],
        series: [
          { label: "index", value: (_, at) => (at === null ? "–" : grouped(at)) },
          { label: name, stroke: accent, width: 1.25, points: { show: values.length < 200 } },
        ],
        cursor: { y: false },
      },
      thinned(values, start, Math.max(100, Math.floor(size.width))) as UPlot.AlignedData,
      place.current,
    );
    return () => plot.destroy();
  }, [values, start, name, size.width, accent, quiet, line]);
  return (
    <div ref={ref} class="plot" role="img" aria-label={`A line of ${grouped(values.length)} values of ${name}`}>
      <div ref={place} />
    </div>
  );
}
