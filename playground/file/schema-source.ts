/** A schema as TypeScript. */

import type { Schema } from "parcode-web";
import { schemaSource } from "../../src/describe/source.ts";
import { nodeOf } from "../../src/schema/node.ts";

/** The source of a module with this schema; undefined where it has none. */
export function sourceOf(schema: Schema): string | undefined {
  try {
    return schemaSource(nodeOf(schema), { name: "Root" });
  } catch {
    return undefined;
  }
}
