/** Step 3: what a plan is told. */

import type { CodecRegistry } from "../codec/registry.ts";
import type { ExtensionRecord } from "../format/extension.ts";

export interface PlanOptions {
  readonly codecs: CodecRegistry;
  /** Codec of chunks whose schema names none. */
  readonly compression: string;
  readonly shardBytes: number;
  /** "parcode" stores map values so that the Rust crate reads them, and refuses what it cannot. */
  readonly compatibility: "native" | "parcode";
  /** What the trailer says besides what follows from the file's layout. */
  readonly records: readonly ExtensionRecord[];
}
