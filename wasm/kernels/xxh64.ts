/** XXH64 with seed 0. Twin of src/codec/xxh64-twin.ts; all hashes are left in RESULT, lower half first. */

import { KEY, LANES, RESULT } from "./memory.ts";

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;

const STRIPE_BYTES: usize = 32;
const LANE_BYTES: usize = 8;

/** Hashes the first `byteLength` bytes of KEY. */
export function hashKey(byteLength: usize): void {
  hashBytes(KEY, byteLength);
}

/** Hashes `byteLength` bytes. */
export function hashBytes(at: usize, byteLength: usize): void {
  if (byteLength < STRIPE_BYTES) {
    finish(P5 + byteLength, at, at + byteLength);
  } else {
    hashStart();
    const rest = hashStripes(at, at + byteLength);
    hashEnd(rest, at + byteLength, <f64>byteLength);
  }
}

/** Starts a hash in several steps, of at least 32 bytes in all. */
export function hashStart(): void {
  store<u64>(LANES, P1 + P2);
  store<u64>(LANES + 8, P2);
  store<u64>(LANES + 16, 0);
  store<u64>(LANES + 24, 0 - P1);
}

/** Goes on with the whole stripes of [at, end), and returns where they end. */
export function hashStripes(at: usize, end: usize): usize {
  let lane1 = load<u64>(LANES);
  let lane2 = load<u64>(LANES + 8);
  let lane3 = load<u64>(LANES + 16);
  let lane4 = load<u64>(LANES + 24);
  for (; end - at >= STRIPE_BYTES; at += STRIPE_BYTES) {
    lane1 = round(lane1, load<u64>(at));
    lane2 = round(lane2, load<u64>(at + 8));
    lane3 = round(lane3, load<u64>(at + 16));
    lane4 = round(lane4, load<u64>(at + 24));
  }
  store<u64>(LANES, lane1);
  store<u64>(LANES + 8, lane2);
  store<u64>(LANES + 16, lane3);
  store<u64>(LANES + 24, lane4);
  return at;
}

/** Ends a hash of `byteLength` bytes with those at [at, end), fewer than 32. */
export function hashEnd(at: usize, end: usize, byteLength: f64): void {
  const lane1 = load<u64>(LANES);
  const lane2 = load<u64>(LANES + 8);
  const lane3 = load<u64>(LANES + 16);
  const lane4 = load<u64>(LANES + 24);
  let hash = rotl(lane1, 1) + rotl(lane2, 7) + rotl(lane3, 12) + rotl(lane4, 18);
  hash = merge(hash, lane1);
  hash = merge(hash, lane2);
  hash = merge(hash, lane3);
  hash = merge(hash, lane4);
  finish(hash + <u64>byteLength, at, end);
}

function finish(start: u64, at: usize, end: usize): void {
  let hash = start;
  for (; end - at >= LANE_BYTES; at += LANE_BYTES) {
    hash = rotl(hash ^ round(0, load<u64>(at)), 27) * P1 + P4;
  }
  if (end - at >= 4) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * P1), 23) * P2 + P3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * P5), 11) * P1;
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  store<u64>(RESULT, hash ^ (hash >> 32));
}

function round(lane: u64, input: u64): u64 {
  return rotl(lane + input * P2, 31) * P1;
}

function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * P1 + P4;
}
