/** Damage to bytes, as a bad disk or a bad mind does it. */

/** `stored` with one to three changes. The first `spared` bytes are seldom among them. */
export function damage(stored: Uint8Array, random: () => number, spared: number): Uint8Array {
  const bytes = [...stored];
  for (let times = 1 + (random() % 3); times > 0; times--) {
    const at =
      random() % 8 === 0 ? random() % Math.max(1, spared) : spared + (random() % Math.max(1, bytes.length - spared));
    const kind = random() % 6;
    if (kind === 0) bytes[at] = random() & 0xff;
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8));
    else if (kind === 2) bytes.splice(at, 1 + (random() % 4));
    else if (kind === 3) bytes.splice(at, 0, random() & 0xff);
    else if (kind === 4) bytes.fill(random() % 2 === 0 ? 0xff : 0, at, at + 1 + (random() % 20));
    else bytes.length = Math.min(bytes.length, at);
  }
  return Uint8Array.from(bytes);
}
