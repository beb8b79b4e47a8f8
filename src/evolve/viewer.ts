/**
 * What was read with the file's layout → what the wanted schema promises. In: mirrors and handles, and a plan. Out: mirrors and
 * handles with the wanted fields and methods.
 */

import { prefixPath } from "../errors.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { HandlePlace } from "../mirror/handle.ts";
import { isStructMirror } from "../mirror/load-mirror.ts";
import type { Runner } from "../mirror/runner.ts";
import { STATE, type StructMirror } from "../mirror/struct.ts";
import type { Routine } from "../read/drive.ts";
import { loadContent } from "../read/load.ts";
import { prepare } from "../read/load-parts.ts";
import { type Task, taskOf } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import type { LoadOptions } from "../schema/handles.ts";
import { type ChunkContent, contentOf } from "../schema/layout.ts";
import { resolve, type SchemaNode, type StructNode } from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import type { AnyTypedArray } from "../schema/typed-array.ts";
import type { Given, ListContents, MapContents, TypedContents, ValueContents } from "./contents.ts";
import { converterOf } from "./convert.ts";
import {
  AsyncListView,
  AsyncMapView,
  AsyncSortedMapView,
  SyncListView,
  SyncMapView,
  SyncSortedMapView,
  TypedView,
  ValueView,
} from "./handles.ts";
import { HeldList, HeldMap, HeldTyped, HeldValue } from "./held.ts";
import { heldMirror, storedMirror } from "./mirrors.ts";
import type { FieldPlan, Part, Plan, StructStep } from "./plan.ts";
import { childIndex, readableOf } from "./readable.ts";
import { StoredList, StoredMap, StoredTyped, StoredValue } from "./stored.ts";

/** What was read, and what is to be made of it. */
export interface StoredPlace {
  readonly plan: Plan;
  /** The mirror or handle, as the file has it. */
  readonly inner: unknown;
  readonly path: string;
}

/** Views have nothing to do with where a handle's chunk is. */
const NOWHERE: ChildRef = { offset: 0, length: 0 };

/** Makes views for one open file. */
export class Viewer {
  readonly runner: Runner;

  constructor(runner: Runner) {
    this.runner = runner;
  }

  /** The view of a handle, or of a struct's mirror all of whose fields are there. */
  view(place: StoredPlace): unknown {
    const { plan, inner, path } = place;
    if (plan.isDirect) return inner;
    const { step, wanted } = plan;
    if (wanted.kind === "struct") return storedMirror(this, plan, inner as StructMirror, new Map());
    switch (step.kind) {
      case "vec":
        return this.list(wanted, path, new StoredList(this, place, step.part));
      case "typed":
        return this.typed(wanted, path, new StoredTyped(this, place));
      case "map":
        return this.map(wanted, path, new StoredMap(this, place, step.key.plan, step.value.plan));
      default:
        return this.value(wanted, path, new StoredValue(this, place));
    }
  }

  /** The handle to a value of the wanted schema that is here, or its mirror. */
  held(schema: SchemaNode, value: unknown, path: string): unknown {
    const { content } = contentOf(schema);
    const { runner } = this;
    const lazily = (part: SchemaNode, item: unknown, at: string): unknown => this.lazily(part, item, at);
    switch (content.kind) {
      case "struct":
        return heldMirror(this, content, value as Readonly<Record<string, unknown>>, path);
      case "vec": {
        const items = value as readonly unknown[];
        return this.list(content, path, new HeldList(runner, path, items, content.item, lazily));
      }
      case "typed":
      case "bytes":
        return this.typed(content, path, new HeldTyped(runner, path, value as AnyTypedArray));
      case "map": {
        const plain = (_: SchemaNode, item: unknown): unknown => item;
        return this.map(content, path, new HeldMap(runner, path, value as Map<unknown, unknown>, content, plain));
      }
      case "hashMap":
      case "sortedMap":
        return this.map(content, path, new HeldMap(runner, path, value as Map<unknown, unknown>, content, lazily));
      default:
        return this.value(content, path, new HeldValue(runner, path, value));
    }
  }

  /** What lazy access gives for an item that is here: a mirror of a struct, else the value. */
  private lazily(schema: SchemaNode, item: unknown, path: string): unknown {
    const node = resolve(schema);
    return node.kind === "struct" ? heldMirror(this, node, item as Readonly<Record<string, unknown>>, path) : item;
  }

  /**
   * Views of structs that were read lazily, in their order. Chunks that the wanted schema has inline are read with them, all
   * at once.
   * @param path Leads to them, or to what holds them.
   */
  views(plan: Plan, structs: readonly unknown[], path: string, options?: LoadOptions): Given<unknown[]> {
    if (plan.isDirect) {
      // Plain values come from a map in one piece, which are wholly here; where mirrors are wanted, they get one.
      return structs.map((struct) => (isStructMirror(struct) ? struct : this.lazily(plan.wanted, struct, path)));
    }
    if (!pulls(plan)) return structs.map((struct) => this.viewOfStruct(plan, struct, path));
    // Paths of what is read are those from the root.
    return this.runner.run("", { signal: options?.signal, keep: true }, (scope) =>
      this.viewsIn(scope, plan, structs, path),
    );
  }

  /** As {@link views}, in a call that is under way. */
  *viewsIn(scope: Scope, plan: Plan, structs: readonly unknown[], path: string): Routine<unknown[]> {
    const pulled: Pulled[] = [];
    const views = structs.map((struct) => this.viewOfStruct(plan, struct, path, pulled));
    if (pulled.length > 0)
      yield* prepare(
        scope,
        pulled.map(({ task }) => task),
      );
    for (const { task, into, field, part } of pulled) {
      scope.nextValue();
      into.set(field.name, converterOf(part.plan, true)(loadPulled(scope, task)));
    }
    return views;
  }

  private viewOfStruct(plan: Plan, struct: unknown, path: string, pulled: Pulled[] = []): unknown {
    if (!isStructMirror(struct)) {
      // A plain value, of a map in one piece: it is wholly here.
      const value = converterOf(plan, true)(struct);
      return heldMirror(this, plan.wanted as StructNode, value as Readonly<Record<string, unknown>>, path);
    }
    const ready = new Map<string, unknown>();
    const mirror = struct as unknown as StructMirror;
    for (const field of (plan.step as StructStep).fields) {
      const part = field.from?.part;
      if (part === undefined || field.from?.isPlaced !== true || (part.plan.isDirect && field.isPlaced)) continue;
      if (!field.isPlaced) pulled.push(pullOf(plan, mirror, field, part, ready));
      else if (part.plan.wanted.kind === "struct" && pulls(part.plan)) {
        const inner = (struct as Record<string, unknown>)[field.name];
        const at = mirror[STATE].path + memberText(field.name);
        ready.set(field.name, this.viewOfStruct(part.plan, inner, at, pulled));
      }
    }
    return storedMirror(this, plan, mirror, ready);
  }

  private place(content: ChunkContent, path: string): HandlePlace {
    return { runner: this.runner, content, ref: NOWHERE, depth: 0, path };
  }

  private value(content: ChunkContent, path: string, contents: ValueContents): unknown {
    return new ValueView(this.place(content, path), contents);
  }

  private typed(content: ChunkContent, path: string, contents: TypedContents): unknown {
    return new TypedView(this.place(content, path), contents);
  }

  private list(content: ChunkContent, path: string, contents: ListContents): unknown {
    return new (this.runner.mode === "async" ? AsyncListView : SyncListView)(this.place(content, path), contents);
  }

  private map(content: ChunkContent, path: string, contents: MapContents): unknown {
    const isAsync = this.runner.mode === "async";
    const isSorted = content.kind === "sortedMap";
    const [hashed, sorted] = isAsync ? [AsyncMapView, AsyncSortedMapView] : [SyncMapView, SyncSortedMapView];
    return new (isSorted ? sorted : hashed)(this.place(content, path), contents);
  }
}

/** A chunk that is inline in the wanted schema, so that it is read with what it is a field of. */
interface Pulled {
  readonly task: Task;
  readonly field: FieldPlan;
  readonly part: Part;
  readonly into: Map<string, unknown>;
}

function pullOf(plan: Plan, mirror: StructMirror, field: FieldPlan, part: Part, into: Map<string, unknown>): Pulled {
  const { chunk, first, path } = mirror[STATE];
  const ref = chunk.child(first + childIndex(readableOf(plan) as StructNode, field.name));
  const { content } = contentOf(readableOf(part.plan));
  const task = { ...taskOf(ref, chunk.depth + 1, content), path: path + memberText(field.name) };
  return { task, field, part, into };
}

function loadPulled(scope: Scope, { content, ref, depth, path }: Task): unknown {
  try {
    return loadContent(scope, content as ChunkContent, scope.get(ref, depth));
  } catch (error) {
    throw prefixPath(path ?? "", error);
  }
}

const pulling = new WeakMap<Plan, boolean>();

/** Whether a struct's mirror needs chunks to be there: its own that are inline in the wanted schema, or those of a nested one. */
export function pulls(plan: Plan): boolean {
  const known = pulling.get(plan);
  if (known !== undefined) return known;
  // A struct that leads back to itself does so behind a handle, where it is asked again.
  pulling.set(plan, false);
  const found =
    plan.step.kind === "struct" &&
    plan.step.fields.some(({ from, isPlaced }) => {
      if (from?.isPlaced !== true) return false;
      return !isPlaced || (from.part.plan.wanted.kind === "struct" && pulls(from.part.plan));
    });
  pulling.set(plan, found);
  return found;
}
