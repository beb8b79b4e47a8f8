/**
 * Step 4 of the way: the TypeScript twin of the XXH64 kernel, for where WebAssembly is refused and as its oracle. In: bytes.
 * Out: 64 bits as two u32, because a hot hash over BigInt is slow everywhere, and aborts the process in V8 11 once optimised.
 *
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */

/** The specification's five primes, as upper and lower half. */
const P1_HI = 0x9e3779b1 | 0;
const P1_LO = 0x85ebca87 | 0;
const P2_HI = 0xc2b2ae3d | 0;
const P2_LO = 0x27d4eb4f | 0;
const P3_HI = 0x165667b1 | 0;
const P3_LO = 0x9e3779f9 | 0;
const P4_HI = 0x85ebca77 | 0;
const P4_LO = 0xc2b2ae63 | 0;
const P5_HI = 0x27d4eb2f | 0;
const P5_LO = 0x165667c5 | 0;

const TWO_POW_32 = 2 ** 32;
const STRIPE_BYTES = 32;
const LANE_BYTES = 8;

/** 64-bit registers, each a lower and an upper half: four lanes, the hash, and one for what is mixed into it. */
const registers = new Int32Array(12);
const LANE_1 = 0;
const LANE_2 = 2;
const LANE_3 = 4;
const LANE_4 = 6;
const HASH = 8;
const MIXED = 10;

/**
 * Writes the hash of `bytes[start, end)` to `out`: [0] its lower, [1] its upper 32 bits. Allocates nothing.
 *
 * CPU in V8: about 0.4 GB/s; 0.06 µs for 8 bytes.
 */
export function xxh64Twin(bytes: Uint8Array, start: number, end: number, out: Uint32Array): void {
  const byteLength = end - start;
  let position = start;
  if (byteLength >= STRIPE_BYTES) {
    position = hashStripes(bytes, start, end);
  } else {
    set(HASH, P5_HI, P5_LO);
  }
  add(HASH, Math.floor(byteLength / TWO_POW_32), byteLength | 0);
  hashRest(bytes, position, end);
  avalanche();
  out[0] = registers[HASH] as number;
  out[1] = registers[HASH + 1] as number;
}

/** Sets the hash from the whole stripes, and returns where they end. */
function hashStripes(bytes: Uint8Array, start: number, end: number): number {
  set(LANE_1, P1_HI, P1_LO);
  add(LANE_1, P2_HI, P2_LO);
  set(LANE_2, P2_HI, P2_LO);
  set(LANE_3, 0, 0);
  set(LANE_4, ~P1_HI, -P1_LO); // -P1: inverted, plus 1, without a carry out of the lower half.
  let position = start;
  for (; end - position >= STRIPE_BYTES; position += STRIPE_BYTES) {
    round(LANE_1, readWord(bytes, position), readWord(bytes, position + 4));
    round(LANE_2, readWord(bytes, position + 8), readWord(bytes, position + 12));
    round(LANE_3, readWord(bytes, position + 16), readWord(bytes, position + 20));
    round(LANE_4, readWord(bytes, position + 24), readWord(bytes, position + 28));
  }
  set(HASH, 0, 0);
  addRotated(LANE_1, 1);
  addRotated(LANE_2, 7);
  addRotated(LANE_3, 12);
  addRotated(LANE_4, 18);
  mergeLane(LANE_1);
  mergeLane(LANE_2);
  mergeLane(LANE_3);
  mergeLane(LANE_4);
  return position;
}

function addRotated(lane: number, bits: number): void {
  set(MIXED, registers[lane + 1] as number, registers[lane] as number);
  rotate(MIXED, bits);
  add(HASH, registers[MIXED + 1] as number, registers[MIXED] as number);
}

function mergeLane(lane: number): void {
  xorRound(registers[lane] as number, registers[lane + 1] as number);
  multiply(HASH, P1_HI, P1_LO);
  add(HASH, P4_HI, P4_LO);
}

/** Mixes in what is left behind the stripes: by 8 bytes, then 4, then one by one. */
function hashRest(bytes: Uint8Array, start: number, end: number): void {
  let position = start;
  for (; end - position >= LANE_BYTES; position += LANE_BYTES) {
    xorRound(readWord(bytes, position), readWord(bytes, position + 4));
    rotate(HASH, 27);
    multiply(HASH, P1_HI, P1_LO);
    add(HASH, P4_HI, P4_LO);
  }
  if (end - position >= 4) {
    xorProduct(readWord(bytes, position), P1_HI, P1_LO);
    rotate(HASH, 23);
    multiply(HASH, P2_HI, P2_LO);
    add(HASH, P3_HI, P3_LO);
    position += 4;
  }
  for (; position < end; position++) {
    xorProduct(bytes[position] as number, P5_HI, P5_LO);
    rotate(HASH, 11);
    multiply(HASH, P1_HI, P1_LO);
  }
}

function avalanche(): void {
  xorHash((registers[HASH + 1] as number) >>> 1, 0); // hash >> 33
  multiply(HASH, P2_HI, P2_LO);
  const lo = registers[HASH] as number;
  const hi = registers[HASH + 1] as number;
  xorHash((lo >>> 29) | (hi << 3), hi >>> 29); // hash >> 29
  multiply(HASH, P3_HI, P3_LO);
  xorHash(registers[HASH + 1] as number, 0); // hash >> 32
}

/** Mixes 8 bytes of input into a register. */
function round(register: number, lo: number, hi: number): void {
  add(register, multiplyUpper(lo, hi, P2_HI, P2_LO), Math.imul(lo, P2_LO));
  rotate(register, 31);
  multiply(register, P1_HI, P1_LO);
}

/** Combines the hash with 8 bytes, mixed for themselves. */
function xorRound(lo: number, hi: number): void {
  set(MIXED, 0, 0);
  round(MIXED, lo, hi);
  xorHash(registers[MIXED] as number, registers[MIXED + 1] as number);
}

/** Combines the hash with a product. `word` stands for a u32. */
function xorProduct(word: number, primeHi: number, primeLo: number): void {
  xorHash(Math.imul(word, primeLo), multiplyUpper(word, 0, primeHi, primeLo));
}

function xorHash(lo: number, hi: number): void {
  registers[HASH] = (registers[HASH] as number) ^ lo;
  registers[HASH + 1] = (registers[HASH + 1] as number) ^ hi;
}

function set(register: number, hi: number, lo: number): void {
  registers[register] = lo;
  registers[register + 1] = hi;
}

function add(register: number, hi: number, lo: number): void {
  const sum = ((registers[register] as number) + lo) | 0;
  const carry = sum >>> 0 < lo >>> 0 ? 1 : 0;
  registers[register] = sum;
  registers[register + 1] = (registers[register + 1] as number) + hi + carry;
}

function multiply(register: number, hi: number, lo: number): void {
  const registerLo = registers[register] as number;
  registers[register + 1] = multiplyUpper(registerLo, registers[register + 1] as number, hi, lo);
  registers[register] = Math.imul(registerLo, lo);
}

/** To the left, by 1 to 31 bits. */
function rotate(register: number, bits: number): void {
  const lo = registers[register] as number;
  const hi = registers[register + 1] as number;
  registers[register] = (lo << bits) | (hi >>> (32 - bits));
  registers[register + 1] = (hi << bits) | (lo >>> (32 - bits));
}

/** The upper half of a 64-bit product; the lower one is `Math.imul(lo, primeLo)`. */
function multiplyUpper(lo: number, hi: number, primeHi: number, primeLo: number): number {
  return (carryOfProduct(lo, primeLo) + Math.imul(lo, primeHi) + Math.imul(hi, primeLo)) | 0;
}

/** The upper 32 bits of u32 × u32, by halves of 16 bits. No sum below leaves 32 bits. */
function carryOfProduct(a: number, b: number): number {
  const aLo = a & 0xffff;
  const aHi = a >>> 16;
  const bLo = b & 0xffff;
  const bHi = b >>> 16;
  const outer = (Math.imul(aHi, bLo) + (Math.imul(aLo, bLo) >>> 16)) | 0;
  const inner = (Math.imul(aLo, bHi) + (outer & 0xffff)) | 0;
  return (Math.imul(aHi, bHi) + (outer >>> 16) + (inner >>> 16)) | 0;
}

function readWord(bytes: Uint8Array, position: number): number {
  const low = (bytes[position] as number) | ((bytes[position + 1] as number) << 8);
  const high = (bytes[position + 2] as number) | ((bytes[position + 3] as number) << 8);
  return low | (high << 16);
}
