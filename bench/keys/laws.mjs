// The law of ordered keys, asked of every contender: are the bytes in the order of the values, and do they give the values back?
import { difference } from "./same.mjs";

const TEXTS = ["", "a", "ab", "abc", "b", "ba", "é", "漢", "\u{e000}", "\u{ffff}", "~", "\u007f", "\u0080", "\xff"];
const ZEROS = [
  "",
  "\0",
  "\0\0",
  "\0a",
  "a",
  "a\0",
  "a\0\0",
  "a\0b",
  "a\x01",
  "a\x01b",
  "a\x02",
  "ab",
  "\x01",
  "\x02",
  "\xff",
  "\0\xff",
];
const ASTRAL = ["\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "🦀", "\u{10ffff}", "a🦀", "a\u{ffff}"];
const NUMBERS = [
  ...[
    0,
    1,
    -1,
    0.1,
    -0.1,
    0.5,
    1.5,
    255,
    256,
    65_535,
    65_536,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    -(2 ** 31),
    -(2 ** 53),
  ],
  ...[1e-7, -1e-7, 1e21, -1e21, 1e22, 1e100, -1e100, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 123_456_789.123, -123_456_789.123],
];
const pairsOf = (texts) => texts.flatMap((a) => [0, 1].map((n) => [a, n]));
const chars = (list) => list.flatMap((a) => list.slice(0, 8).map((b) => [a, b]));

/** Columns. `schema` is for this library; the others see the values. */
const LAWS = [
  { name: "numbers", values: NUMBERS, schema: (k) => k.f64 },
  {
    name: "−0 before 0, NaN last",
    values: [-1, -0, 0, 1, Infinity, Number.NaN],
    schema: (k) => k.f64,
  },
  {
    name: "bigints of 64 bits",
    values: [
      -(2n ** 63n),
      -(2n ** 53n) - 1n,
      -256n,
      -255n,
      -1n,
      0n,
      1n,
      255n,
      256n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 63n - 1n,
    ],
    schema: (k) => k.i64,
  },
  { name: "text, then a number", values: pairsOf(TEXTS), schema: (k) => k.tuple([k.str, k.u32]) },
  { name: "text with U+0000 to 2, then a number", values: pairsOf(ZEROS), schema: (k) => k.tuple([k.str, k.u32]) },
  { name: "text beyond U+FFFF, by code points", values: pairsOf(ASTRAL), schema: (k) => k.tuple([k.str, k.u32]) },
  { name: "two texts", values: chars(ZEROS), schema: (k) => k.tuple([k.str, k.str]) },
  {
    name: "bytes, then a number",
    values: [[], [0], [0, 0], [0, 1], [0, 255], [1], [1, 0], [255], [255, 0], [255, 255]].flatMap((list) =>
      [0, 1].map((n) => [Buffer.from(list), n]),
    ),
    schema: (k) => k.tuple([k.bytes, k.u32]),
  },
  {
    name: "lists of texts, then a number",
    values: [[], [""], ["", ""], ["a"], ["a", ""], ["a", "b"], ["ab"], ["b"]].flatMap((list) =>
      [0, 1].map((n) => [list, n]),
    ),
    schema: (k) => k.tuple([k.vec(k.str), k.u32]),
  },
  {
    name: "a lone surrogate is refused",
    refuses: true,
    values: ["\ud800", "a\udc00", "\ud800\ud800"].map((text) => [text, 1]),
    schema: (k) => k.tuple([k.str, k.u32]),
  },
];

/**
 * @param {{ name: string, generic?: Function }[]} contenders
 * @returns {string[][]} A row for each law, the first cell its name.
 */
export function lawRows(contenders, compareBytes) {
  const [ours] = contenders;
  return LAWS.map((law) => {
    const { compare } = ours.generic(law);
    return [law.name, ...contenders.map((each) => verdict(each.generic(law), law, compare, compareBytes))];
  });
}

function verdict(codec, law, compare, compareBytes) {
  const keys = law.values.map((value) => {
    try {
      return { bytes: asBytes(codec.encode(value)), key: codec.encode(value) };
    } catch {
      return undefined;
    }
  });
  const thrown = keys.filter((key) => key === undefined).length;
  if (law.refuses) return thrown === keys.length ? "holds" : `${keys.length - thrown} of ${keys.length} taken`;
  let pairs = 0;
  let wrong = 0;
  for (let i = 0; i < keys.length; i++) {
    for (let j = i + 1; j < keys.length; j++) {
      if (keys[i] === undefined || keys[j] === undefined) continue;
      pairs++;
      const found = Math.sign(compareBytes(keys[i].bytes, keys[j].bytes));
      if (found !== Math.sign(compare(law.values[i], law.values[j]))) wrong++;
    }
  }
  const lost = keys.filter((key, i) => key !== undefined && !givesBack(codec, key.key, law.values[i])).length;
  const faults = [
    wrong > 0 && `${wrong} of ${pairs} pairs`,
    lost > 0 && `${lost} of ${keys.length} not given back`,
    thrown > 0 && `${thrown} refused`,
  ].filter(Boolean);
  return faults.length === 0 ? "holds" : faults.join(", ");
}

function givesBack(codec, key, value) {
  try {
    return difference(codec.decode(key), value) === undefined;
  } catch {
    return false;
  }
}

/** A string key goes into a store as UTF-8. */
function asBytes(key) {
  return typeof key === "string" ? new TextEncoder().encode(key) : key;
}
