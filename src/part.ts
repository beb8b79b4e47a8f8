/** Parts of the library that come when they are needed. In: an `import()`. Out: its module, or an error that says what to do. */

import { SourceUnavailableError } from "./errors.ts";

/**
 * The module of an `import()`.
 * @throws {SourceUnavailableError} It could not be loaded. Not retryable: browsers may remember that a module failed.
 */
export async function part<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (cause) {
    throw new SourceUnavailableError(
      "A part of parcode-web, which is loaded when it is needed, could not be loaded: is the app's server within reach, and does it still have the files of this version of the app? Reload the page then.",
      { retryable: false, expected: "a module of parcode-web", actual: String(cause), cause },
    );
  }
}
