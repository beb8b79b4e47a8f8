/** Step 9: the handle to a typed array or bytes. A slice reads only the shards that hold it. */

import { InvalidOptionError } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import { isPlainList } from "../read/list.ts";
import type { Scope } from "../read/scope.ts";
import { typedSlice, typedTable } from "../read/typed-list.ts";
import type { LoadOptions } from "../schema/handles.ts";
import type { PrimitiveNode, TypedNode } from "../schema/node.ts";
import type { ElementKind } from "../schema/types.ts";
import { fetchChunks, sliceBounds, ValueHandle } from "./handle.ts";

export class TypedHandle extends ValueHandle<TypedNode | PrimitiveNode> {
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
    const { content, runner, path } = this.place;
    if (content.kind !== "bytes" || runner.mode !== "async") {
      throw new InvalidOptionError(
        `${path} is no bytes of a file that was opened with promises, so it has no stream().`,
        {
          option: "stream",
          expected: "bytes",
          actual: content.kind,
        },
      );
    }
    const ended = new AbortController();
    const { signal } = options;
    const onAbort = (): void => ended.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    const finish = (): void => signal?.removeEventListener("abort", onAbort);
    let shard = 0;
    return new ReadableStream(
      {
        pull: async (controller) => {
          try {
            signal?.throwIfAborted();
            const bytes = (await this.shardBytes(shard++, ended.signal)) as Uint8Array<ArrayBuffer> | undefined;
            if (bytes !== undefined) return controller.enqueue(bytes);
            finish();
            controller.close();
          } catch (error) {
            finish();
            throw error;
          }
        },
        cancel: (reason) => {
          finish();
          ended.abort(reason);
        },
      },
      { highWaterMark: 1 },
    );
  }

  /** The bytes of one shard; undefined behind the last. */
  private shardBytes(shard: number, signal: AbortSignal): unknown {
    const self = this;
    return this.run({ signal }, function* (scope): Routine<unknown> {
      const container = yield* self.chunk(scope);
      const table = typedTable(container, "u8");
      if (shard >= table.shardCount || table.total === 0) return undefined;
      const from = table.firstItemOf(shard);
      const to = from + table.itemsIn(shard);
      yield* self.shards(scope, container, from, to);
      return typedSlice(scope, "u8", container, from, to);
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
