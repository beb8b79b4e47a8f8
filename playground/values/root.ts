/** The root of a file, to find values from. */

import type { Session } from "../file/session.ts";
import type { Place } from "./place.ts";
import { contentOfSchema } from "./schema-view.ts";

/** The root; or why there is none; or neither, where no schema says what it is. */
export function rootOf({ file }: Session): { readonly root?: Place; readonly failure?: unknown } {
  try {
    const view = file.root;
    return file.schema === undefined ? {} : { root: { schema: contentOfSchema(file.schema), view } };
  } catch (failure) {
    return file.schema === undefined ? {} : { failure };
  }
}
