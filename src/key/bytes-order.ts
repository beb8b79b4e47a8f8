/** The order of keys as bytes, and what follows from it. In: bytes. Out: which is first; the next bytes. */

/** Compares byte by byte, a shorter one before what it begins: negative, 0 or positive. As IndexedDB orders binary keys. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = (a[i] as number) - (b[i] as number);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The first bytes behind `bytes`: the same and a zero. No others lie between. */
export function successor(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(bytes.length + 1);
  next.set(bytes);
  return next;
}

/** The first bytes behind all that begin with `prefix`; undefined if there are none, since it is empty or all 0xFF. */
export function prefixEnd(prefix: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length) as Uint8Array<ArrayBuffer>;
  end[length - 1] = (end[length - 1] as number) + 1;
  return end;
}
