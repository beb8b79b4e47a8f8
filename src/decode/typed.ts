/** Step 8: many numbers at once, from a payload into a typed array. */

import { kernels, type VarintArray, type VarintKind } from "../../wasm/kernels.ts";
import type { ByteReader } from "../bytes/reader.ts";
import { IS_LITTLE_ENDIAN } from "../bytes/varint.ts";
import { type AnyTypedArray, storedWidth, typedArrayClass } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";

/** From here on the kernel beats the loop; below, calling it costs more than it saves. Measured in V8, with copies both ways. */
const MIN_KERNEL_ELEMENTS = 32;

/** Smallest size of an element in the file. */
function smallest(element: ElementKind): number {
  return storedWidth(element) ?? 1;
}

/** A length, then that many elements, as an array of its own. */
export function readTyped(reader: ByteReader, element: ElementKind): AnyTypedArray {
  const count = reader.length(smallest(element));
  const target = new (typedArrayClass(element))(count);
  readElements(reader, element, target, 0, count);
  return target;
}

/** Reads a length, which must be `count`, and so many elements into `target` from index `at`. */
export function readTypedInto(
  reader: ByteReader,
  element: ElementKind,
  target: AnyTypedArray,
  at: number,
  count: number,
): void {
  const start = reader.position;
  const found = reader.length(smallest(element));
  if (found !== count) throw reader.fail(start, `a shard of ${count} elements`, String(found));
  readElements(reader, element, target, at, count);
}

function readElements(
  reader: ByteReader,
  element: ElementKind,
  target: AnyTypedArray,
  at: number,
  count: number,
): void {
  const width = storedWidth(element);
  if (width !== undefined && (width === 1 || IS_LITTLE_ENDIAN)) {
    const raw = new Uint8Array(target.buffer, target.byteOffset + at * width, count * width);
    raw.set(reader.take(count * width));
    return;
  }
  // What the kernel may not take, it leaves to the loop, which says what is wrong with it.
  const done = width === undefined ? readVarints(reader, element as VarintKind, target as VarintArray, at, count) : 0;
  if (element === "u64" || element === "i64") {
    readWide(reader, target as BigUint64Array | BigInt64Array, at + done, count - done);
  } else {
    readNumbers(reader, element, target as Float64Array, at + done, count - done);
  }
}

/** Reads as many elements as the kernel can, and returns their number. */
function readVarints(reader: ByteReader, kind: VarintKind, target: VarintArray, at: number, count: number): number {
  if (count < MIN_KERNEL_ELEMENTS) return 0;
  const run = kernels.decodeVarints(kind, reader.bytes, reader.position, target, at, count);
  if (run === null) return 0;
  reader.position = run.position;
  return run.count;
}

function readNumbers(reader: ByteReader, element: ElementKind, target: Float64Array, at: number, count: number): void {
  const end = at + count;
  switch (element) {
    case "u16":
      for (let i = at; i < end; i++) target[i] = reader.u16();
      break;
    case "u32":
      for (let i = at; i < end; i++) target[i] = reader.u32();
      break;
    case "i16":
      for (let i = at; i < end; i++) target[i] = reader.i16();
      break;
    case "i32":
      for (let i = at; i < end; i++) target[i] = reader.i32();
      break;
    case "uint":
      for (let i = at; i < end; i++) target[i] = reader.uint();
      break;
    case "int":
      for (let i = at; i < end; i++) target[i] = reader.int();
      break;
    case "f32":
      for (let i = at; i < end; i++) target[i] = reader.f32();
      break;
    default:
      for (let i = at; i < end; i++) target[i] = reader.f64();
  }
}

/** Fills 64-bit elements through their halves: no bigint is made. */
function readWide(reader: ByteReader, target: BigUint64Array | BigInt64Array, at: number, count: number): void {
  const halves = new Uint32Array(target.buffer, target.byteOffset, target.length * 2);
  const signed = target instanceof BigInt64Array;
  const lowAt = IS_LITTLE_ENDIAN ? 0 : 1;
  for (let i = at; i < at + count; i++) {
    const low = reader.low64(signed ? "i64" : "u64");
    const high = reader.takeHigh();
    const sign = signed ? -(low & 1) : 0;
    halves[2 * i + lowAt] = signed ? ((low >>> 1) | (high << 31)) ^ sign : low;
    halves[2 * i + 1 - lowAt] = signed ? (high >>> 1) ^ sign : high;
  }
}
