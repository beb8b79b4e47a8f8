/** The file from its first byte to its last: above, whose bytes they are; below, which of them are here. Reads light up as they come. */

import { useEffect, useRef, useState } from "preact/hooks";
import { colours, contextOf, partColour, useSize } from "../canvas.ts";
import { type ChunkNode, chunkTitle } from "../chunks/outline.ts";
import type { Session } from "../file/session.ts";
import { navigate } from "../route.ts";
import { grouped, sized } from "../text.ts";

/** How long a read glows, in milliseconds. */
const GLOW_MILLISECONDS = 1200;
const HEIGHT = 44;
const PARTS_HEIGHT = 18;
const READS_TOP = 24;

/** The map. */
export function FileMap({ session }: { readonly session: Session }) {
  const { outline } = session;
  const { ref, size } = useSize<HTMLDivElement>();
  const partsCanvas = useRef<HTMLCanvasElement>(null);
  const readsCanvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<ChunkNode>();
  const palette = colours();
  const { byteLength } = session.file;
  const version = outline.version.value;
  const scale = size.width / Math.max(1, byteLength);

  useEffect(() => {
    const context = contextOf(partsCanvas.current, { width: size.width, height: PARTS_HEIGHT });
    if (context === undefined) return;
    context.fillStyle = palette.raised ?? "";
    context.fillRect(0, 0, size.width, PARTS_HEIGHT);
    drawParts(context, outline.root, scale, palette.parts, palette["line-strong"] ?? "");
  }, [size.width, version, palette.raised, scale]);
  useReadsDrawing(session, readsCanvas, size.width, palette);

  const nodeAt = (event: MouseEvent): ChunkNode | undefined => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return chunkAt(outline.root, ((event.clientX - box.left) / box.width) * byteLength);
  };
  const { ranges } = session.log;
  return (
    <div class="file-map">
      <div
        ref={ref}
        class="file-map-strip"
        style={{ height: `${HEIGHT}px` }}
        role="img"
        aria-label={`Map of the file: ${sized(byteLength)}, of which ${ranges.value.length} stretches have been read.`}
        onMouseMove={(event) => setUnder(nodeAt(event))}
        onMouseLeave={() => setUnder(undefined)}
        onClick={(event) => {
          const node = nodeAt(event);
          if (node !== undefined) navigate({ view: "chunks", chunk: node.ref.offset });
        }}
      >
        <canvas ref={partsCanvas} style={{ width: "100%", height: `${PARTS_HEIGHT}px`, top: 0 }} />
        <canvas ref={readsCanvas} style={{ width: "100%", height: `${HEIGHT - READS_TOP}px`, top: `${READS_TOP}px` }} />
      </div>
      <p class="note file-map-legend">
        {under === undefined ? (
          <>
            <span>Above: the parts of the file, as they lie in it.</span>
            <span class="legend-read">Below: what has been read.</span>
          </>
        ) : (
          <span>
            <bdi>{chunkTitle(under)}</bdi> · {sized(under.ref.length)} at byte {grouped(under.ref.offset)}
            {under.facts === undefined ? " · not read" : ""}
          </span>
        )}
      </p>
    </div>
  );
}

/** Each chunk in the colour of its part. Below a pixel, neighbours stand for each other. */
function drawParts(
  context: CanvasRenderingContext2D,
  node: ChunkNode,
  scale: number,
  parts: readonly string[],
  rest: string,
): void {
  const { ref, children, part } = node;
  context.fillStyle = partColour(parts, part, rest);
  const start = children.length === 0 && ref.start !== undefined ? ref.start : ref.offset;
  const width = (ref.offset + ref.length - start) * scale;
  // A hair between chunks that are wide enough, so that one sees them.
  context.fillRect(start * scale, 0, width > 4 ? width - 0.75 : Math.max(width, 0.5), PARTS_HEIGHT);
  for (const child of children) drawParts(context, child, scale, parts, rest);
}

function useReadsDrawing(
  { log }: Session,
  canvas: { readonly current: HTMLCanvasElement | null },
  width: number,
  palette: ReturnType<typeof colours>,
): void {
  const reads = log.reads.value;
  const ranges = log.ranges.value;
  const total = log.byteLength.value;
  useEffect(() => {
    let frame = 0;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const draw = (): void => {
      const height = HEIGHT - READS_TOP;
      const context = contextOf(canvas.current, { width, height });
      if (context === undefined || total === 0) return;
      const scale = width / total;
      context.fillStyle = palette.raised ?? "";
      context.fillRect(0, 0, width, height);
      const bar = (start: number, end: number, least: number): void =>
        context.fillRect(start * scale, 0, Math.max((end - start) * scale, least), height);
      context.fillStyle = palette.read ?? "";
      context.globalAlpha = 0.75;
      for (const { start, end } of ranges) bar(start, end, 1.5);
      let isGlowing = false;
      const now = performance.now();
      for (const read of reads) {
        const age = read.milliseconds === undefined ? 0 : now - log.origin - read.started - read.milliseconds;
        if (age > GLOW_MILLISECONDS || read.from === "cache") continue;
        isGlowing ||= read.milliseconds !== undefined;
        context.globalAlpha = read.milliseconds === undefined ? 0.35 : 1;
        const spread = isStill ? 0 : 3 * (1 - age / GLOW_MILLISECONDS);
        context.fillRect(
          read.start * scale - spread,
          0,
          Math.max((read.end - read.start) * scale, 1.5) + 2 * spread,
          height,
        );
      }
      if (isGlowing && !isStill) frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [reads, ranges, width, total, palette.read]);
}

/** The smallest chunk around a byte. */
function chunkAt(node: ChunkNode, at: number): ChunkNode | undefined {
  const { ref, children } = node;
  if (at >= ref.offset && at < ref.offset + ref.length) return node;
  for (const child of children) {
    const start = child.children.length === 0 && child.ref.start !== undefined ? child.ref.start : undefined;
    if (start !== undefined && at >= start && at < child.ref.offset) return child;
    const found = chunkAt(child, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
