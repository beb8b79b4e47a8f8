/** Two columns as points, and a grid as an image, on a canvas. */

import { useEffect, useRef } from "preact/hooks";
import { colours, contextOf, useSize } from "../canvas.ts";
import { grouped } from "../text.ts";
import { numberText } from "./preview.ts";

const MAX_HEIGHT = 460;
const MARGIN = 28;

interface PointProps {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly names: readonly [string, string];
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

function boundsOf(values: Float64Array): Bounds {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? { least, most: most === least ? least + 1 : most } : { least: 0, most: 1 };
}

/** Points. Where many fall on one another, it is darker. */
export function PointPlot({ xs, ys, names }: PointProps) {
  const { ref, size } = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { accent = "", quiet = "", line = "" } = colours();
  const height = Math.min(MAX_HEIGHT, Math.max(200, Math.round(size.width * 0.52)));
  useEffect(() => {
    const context = contextOf(canvas.current, { width: size.width, height });
    if (context === undefined) return;
    const x = boundsOf(xs);
    const y = boundsOf(ys);
    const inner = { width: size.width - 2 * MARGIN, height: height - 2 * MARGIN };
    context.strokeStyle = line;
    context.strokeRect(MARGIN - 4.5, MARGIN - 4.5, inner.width + 9, inner.height + 9);
    context.fillStyle = accent;
    context.globalAlpha = xs.length > 20_000 ? 0.35 : 0.8;
    const dot = xs.length > 20_000 ? 1 : 2;
    for (let i = 0; i < xs.length; i++) {
      const left = MARGIN + (((xs[i] as number) - x.least) / (x.most - x.least)) * inner.width;
      const top = MARGIN + (1 - ((ys[i] as number) - y.least) / (y.most - y.least)) * inner.height;
      context.fillRect(left, top, dot, dot);
    }
    context.globalAlpha = 1;
    context.fillStyle = quiet;
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.fillText(numberText(round(x.least)), MARGIN - 4, height - MARGIN / 2 + 3);
    context.textAlign = "right";
    context.fillText(numberText(round(x.most)), size.width - MARGIN + 4, height - MARGIN / 2 + 3);
    context.textAlign = "center";
    context.fillText(names[0].slice(0, 60), size.width / 2, height - MARGIN / 2 + 3);
    context.textAlign = "left";
    const range = `${names[1].slice(0, 60)}: ${numberText(round(y.least))} to ${numberText(round(y.most))}`;
    context.fillText(range, MARGIN - 4, MARGIN / 2 - 1);
  }, [xs, ys, names[0], names[1], size.width, height, accent, quiet, line]);
  return (
    <div ref={ref} class="plot" role="img" aria-label={`${grouped(xs.length)} points of ${names[1]} over ${names[0]}`}>
      <canvas ref={canvas} style={{ width: "100%", height: `${height}px` }} />
    </div>
  );
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

interface GridProps {
  readonly values: Float64Array;
  readonly width: number;
  readonly name: string;
}

/** A grid as an image: the greater, the more of the accent's colour. */
export function GridPlot({ values, width, name }: GridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { accent = "", raised = "" } = colours();
  const height = Math.floor(values.length / width);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    element.width = width;
    element.height = height;
    const { least, most } = boundsOf(values);
    const [from, to] = [rgb(raised), rgb(accent)];
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const value = values[i] as number;
      const share = Number.isFinite(value) ? (value - least) / (most - least) : 0;
      for (let c = 0; c < 3; c++) {
        image.data[4 * i + c] = (from[c] as number) + share * ((to[c] as number) - (from[c] as number));
      }
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [values, width, height, accent, raised]);
  return (
    <figure class="picture" role="img" aria-label={`${name} as an image`}>
      <canvas ref={canvas} />
      <figcaption class="note">
        {grouped(width)} × {grouped(height)} values
      </figcaption>
    </figure>
  );
}

function rgb(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) || 0);
}
