/** Workers for a reader. In a module of its own, which is loaded where a caller wants some. */

import type { OpenOptions } from "./options.ts";
import { type ReadWorkers, readWorkers } from "./read/decompress.ts";
import { executorOf } from "./workers.ts";

/** Workers as the options say, or undefined where they could not run the codecs. @throws {InvalidOptionError} */
export function readWorkersOf(options: OpenOptions & { readonly workers: number }): ReadWorkers | undefined {
  const executor = executorOf(options, options.codecs);
  return executor === undefined ? undefined : readWorkers(executor);
}
