/**
 * What is done with a file as a whole, and seldom; see mirror/tools.ts. In a module of its own: `openSync` has it from the start,
 * a file that was opened with promises loads it when it is wanted.
 */

import { schemaText } from "./describe/text.ts";
import type { FileTools } from "./mirror/file.ts";
import { explainAccess, inspectFile, verifyAll } from "./mirror/tools.ts";

export const fileTools: FileTools = {
  inspectFile: (parts, runner, options) => inspectFile(parts, runner, options, schemaText),
  verifyAll,
  explainAccess,
};
