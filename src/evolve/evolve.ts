/**
 * Files of other schemas. In: the description that a file has, and the schema that it is opened with. Out: the schema that reads
 * it, and the view that makes what is wanted of it. Loaded only where the two differ.
 */

import { collect } from "../describe/collect.ts";
import { readDescription } from "../describe/read.ts";
import { isParcodeError } from "../errors.ts";
import type { Described, FileView } from "../mirror/file.ts";
import { contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import { converterOf } from "./convert.ts";
import { readableOf } from "./readable.ts";
import { reconcile } from "./reconcile.ts";
import { Viewer } from "./viewer.ts";

/**
 * How a file with this description is read as `wanted`. A description of a later version says nothing that can be compared:
 * then the file is read as it would be without one.
 * @throws {SchemaMismatchError} `wanted` is no schema of values. @throws {SchemaIncompatibleError} It cannot be; all reasons are in the message. @throws {CorruptChunkError}
 */
export function evolve(description: Uint8Array, wanted: SchemaNode): Described {
  let stored: SchemaNode;
  try {
    stored = readDescription(description);
  } catch (error) {
    if (isParcodeError(error, "UnsupportedVersion")) return { node: wanted };
    throw error;
  }
  // A schema that no file could be written with is told as what it is, and not as another one.
  collect(wanted);
  const plan = reconcile(stored, wanted);
  if (plan.isDirect) return { node: wanted };
  const view: FileView = {
    schema: wanted,
    value: converterOf(plan, true),
    *root(runner, scope, inner) {
      const viewer = new Viewer(runner);
      const isStruct = contentOf(wanted).content.kind === "struct";
      if (isStruct) return (yield* viewer.viewsIn(scope, plan, [inner], ""))[0];
      return viewer.view({ plan, inner, path: "" });
    },
  };
  return { node: readableOf(plan), view };
}
