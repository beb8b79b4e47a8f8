/**
 * Where everything lies in a file that is as it should be: fields by their kind, so that a fuzzer changes a length as a length
 * and a reference as a reference. In: bytes. Out: places. Found by hand, but for the tree of chunks.
 */
import { type ChunkInfo, openSync } from "parcode-web";

const FOOTER_BYTES = 26;
const TAIL_BYTES = 12;
const HEAD_BYTES = 36;
const MAGIC = 0x58524150;

/** What a place holds; a fuzzer picks a part of the file by it. */
export type Part = "footer" | "trailer" | "head" | "children" | "meta" | "records" | "payload" | "compressed";

export interface Place {
  readonly part: Part;
  readonly start: number;
  /** 1, 2, 4 and 8 are fields of that width; everything else is just bytes. */
  readonly length: number;
}

export interface ChunkPlace {
  readonly offset: number;
  readonly length: number;
  readonly storedLength: number;
  readonly codecId: number;
  /** The chunk whose child it is; -1 for the root. */
  readonly parent: number;
}

export interface Anatomy {
  readonly places: readonly Place[];
  /** Children behind their parents. */
  readonly chunks: readonly ChunkPlace[];
  /** Bytes of the trailer, in front of the footer; undefined for a plain file. */
  readonly trailer: { readonly start: number; readonly end: number } | undefined;
  readonly head: { readonly start: number; readonly end: number } | undefined;
}

export function anatomyOf(bytes: Uint8Array): Anatomy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: Place[] = [];
  const add = (part: Part, start: number, ...lengths: number[]): void => {
    let at = start;
    for (const length of lengths) {
      if (length > 0) places.push({ part, start: at, length });
      at += length;
    }
  };
  const footer = bytes.length - FOOTER_BYTES;
  add("footer", footer, 4, 2, 8, 8, 4);
  const chunks: ChunkPlace[] = [];
  addChunks(openSync(bytes).inspect().root, -1, chunks);
  for (const chunk of chunks) addChunk(view, chunk, add);
  const isExtended = footer >= TAIL_BYTES && view.getUint32(footer - 4, true) === MAGIC;
  if (!isExtended) return { places, chunks, trailer: undefined, head: undefined };
  const size = view.getUint32(footer - TAIL_BYTES, true);
  const trailer = { start: footer - TAIL_BYTES - size, end: footer };
  addRecords(bytes, trailer.start, trailer.start + size, (start, ...lengths) => add("trailer", start, ...lengths));
  add("trailer", trailer.start + size, 4, 4, 4);
  if (view.getUint32(0, true) !== MAGIC) return { places, chunks, trailer, head: undefined };
  const end = HEAD_BYTES + view.getUint32(32, true);
  add("head", 0, 4, 1, 1, 2, 8, 8, 8, 4);
  addRecords(bytes, HEAD_BYTES, end, (start, ...lengths) => add("head", start, ...lengths));
  add("head", end, 4);
  return { places, chunks, trailer, head: { start: 0, end: end + 4 } };
}

function addChunks(info: ChunkInfo, parent: number, chunks: ChunkPlace[]): void {
  const { offset, length, storedLength, codecId } = info;
  const index = chunks.push({ offset, length, storedLength, codecId, parent }) - 1;
  for (const child of info.children) addChunks(child, index, chunks);
}

function addChunk(
  view: DataView,
  { offset, length, storedLength, codecId }: ChunkPlace,
  add: (part: Part, start: number, ...lengths: number[]) => void,
): void {
  const end = offset + length;
  const meta = view.getUint8(end - 1);
  add("meta", end - 1, 1);
  for (let at = offset + storedLength; at < end - 5; at += 16) add("children", at, 8, 8);
  if ((meta & 1) !== 0) add("children", end - 5, 4);
  const stored = offset + storedLength;
  if (codecId !== 0) return add("compressed", offset, 4, storedLength - 4);
  if ((meta & 0x10) === 0) return add("payload", offset, storedLength);
  const size = view.getUint32(stored - 4, true);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  add("payload", offset, storedLength - 4 - size);
  addRecords(bytes, stored - 4 - size, stored - 4, (start, ...lengths) => add("records", start, ...lengths));
  add("records", stored - 4, 4);
}

/** Tag, size and bytes of each record. */
function addRecords(
  bytes: Uint8Array,
  start: number,
  end: number,
  add: (start: number, ...lengths: number[]) => void,
): void {
  for (let at = start; at < end; ) {
    const [, afterTag] = varintAt(bytes, at);
    const [size, content] = varintAt(bytes, afterTag);
    add(at, afterTag - at);
    add(afterTag, content - afterTag);
    if (size % 8 === 0 && size <= 64) for (let i = 0; i < size; i += 8) add(content + i, 8);
    else add(content, size);
    at = content + size;
  }
}

function varintAt(bytes: Uint8Array, at: number): [value: number, end: number] {
  const first = bytes[at] as number;
  const width = first < 251 ? 0 : 2 ** (first - 250);
  if (width === 0) return [first, at + 1];
  let value = 0;
  for (let i = width; i > 0; i--) value = value * 256 + (bytes[at + i] as number);
  return [value, at + 1 + width];
}
