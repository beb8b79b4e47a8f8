/** Mirrors of structs with the wanted fields. In: the mirror of what the file has, or a plain value. Out: a mirror. */

import { loadMirror } from "../mirror/load-mirror.ts";
import type { Runner } from "../mirror/runner.ts";
import { defineMirror, type MirrorFacts, STATE, type StructMirror } from "../mirror/struct.ts";
import { copyOf } from "../schema/copy.ts";
import type { LoadProgressOptions } from "../schema/handles.ts";
import { structLayout } from "../schema/layout.ts";
import type { StructNode } from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import { after } from "./contents.ts";
import { converterOf, loadedStructConverter } from "./convert.ts";
import { atOnce } from "./held.ts";
import type { FieldPlan, Plan, StructStep } from "./plan.ts";
import type { Viewer } from "./viewer.ts";

/** What a view has in place of what a mirror has. */
class ViewState implements MirrorFacts {
  readonly runner: Runner;
  readonly node: StructNode;
  /** Fields that were asked for, or read together with the mirror. */
  private readonly ready: Map<string, unknown>;
  private readonly make: (name: string) => unknown;
  readonly load: (options: LoadProgressOptions) => unknown;

  constructor(
    runner: Runner,
    node: StructNode,
    ready: Map<string, unknown>,
    make: (name: string) => unknown,
    load: (options: LoadProgressOptions) => unknown,
  ) {
    this.runner = runner;
    this.node = node;
    this.ready = ready;
    this.make = make;
    this.load = load;
  }

  /** A field, the same one each time. */
  field(name: string): unknown {
    if (!this.ready.has(name)) this.ready.set(name, this.make(name));
    return this.ready.get(name);
  }
}

type ViewClass = new (state: ViewState) => object;

const classes = new WeakMap<StructNode, ViewClass>();

function viewClass(node: StructNode): ViewClass {
  let known = classes.get(node);
  if (known === undefined) {
    known = defineMirror<ViewState>(Object.keys(node.fields), (name) => (state) => state.field(name));
    classes.set(node, known);
  }
  return known;
}

/** @param ready Fields that are there already: chunks that are inline in the wanted schema, and nested mirrors. */
export function storedMirror(viewer: Viewer, plan: Plan, mirror: StructMirror, ready: Map<string, unknown>): object {
  const node = plan.wanted as StructNode;
  const { runner } = viewer;
  const fields = fieldsOf(plan);
  const make = (name: string): unknown => fieldView(viewer, fields.get(name) as FieldPlan, mirror);
  const load = (options: LoadProgressOptions): unknown =>
    after(loadMirror(mirror, runner.mode, options), loadedStructConverter(plan));
  return new (viewClass(node))(new ViewState(runner, node, ready, make, load));
}

const fieldMaps = new WeakMap<Plan, ReadonlyMap<string, FieldPlan>>();

function fieldsOf(plan: Plan): ReadonlyMap<string, FieldPlan> {
  let known = fieldMaps.get(plan);
  if (known === undefined) {
    known = new Map((plan.step as StructStep).fields.map((field) => [field.name, field]));
    fieldMaps.set(plan, known);
  }
  return known;
}

function fieldView(viewer: Viewer, field: FieldPlan, mirror: StructMirror): unknown {
  const { name, from, isPlaced, content, missing } = field;
  const path = mirror[STATE].path + memberText(name);
  if (from === undefined) return isPlaced ? viewer.held(content, missing(), path) : missing();
  const inner = (mirror as unknown as Readonly<Record<string, unknown>>)[name];
  if (from.isPlaced) return viewer.view({ plan: from.part.plan, inner, path });
  const value = converterOf(from.part.plan, false)(inner);
  return isPlaced ? viewer.held(content, value, path) : value;
}

/** The mirror of a plain value of the wanted schema. */
export function heldMirror(
  viewer: Viewer,
  node: StructNode,
  value: Readonly<Record<string, unknown>>,
  path: string,
): object {
  const { runner } = viewer;
  const chunks = new Set(structLayout(node).children.map((field) => field.name));
  const make = (name: string): unknown => {
    const field = node.fields[name] as StructNode["fields"][string];
    return chunks.has(name) ? viewer.held(field, value[name], path + memberText(name)) : value[name];
  };
  const load = ({ signal }: LoadProgressOptions): unknown =>
    runner.run(path, { signal }, () => atOnce(() => copyOf(value)));
  return new (viewClass(node))(new ViewState(runner, node, new Map(), make, load));
}
