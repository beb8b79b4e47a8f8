/** One damaged file: which parts of it are changed, and how. In: a subject and chance. Out: bytes, and words for them. */
import { type Anatomy, anatomyOf, type Part, type Place } from "./anatomy.ts";
import { Random } from "./random.ts";
import { seal } from "./seal.ts";
import type { Subject } from "./subjects.ts";

export interface Damaged {
  readonly subject: Subject;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the checksums were made right again. */
  readonly sealed: boolean;
  readonly what: string;
}

const anatomies = new WeakMap<Subject, Anatomy>();

/** Damaged file number `round` of a seed. */
export function damagedFile(subjects: readonly Subject[], seed: number, round: number): Damaged {
  const random = new Random(seed, round);
  const subject = random.pick(subjects);
  let anatomy = anatomies.get(subject);
  if (anatomy === undefined) {
    anatomy = anatomyOf(subject.bytes);
    anatomies.set(subject, anatomy);
  }
  if (random.chance(0.12)) return { subject, sealed: false, ...resized(subject.bytes, random) };
  const bytes = subject.bytes.slice();
  const steps: string[] = [];
  for (let left = 1 + random.below(2); left > 0; left--) steps.push(change(bytes, anatomy, random));
  const sealed = anatomy.trailer !== undefined && subject.isSealable && random.chance(0.5);
  if (sealed) seal(subject.bytes, bytes, anatomy);
  return { subject, bytes, sealed, what: steps.join("; ") };
}

function change(bytes: Uint8Array, anatomy: Anatomy, random: Random): string {
  if (random.chance(0.15)) return moved(bytes, anatomy, random);
  const parts = [...new Set(anatomy.places.map(({ part }) => part))];
  const part: Part = random.pick(parts);
  const place = random.pick(anatomy.places.filter((candidate) => candidate.part === part));
  const isField = [2, 4, 8].includes(place.length) && (part !== "payload" || random.chance(0.3));
  return isField ? changeField(bytes, place, anatomy, random) : changeBytes(bytes, place, random);
}

function changeField(bytes: Uint8Array, { part, start, length }: Place, anatomy: Anatomy, random: Random): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const old =
    length === 8
      ? view.getBigUint64(start, true)
      : BigInt(length === 4 ? view.getUint32(start, true) : view.getUint16(start, true));
  const chunk = random.pick(anatomy.chunks);
  const value = BigInt.asUintN(
    length * 8,
    random.pick([
      ...[
        0n,
        1n,
        old + 1n,
        old - 1n,
        old + BigInt(random.below(64)) - 32n,
        old * 2n,
        old ^ (1n << BigInt(random.below(length * 8))),
      ],
      ...[-1n, 1n << 31n, (1n << 32n) - 1n, 1n << 32n, 1n << 53n, 1n << 63n, BigInt(bytes.length), BigInt(start)],
      ...[
        BigInt(chunk.offset),
        BigInt(chunk.length),
        BigInt(chunk.offset + chunk.length),
        BigInt(random.below(bytes.length)),
      ],
    ]),
  );
  if (length === 8) view.setBigUint64(start, value, true);
  else if (length === 4) view.setUint32(start, Number(value), true);
  else view.setUint16(start, Number(value), true);
  return `${part} ${start}: ${old} → ${value}`;
}

function changeBytes(bytes: Uint8Array, { part, start, length }: Place, random: Random): string {
  const at = start + random.below(length);
  const old = bytes[at] as number;
  const value = random.pick([
    ...[0, 1, 255, 250, 251, 252, 253, 254, 0x7f, 0x80, (old + 1) & 255, (old - 1) & 255],
    ...[old ^ (1 << random.below(8)), old ^ (1 << random.below(8)), random.below(256)],
  ]);
  bytes[at] = value;
  if (!random.chance(0.2)) return `${part} ${at}: ${old} → ${value}`;
  const more = Math.min(8, start + length - at - 1);
  bytes.fill(random.pick([0, 255, 1, 0x80]), at + 1, at + 1 + random.below(more + 1));
  return `${part} ${at}: ${old} → ${value} and what follows`;
}

/** Bytes that are right, in a wrong place: references, chunks, pieces. */
function moved(bytes: Uint8Array, { places, chunks }: Anatomy, random: Random): string {
  const refs = places.filter(({ part, length }) => part === "children" && length === 8);
  if (refs.length >= 2 && random.chance(0.5)) {
    const [from, to] = [random.below(refs.length >> 1), random.below(refs.length >> 1)].map(
      (i) => refs[2 * i]?.start ?? 0,
    );
    bytes.copyWithin(to as number, from as number, (from as number) + 16);
    return `the reference at ${from} also at ${to}`;
  }
  const [one, other] = [random.pick(chunks), random.pick(chunks)];
  const length = Math.min(one.length, other.length);
  bytes.copyWithin(other.offset, one.offset, one.offset + length);
  return `${length} bytes of the chunk at ${one.offset} also at ${other.offset}`;
}

/** The file cut off, with bytes missing, repeated or added. */
function resized(bytes: Uint8Array<ArrayBuffer>, random: Random): Pick<Damaged, "bytes" | "what"> {
  const at = random.below(bytes.length);
  const count = 1 + random.below(Math.min(64, bytes.length - at));
  const pieces = (...all: Uint8Array[]): Uint8Array<ArrayBuffer> => Uint8Array.from(all.flatMap((piece) => [...piece]));
  switch (random.below(5)) {
    case 0:
      return { bytes: bytes.slice(0, at), what: `the first ${at} bytes` };
    case 1:
      return { bytes: bytes.slice(at), what: `from byte ${at} on` };
    case 2:
      return {
        bytes: pieces(bytes.slice(0, at), bytes.slice(at + count)),
        what: `without bytes ${at} to ${at + count}`,
      };
    case 3:
      return { bytes: pieces(bytes.slice(0, at + count), bytes.slice(at)), what: `bytes ${at} to ${at + count} twice` };
    default:
      return { bytes: pieces(bytes, bytes.slice(at)), what: `with what is behind byte ${at} again` };
  }
}
