/** Step 5 of the way: what a caller can name as the place to write to. In: a target. Out: a sink. */

import { describeValue } from "../bytes/writer.ts";
import { InvalidOptionError } from "../errors.ts";
import type { Sink } from "./sink.ts";
import { streamSink } from "./stream.ts";

/** What `save` can write to. */
export type SaveTarget = Sink | WritableStream<Uint8Array> | FileSystemFileHandle;

/** The sink that a target is, or is written through. @throws {InvalidOptionError} It is none of them. */
export async function sinkOf(target: SaveTarget): Promise<Sink> {
  if (typeof target === "object" && target !== null) {
    if ("getWriter" in target) return streamSink(target);
    if ("createWritable" in target) return streamSink(await target.createWritable(), target.name);
    if ("write" in target && "close" in target && "abort" in target) return target;
  }
  const actual = describeValue(target);
  throw new InvalidOptionError(
    `save() needs a Sink, WritableStream or FileSystemFileHandle, found ${actual}. For paths of files there is saveFile() in "parcode-web/node".`,
    { option: "target", expected: "a Sink, WritableStream or FileSystemFileHandle", actual },
  );
}
