/** All chunks of a file as tiles, each filled as far as its bytes have been read. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { colours, contextOf, partColour, useSize } from "../canvas.ts";
import { bytesWithin } from "../cost/ranges.ts";
import type { Session } from "../file/session.ts";
import { counted, sized } from "../text.ts";
import { type ChunkNode, chunkTitle } from "./outline.ts";
import { type PlacedTile, placedTiles, tileAt } from "./tiles.ts";

const HEIGHT = 320;

interface Props {
  readonly session: Session;
  readonly chosen: ChunkNode;
  onChoose(node: ChunkNode): void;
}

/** The treemap. By keyboard, the tree beside it does the same. */
export function Treemap({ session, chosen, onChoose }: Props) {
  const { outline } = session;
  const { ref, size } = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<PlacedTile>();
  const version = outline.version.value;
  const ranges = session.log.ranges.value;
  const palette = colours();
  const tiles = useMemo(
    () => (size.width === 0 ? undefined : placedTiles(outline.root, size.width, HEIGHT)),
    [outline, version, size.width],
  );
  useEffect(() => {
    const context = contextOf(canvas.current, { width: size.width, height: HEIGHT });
    if (context === undefined || tiles === undefined) return;
    context.clearRect(0, 0, size.width, HEIGHT);
    const read = (tile: PlacedTile): number =>
      bytesWithin(ranges, tile.data) / Math.max(1, tile.data.end - tile.data.start);
    tiles.each((tile) => drawTile(context, tile, palette, read, chosen));
  }, [tiles, ranges, size.width, palette.text, chosen]);
  const at = (event: MouseEvent): PlacedTile | undefined => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return tiles && tileAt(tiles, event.clientX - box.left, event.clientY - box.top);
  };
  return (
    <div class="treemap">
      <div
        ref={ref}
        role="img"
        aria-label="The chunks of the file as tiles: the larger, the more bytes; filled, where they have been read."
        style={{ height: `${HEIGHT}px` }}
        onMouseMove={(event) => setUnder(at(event))}
        onMouseLeave={() => setUnder(undefined)}
        onClick={(event) => {
          const tile = at(event);
          if (tile !== undefined) onChoose(tile.data.node);
        }}
      >
        <canvas ref={canvas} style={{ width: "100%", height: `${HEIGHT}px` }} />
      </div>
      <p class="note">
        {under === undefined ? (
          "The larger, the more bytes. Strong colour: read. Choose a tile to see its bytes."
        ) : (
          <>
            <bdi>{chunkTitle(under.data.node)}</bdi>
            {under.data.count > 1 ? ` and ${counted(under.data.count - 1, "neighbour")}` : ""} ·{" "}
            {sized(under.data.bytes)}
          </>
        )}
      </p>
    </div>
  );
}

function drawTile(
  context: CanvasRenderingContext2D,
  tile: PlacedTile,
  palette: ReturnType<typeof colours>,
  read: (tile: PlacedTile) => number,
  chosen: ChunkNode,
): void {
  const { x0, y0, x1, y1, data, depth, children } = tile;
  const [width, height] = [x1 - x0, y1 - y0];
  if (width <= 0 || height <= 0 || depth === 0) return;
  const colour = partColour(palette.parts, data.node.part, palette["line-strong"] ?? "");
  context.fillStyle = colour;
  if (children === undefined) {
    context.globalAlpha = 0.28;
    context.fillRect(x0, y0, width, height);
    context.globalAlpha = 1;
    const share = Math.min(1, read(tile));
    context.fillRect(x0, y1 - height * share, width, height * share);
  }
  if (depth === 1 && width > 40) drawTitle(context, tile, palette);
  if (data.node === chosen) {
    context.strokeStyle = palette.text ?? "";
    context.lineWidth = 2;
    context.strokeRect(x0 + 1, y0 + 1, Math.max(1, width - 2), Math.max(1, height - 2));
  }
}

function drawTitle(context: CanvasRenderingContext2D, tile: PlacedTile, palette: ReturnType<typeof colours>): void {
  const { x0, y0, x1, data, children } = tile;
  const title = chunkTitle(data.node).slice(0, 60);
  const long = `${title}  ${sized(data.bytes)}`;
  context.save();
  context.beginPath();
  context.rect(x0, y0, x1 - x0 - 4, 16);
  context.clip();
  context.font = "600 12px system-ui, sans-serif";
  context.textBaseline = "top";
  context.fillStyle = (children === undefined ? palette.text : palette.quiet) ?? "";
  const text = context.measureText(long).width < x1 - x0 - 8 ? long : title;
  context.fillText(text, x0 + (children === undefined ? 5 : 1), y0 + (children === undefined ? 4 : 2));
  context.restore();
}
