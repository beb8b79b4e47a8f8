/** Step 4 of the way: the codec that leaves bytes as they are. In and out: the payload. */

import { LimitExceededError } from "../errors.ts";
import type { Codec } from "./codec.ts";

/** Compression id 0: the stored bytes are the payload. Costs nothing; results are views of what came in. */
export const none: Codec = {
  id: 0,
  name: "none",
  encode: (payload) => payload,
  decode: (stored, maxByteLength) => {
    if (stored.length > maxByteLength) {
      throw new LimitExceededError(
        `A payload of ${stored.length} bytes exceeds maxChunkBytes (${maxByteLength}). Raise the option if the file is trusted.`,
        { limit: "maxChunkBytes", expected: `at most ${maxByteLength} bytes`, actual: `${stored.length} bytes` },
      );
    }
    return stored;
  },
};
