/** Step 4: the checksums of chunks. In: stored bytes. Out: XXH64 as 8 bytes, little-endian. */

import type { Checksum } from "../format/integrity.ts";
import { EXTENSION_CHILD_CHECKSUMS } from "../format/layout.ts";
import { xxh64 } from "./xxh64.ts";

const halves = new Uint32Array(2);

/** XXH64, seed 0: finds damage, not forgery. */
export const xxh64Checksum: Checksum = {
  name: "xxh64",
  byteLength: 8,
  recordTag: EXTENSION_CHILD_CHECKSUMS,
  write(bytes, start, end, out, at) {
    xxh64(bytes, start, end, halves);
    for (let i = 0; i < 8; i++) out[at + i] = (halves[i >> 2] as number) >>> ((i & 3) * 8);
  },
};
