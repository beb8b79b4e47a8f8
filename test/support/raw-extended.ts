/** What extends PAR4, written by hand like {@link RawFile}: extension blocks, trailers and heads that may say anything. */
import { type RawFile, type RawRef, u32, u64, varint } from "./raw-file.ts";

export interface RawRecord {
  readonly tag: number;
  readonly bytes: readonly number[];
}

/** A payload with an extension block behind it; `length` is what it says of its own length. */
export function extended(plain: readonly number[], records: readonly RawRecord[], length?: number): number[] {
  const block = recordBytes(records);
  return [...plain, ...block, ...u32(length ?? block.length)];
}

export function recordBytes(records: readonly RawRecord[]): number[] {
  return records.flatMap(({ tag, bytes }) => [...varint(tag), ...varint(bytes.length), ...bytes]);
}

/** Where the structure lies, and how much is kept at the front. */
export function structure(start: number, end: number, front: number): RawRecord {
  return { tag: 1, bytes: [...u64(start), ...u64(end), ...u64(front)] };
}

export interface RawEnds {
  /** Records of the trailer and the head; as bytes where they are no records. */
  readonly records?: readonly RawRecord[] | { readonly bytes: readonly number[] };
  /** What the trailer says of its size, instead of the truth. */
  readonly size?: number;
  /** Changes the trailer's checksum. */
  readonly crc?: number;
  /** The footer's checksum: right (default), or this. */
  readonly footerChecksum?: number;
  /** Whether there is a trailer (true). */
  readonly trailer?: boolean;
  /** A head in the bytes that the file keeps for it, and what is wrong with it. */
  readonly head?: {
    readonly root?: RawRef;
    readonly fileLength?: number;
    readonly version?: number;
    readonly headVersion?: number;
    readonly crc?: number;
    readonly size?: number;
  };
}

/** The file with a trailer, and with a head if there is one. */
export function finishExtended(file: RawFile, root: RawRef, ends: RawEnds = {}): Uint8Array<ArrayBuffer> {
  const chunks = [...file.finish(root).slice(0, -26)];
  const { records = [] } = ends;
  const bytes = "bytes" in records ? records.bytes : recordBytes(records);
  const tail = [...bytes, ...u32(ends.size ?? bytes.length)];
  const trailer = ends.trailer === false ? [] : [...tail, ...u32(ends.crc ?? crc(tail)), ...PARX];
  const footer = [0x50, 0x41, 0x52, 0x34, 4, 0, ...u64(root.offset), ...u64(root.length)];
  const checksum = ends.footerChecksum ?? (crc(footer) || 1);
  const length = chunks.length + trailer.length + 26;
  if (ends.head !== undefined) {
    const { head } = ends;
    const place = head.root ?? root;
    const front = [...PARX, head.headVersion ?? 1, 0, ...u32(head.version ?? 4).slice(0, 2)];
    front.push(...u64(head.fileLength ?? length), ...u64(place.offset), ...u64(place.length));
    front.push(...u32(head.size ?? bytes.length), ...bytes);
    chunks.splice(0, front.length + 4, ...front, ...u32(head.crc ?? crc(front)));
  }
  return Uint8Array.from([...chunks, ...trailer, ...footer, ...u32(checksum)]);
}

const PARX = [0x50, 0x41, 0x52, 0x58];

/** CRC-32 (IEEE), bit by bit. */
export function crc(bytes: readonly number[]): number {
  let rest = -1;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
