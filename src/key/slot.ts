/** Numbers as the bits they are made of, through one slot of eight bytes. In: a number or bits. Out: bits or a number. */

const doubles = new Float64Array(1);
const singles = new Float32Array(doubles.buffer);
const bigs = new BigUint64Array(doubles.buffer);
const words = new Int32Array(doubles.buffer);
bigs[0] = 1n;
/** Where the low half lies on this machine. */
const LOW = words[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** Puts a 64-bit float into the slot. */
export function putDouble(value: number): void {
  doubles[0] = value;
}

/** Puts the low 64 bits of a bigint into the slot. */
export function putBig(value: bigint): void {
  bigs[0] = value;
}

export function putHalves(high: number, low: number): void {
  words[HIGH] = high;
  words[LOW] = low;
}

/** The high half of what the slot has, as a signed number. */
export function highHalf(): number {
  return words[HIGH] as number;
}

export function lowHalf(): number {
  return words[LOW] as number;
}

export function takeDouble(): number {
  return doubles[0] as number;
}

export function takeBig(): bigint {
  return bigs[0] as bigint;
}

/** The bits of the 32-bit float nearest to `value`. */
export function bitsOfSingle(value: number): number {
  singles[0] = value;
  return words[0] as number;
}

export function singleOfBits(bits: number): number {
  words[0] = bits;
  return singles[0] as number;
}
