/**
 * Files written by hand, byte by byte and without the library, so that they can say what no writer says.
 *
 *     const file = new RawFile();
 *     const child = file.chunk([5]);
 *     const bytes = file.finish(file.chunk([1, 2], [child]));
 */

/** Where a chunk lies, or claims to lie. */
export interface RawRef {
  readonly offset: number;
  readonly length: number;
}

/** A list's container, and how many shards its runs name. */
type Run = readonly [itemCount: number, repeat: number];

export class RawFile {
  private readonly bytes: number[] = [];

  /** Where the next chunk will begin. */
  get next(): number {
    return this.bytes.length;
  }

  /** Bytes that belong to no chunk. */
  gap(byteLength: number): void {
    for (let i = 0; i < byteLength; i++) this.bytes.push(0xaa);
  }

  /** A chunk; `meta` replaces the bits that follow from its children, `childCount` the number written. */
  chunk(
    payload: ArrayLike<number>,
    children: readonly RawRef[] = [],
    lies: { readonly meta?: number; readonly childCount?: number } = {},
  ): RawRef {
    const offset = this.bytes.length;
    this.push(payload);
    for (const child of children) this.push([...u64(child.offset), ...u64(child.length)]);
    const count = lies.childCount ?? children.length;
    if (count > 0) this.push(u32(count));
    this.push([lies.meta ?? (count > 0 ? 1 : 0)]);
    return { offset, length: this.bytes.length - offset };
  }

  /** A list's container over shards. `total` is what the runs add up to, if it is not a lie. */
  list(runs: readonly Run[], shards: readonly RawRef[], total?: number): RawRef {
    const sum = runs.reduce((all, [itemCount, repeat]) => all + itemCount * repeat, 0);
    const table = runs.flatMap(([itemCount, repeat]) => [...varint(itemCount), ...varint(repeat)]);
    return this.chunk([...u64(total ?? sum), ...varint(runs.length), ...table], shards);
  }

  /** The file with this root. */
  finish(root: RawRef, version = 4): Uint8Array<ArrayBuffer> {
    const footer = [0x50, 0x41, 0x52, 0x34, version & 0xff, version >> 8, ...u64(root.offset), ...u64(root.length)];
    return Uint8Array.from([...this.bytes, ...footer, 0, 0, 0, 0]);
  }

  private push(bytes: ArrayLike<number>): void {
    for (let i = 0; i < bytes.length; i++) this.bytes.push(bytes[i] as number);
  }
}

/** Bytes of a chunk with so much payload and so many children. */
export function chunkLength(payloadLength: number, childCount: number): number {
  return payloadLength + (childCount === 0 ? 1 : 16 * childCount + 5);
}

export function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

export function u64(value: number): number[] {
  return [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];
}

export function varint(value: number): number[] {
  if (value < 251) return [value];
  if (value < 2 ** 16) return [251, value & 0xff, value >> 8];
  return value < 2 ** 32 ? [252, ...u32(value)] : [253, ...u64(value)];
}
