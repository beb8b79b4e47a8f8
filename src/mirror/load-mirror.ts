/** Step 9: the whole value behind a struct's mirror. In: a mirror. Out: its value, or a promise of it. */

import { InvalidOptionError } from "../errors.ts";
import type { Routine } from "../read/drive.ts";
import { completeStruct } from "../read/load.ts";
import { prepare } from "../read/load-parts.ts";
import { itemTasks } from "../read/reach.ts";
import type { LoadProgressOptions } from "../schema/handles.ts";
import { structLayout } from "../schema/layout.ts";
import { type MirrorFacts, type MirrorState, STATE, type StructMirror } from "./struct.ts";

/** Whether `value` is the mirror of a struct, and no handle or plain value. */
export function isStructMirror(value: unknown): value is object {
  return typeof value === "object" && value !== null && STATE in value;
}

/** The whole value behind a struct's mirror; see load.ts. */
export function loadMirror(mirror: object, mode: "async" | "sync", options: LoadProgressOptions = {}): unknown {
  const state = (mirror as Partial<StructMirror<MirrorFacts>> | null)?.[STATE];
  if (state?.runner.mode !== mode) {
    const [called, opener] = mode === "async" ? ["load", "open"] : ["loadSync", "openSync"];
    throw new InvalidOptionError(
      `${called}() takes the mirror of a struct from ${opener}(); a handle has its own method load().`,
      { option: "mirror", expected: `a struct's mirror from ${opener}()` },
    );
  }
  return state.load === undefined ? loadState(state as MirrorState, options) : state.load(options);
}

function loadState(state: MirrorState, options: LoadProgressOptions): unknown {
  const { runner, node, inline, chunk, first, path } = state;
  return runner.run(
    path,
    { signal: options.signal, onProgress: options.onProgress },
    function* (scope): Routine<unknown> {
      const fields = structLayout(node).children;
      yield* prepare(scope, itemTasks(chunk, fields, first, ""));
      const value: Record<string, unknown> = {};
      for (const name of Object.keys(node.fields)) value[name] = inline[name];
      return completeStruct(scope, fields, value, chunk, first);
    },
  );
}
