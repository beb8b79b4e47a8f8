/** The typed array class and the stored width behind each element kind of `typed`. */

import type { ElementKind, TypedArrays } from "./types.ts";

const CLASSES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  uint: Float64Array,
  int: Float64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** Any of the typed arrays a schema can name. */
export type AnyTypedArray = TypedArrays[ElementKind];

/** Constructor of the typed array for `element`. */
export interface TypedArrayClass {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): AnyTypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): AnyTypedArray;
}

/** The typed array that holds elements of this kind. */
export function typedArrayClass(element: ElementKind): TypedArrayClass {
  return CLASSES[element] as unknown as TypedArrayClass;
}

/** Bytes of an element in the file where each has the same; undefined where elements are varints. */
export function storedWidth(element: ElementKind): number | undefined {
  switch (element) {
    case "u8":
    case "i8":
      return 1;
    case "f32":
      return 4;
    case "f64":
      return 8;
    default:
      return undefined;
  }
}
