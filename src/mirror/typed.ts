/** Step 9: the handle to a typed array or bytes. A slice reads only the shards that hold it. */

import { InvalidOptionError } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import { isPlainList } from "../read/locate.ts";
import type { Scope } from "../read/scope.ts";
import { typedSlice, typedTable } from "../read/typed-list.ts";
import type { LoadOptions } from "../schema/handles.ts";
import type { PrimitiveNode, TypedNode } from "../schema/node.ts";
import type { ElementKind } from "../schema/types.ts";
import { ContainerHandle } from "./container-handle.ts";
import type { HandlePlace } from "./handle.ts";
import { iterateAsync } from "./iterate.ts";
import { fetchChunks, sliceBounds } from "./slices.ts";

/** @throws {InvalidOptionError} What is at `place` is given as no stream. */
export function requireStream({ content, runner, path }: HandlePlace): void {
  if (content.kind === "bytes" && runner.mode === "async") return;
  throw new InvalidOptionError(`${path} is no bytes of a file that was opened with promises, so it has no stream().`, {
    option: "stream",
    expected: "bytes",
    actual: content.kind,
  });
}

export class TypedHandle extends ContainerHandle<TypedNode | PrimitiveNode> {
  count(options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<number> {
      return typedTable(yield* self.chunk(scope), self.element()).total;
    });
  }

  slice(start?: number, end?: number, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      const container = yield* self.chunk(scope);
      const element = self.element();
      const [from, to] = sliceBounds(start, end, typedTable(container, element).total);
      yield* self.shards(scope, container, from, to);
      return typedSlice(scope, element, container, from, to);
    });
  }

  stream(options: LoadOptions = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    requireStream(this.place);
    const cancelled = new AbortController();
    const { signal } = options;
    const onAbort = (): void => cancelled.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort);
    const finish = (): void => signal?.removeEventListener("abort", onAbort);
    const pieces = iterateAsync(
      { signal: cancelled.signal },
      (start, count, own) => this.pieces(start, count, own.signal) as Promise<Uint8Array<ArrayBuffer>[] | undefined>,
      () => this.shardSizes(true),
    );
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
      try {
        const { value, done } = await pieces.next();
        if (done !== true) return controller.enqueue(value);
        finish();
        controller.close();
      } catch (error) {
        finish();
        throw error;
      }
    };
    const cancel = (reason: unknown): void => {
      finish();
      cancelled.abort(reason);
    };
    return new ReadableStream({ pull, cancel }, { highWaterMark: 1 });
  }

  /** The bytes of at most `count` shards from `start`, in one piece; undefined behind the last. */
  private pieces(start: number, count: number, signal: AbortSignal | undefined): unknown {
    const self = this;
    return this.run({ signal }, function* (scope): Routine<unknown[] | undefined> {
      const container = yield* self.chunk(scope);
      const table = typedTable(container, "u8");
      if (start >= table.shardCount || table.total === 0) return undefined;
      const last = Math.min(start + count, table.shardCount) - 1;
      const from = table.firstItemOf(start);
      const to = table.firstItemOf(last) + table.itemsIn(last);
      yield* self.shards(scope, container, from, to);
      return [typedSlice(scope, "u8", container, from, to)];
    });
  }

  private *shards(scope: Scope, container: Chunk, from: number, to: number): Routine<void> {
    if (to <= from || isPlainList(container)) return;
    const table = typedTable(container, this.element());
    const refs = container.children(table.locate(from).shard, table.locate(to - 1).shard + 1);
    yield* fetchChunks(scope, refs, container.depth + 1);
  }

  private element(): ElementKind {
    const { content } = this.place;
    return content.kind === "typed" ? content.element : "u8";
  }
}
