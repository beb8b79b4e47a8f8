/** Payloads of known character for the codec's tests, the same in every run and every environment. */

/** A source of u32: mulberry32. */
export function randomU32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export type Corpus = (byteLength: number, seed: number) => Uint8Array;

/** Words of a small vocabulary, some far more frequent than others. */
const text: Corpus = (byteLength, seed) => {
  const random = randomU32(seed);
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 2 + (random() % 8) }, () => 97 + (random() % 26)),
  );
  const bytes = new Uint8Array(byteLength);
  for (let index = 0; index < byteLength; ) {
    const word = words[Math.floor((random() / 2 ** 32) ** 3 * words.length)] ?? [];
    for (const letter of [...word, random() % 12 === 0 ? 46 : 32]) {
      if (index < byteLength) bytes[index++] = letter;
    }
  }
  return bytes;
};

/** A random walk in steps of a hundredth, as f32. */
const floats: Corpus = (byteLength, seed) => {
  const random = randomU32(seed);
  const values = new Float32Array(Math.ceil(byteLength / 4));
  let value = 0;
  for (let index = 0; index < values.length; index++) {
    value += ((random() % 2001) - 1000) / 1000;
    values[index] = Math.round(value * 100) / 100;
  }
  return new Uint8Array(values.buffer, 0, byteLength);
};

const noise: Corpus = (byteLength, seed) => {
  const random = randomU32(seed);
  return new Uint8Array(byteLength).map(() => random() >>> 24);
};

/** Records of 16 bytes: a counter, digits, zeros, a choice. */
const records: Corpus = (byteLength, seed) => {
  const random = randomU32(seed);
  return new Uint8Array(byteLength).map((_, index) => {
    const field = index % 16;
    if (field < 4) return (index >> 4) >> (8 * field);
    if (field < 8) return random() % 10;
    return field < 12 ? 0 : random() % 3;
  });
};

/** A piece of 1 to 40 bytes, over and over. */
const repeating: Corpus = (byteLength, seed) => {
  const period = 1 + (seed % 40);
  return new Uint8Array(byteLength).map((_, index) => Math.imul((index % period) + 1, 0x9e3779b1) >>> 24);
};

/** Noise, runs, and copies from before, of all lengths and distances. */
const mixed: Corpus = (byteLength, seed) => {
  const random = randomU32(seed);
  const bytes = new Uint8Array(byteLength);
  for (let index = 0; index < byteLength; ) {
    const end = Math.min(byteLength, index + 1 + (random() % (random() % 4 === 0 ? 600 : 40)));
    const kind = index === 0 ? 0 : random() % 3;
    const distance = kind === 0 ? 0 : 1 + (random() % (kind === 1 ? Math.min(index, 4) : index));
    for (; index < end; index++) bytes[index] = kind === 0 ? random() >>> 24 : (bytes[index - distance] ?? 0);
  }
  return bytes;
};

export const corpora: Readonly<Record<string, Corpus>> = {
  text,
  floats,
  zeros: (byteLength) => new Uint8Array(byteLength),
  noise,
  fewValues: (byteLength, seed) => noise(byteLength, seed).map((byte) => byte % 3),
  records,
  repeating,
  mixed,
};

/** Where two byte arrays differ, or "same"; much faster than a deep comparison. */
export function difference(actual: Uint8Array, expected: Uint8Array): string {
  const common = Math.min(actual.length, expected.length);
  for (let index = 0; index < common; index++) {
    if (actual[index] !== expected[index]) return `byte ${index} of ${expected.length}`;
  }
  return actual.length === expected.length ? "same" : `length ${actual.length} instead of ${expected.length}`;
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** `values` behind its length as u32: the layout of a stored block. */
export function sized(declared: number, block: readonly number[]): Uint8Array {
  return Uint8Array.from([declared, declared >>> 8, declared >>> 16, declared >>> 24, ...block]);
}
