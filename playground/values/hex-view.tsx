/** Bytes as a hex dump, of which only what is seen is read. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useSize } from "../canvas.ts";
import { ErrorNote } from "../failure.tsx";
import { sized } from "../text.ts";
import { ReadsInView } from "./reads-in-view.ts";
import { VirtualRows } from "./virtual-rows.tsx";

/** Bytes in a row, and in one that is narrower than so many pixels. */
const ROW_BYTES = 16;
const NARROW_BYTES = 8;
const NARROW_WIDTH = 430;
const ROW_HEIGHT = 22;
/** Bytes that are read around what is seen. */
const BLOCK_BYTES = 16 * 1024;
const MAX_BLOCKS = 64;

/** Bytes, wherever they are. */
export interface ByteItems {
  readonly count: number;
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** The dump. */
export function HexView({ bytes, label }: { readonly bytes: ByteItems; readonly label: string }) {
  const { ref, size } = useSize<HTMLDivElement>();
  const rowBytes = size.width > 0 && size.width < NARROW_WIDTH ? NARROW_BYTES : ROW_BYTES;
  const [blocks, setBlocks] = useState<ReadonlyMap<number, Uint8Array>>(new Map());
  const [failure, setFailure] = useState<unknown>();
  const known = useRef(blocks);
  const reads = useMemo(() => new ReadsInView(), [bytes]);
  const show = (first: number, end: number): void => {
    const from = Math.floor((first * rowBytes) / BLOCK_BYTES);
    const to = Math.ceil(Math.min(bytes.count, end * rowBytes) / BLOCK_BYTES);
    reads.keep(from, to);
    for (let block = from; block < to; block++) {
      if (known.current.has(block) || reads.has(block)) continue;
      const start = block * BLOCK_BYTES;
      const stop = Math.min(bytes.count, start + BLOCK_BYTES);
      reads
        .run(block, block + 1, (signal) => bytes.read(start, stop, signal))
        .then((read) => {
          if (read === undefined) return;
          const next = known.current.size >= MAX_BLOCKS ? new Map<number, Uint8Array>() : new Map(known.current);
          known.current = next.set(block, read);
          setBlocks(next);
        }, setFailure);
    }
  };
  useEffect(() => {
    known.current = new Map();
    setBlocks(known.current);
    show(0, 32);
    return () => reads.stop();
  }, [bytes]);
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (bytes.count === 0) return <p class="nothing">There are no bytes.</p>;
  const digits = Math.max(4, (bytes.count - 1).toString(16).length);
  return (
    <div ref={ref} class="hex">
      <VirtualRows
        count={Math.ceil(bytes.count / rowBytes)}
        rowHeight={ROW_HEIGHT}
        label={`${label}: ${sized(bytes.count)}, as hex`}
        onShow={show}
        onChoose={() => undefined}
        render={(row) => {
          const start = row * rowBytes;
          const block = blocks.get(Math.floor(start / BLOCK_BYTES));
          const inside = start % BLOCK_BYTES;
          return <HexRow start={start} digits={digits} bytes={block?.subarray(inside, inside + rowBytes)} />;
        }}
      />
    </div>
  );
}

interface RowProps {
  readonly start: number;
  readonly digits: number;
  readonly bytes: Uint8Array | undefined;
}

function HexRow({ start, digits, bytes }: RowProps) {
  const hex = bytes === undefined ? "…" : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const text =
    bytes === undefined
      ? ""
      : Array.from(bytes, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
  return (
    <div class="hex-row">
      <span class="hex-offset">{start.toString(16).padStart(digits, "0")}</span>
      <span class="hex-bytes">{hex}</span>
      <span class="hex-text" aria-hidden="true">
        {text}
      </span>
    </div>
  );
}
