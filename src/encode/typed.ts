/** Step 2: many numbers at once, from a typed array into a payload. Twin of decode/typed.ts. */

import { IS_LITTLE_ENDIAN } from "../bytes/varint.ts";
import { type ByteWriter, mismatch, withArticle } from "../bytes/writer.ts";
import { type AnyTypedArray, storedWidth, typedArrayClass } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";

/** A length and the elements. */
export function writeTyped(writer: ByteWriter, element: ElementKind, value: unknown): void {
  const array = requireTyped(element, value);
  writer.varint(array.length);
  writeElements(writer, element, array, 0, array.length);
}

/** The value as the typed array of its schema. */
export function requireTyped(element: ElementKind, value: unknown): AnyTypedArray {
  const arrayClass = typedArrayClass(element);
  if (!(value instanceof arrayClass)) throw mismatch(withArticle(arrayClass.name), value);
  return value as AnyTypedArray;
}

/** The elements `start` (inclusive) to `end` (exclusive), without a length. */
export function writeElements(
  writer: ByteWriter,
  element: ElementKind,
  array: AnyTypedArray,
  start: number,
  end: number,
): void {
  if (isStoredAsItLies(element)) return writer.raw(bytesOf(array, start, end));
  for (let i = start; i < end; i++) writeElement(writer, element, array, i);
}

/** Whether elements are stored as they lie in memory. */
export function isStoredAsItLies(element: ElementKind): boolean {
  const width = storedWidth(element);
  return width === 1 || (width !== undefined && IS_LITTLE_ENDIAN);
}

/** The memory of the elements `start` (inclusive) to `end` (exclusive). */
export function bytesOf(array: AnyTypedArray, start: number, end: number): Uint8Array {
  const width = array.BYTES_PER_ELEMENT;
  return new Uint8Array(array.buffer, array.byteOffset + start * width, (end - start) * width);
}

/** One element, in its own encoding. */
export function writeElement(writer: ByteWriter, element: ElementKind, array: AnyTypedArray, index: number): void {
  if (element === "u64" || element === "i64") writer[element](array[index] as bigint);
  else writer[element](array[index] as number);
}
