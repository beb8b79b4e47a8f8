/**
 * Step 9: the mirror of a struct: its inline fields as values, its chunked ones as handles, nested structs as mirrors. A
 * class with getters on its prototype, made once for each schema.
 */

import { shallowDecoderOf } from "../decode/decode.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import { inChunk, structChildren } from "../read/locate.ts";
import type { LoadProgressOptions } from "../schema/handles.ts";
import { type ChunkContent, type ChunkField, structLayout } from "../schema/layout.ts";
import type { StructNode } from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import { INSPECT } from "./handle.ts";
import { jsonValue } from "./json.ts";
import { makeHandle } from "./make.ts";
import type { Runner } from "./runner.ts";

/** Where the mirror of a struct has what it is made from. */
export const STATE: unique symbol = Symbol("parcode.mirror");

/** What a struct's mirror has to say of itself, whatever it is made from. */
export interface MirrorFacts {
  readonly runner: Runner;
  /** The schema of what it shows. */
  readonly node: StructNode;
  /** Gives the whole value behind it, where that is not what is in the file. */
  readonly load?: (options: LoadProgressOptions) => unknown;
}

/** A mirror of what is in a file. */
export interface MirrorState extends MirrorFacts {
  /** Values of the inline fields. */
  readonly inline: Readonly<Record<string, unknown>>;
  /** The chunk, shard or bucket whose children the chunked fields are, and the first of them. */
  readonly chunk: Chunk;
  readonly first: number;
  readonly path: string;
  /** Handles made so far, and all nested mirrors. */
  readonly lazy: Map<string, unknown>;
}

/** A struct's mirror, as the library sees it. */
export interface StructMirror<State extends MirrorFacts = MirrorState> {
  readonly [STATE]: State;
}

type MirrorClass<State extends MirrorFacts = MirrorState> = new (state: State) => StructMirror<State>;

const classes = new WeakMap<StructNode, MirrorClass>();

function mirrorClass(node: StructNode): MirrorClass {
  const known = classes.get(node);
  if (known !== undefined) return known;
  const { children } = structLayout(node);
  let index = 0;
  // In order of declaration, both.
  const getterOf = (name: string): ((state: MirrorState) => unknown) => {
    const field = children[index];
    return field?.name === name ? handleGetter(field, index++) : inlineGetter(name);
  };
  const made = defineMirror<MirrorState>(Object.keys(node.fields), getterOf);
  classes.set(node, made);
  return made;
}

function inlineGetter(name: string): (state: MirrorState) => unknown {
  return ({ inline }) => inline[name];
}

function handleGetter({ name, content }: ChunkField, index: number): (state: MirrorState) => unknown {
  return (state) => state.lazy.get(name) ?? makeChild(state, name, content, index);
}

function makeChild(state: MirrorState, name: string, content: ChunkContent, index: number): unknown {
  const { lazy, runner, chunk, first, path } = state;
  const ref = chunk.child(first + index);
  const handle = makeHandle({ ref, depth: chunk.depth + 1, path: path + memberText(name), runner, content });
  lazy.set(name, handle);
  return handle;
}

/** A class of mirrors with these fields, each with its getter. */
export function defineMirror<State extends MirrorFacts>(
  names: readonly string[],
  getterOf: (name: string) => (state: State) => unknown,
): MirrorClass<State> {
  class Mirror implements StructMirror<State> {
    declare readonly [STATE]: State;
    constructor(state: State) {
      Object.defineProperty(this, STATE, { value: state });
    }
  }
  const show = function (this: StructMirror<State>): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    for (const name of names) shown[name] = (this as unknown as Record<string, unknown>)[name];
    return shown;
  };
  const toJSON = function (this: StructMirror<State>): unknown {
    return jsonValue(show.call(this));
  };
  Object.defineProperty(Mirror.prototype, "toJSON", { value: toJSON, configurable: true });
  Object.defineProperty(Mirror.prototype, INSPECT, { value: show, configurable: true });
  for (const name of names) {
    const getter = getterOf(name);
    const get = function (this: StructMirror<State>): unknown {
      return getter(this[STATE]);
    };
    Object.defineProperty(Mirror.prototype, name, { get, enumerable: true, configurable: true });
  }
  return Mirror;
}

/** What has the chunks of nested structs. */
export interface ChunkHolder {
  get(ref: ChildRef, depth: number): Chunk;
}

/** Where a struct's mirror is made from. */
export interface MirrorParts {
  readonly runner: Runner;
  readonly scope: ChunkHolder;
  readonly node: StructNode;
  readonly chunk: Chunk;
  readonly first: number;
  readonly path: string;
}

/** The mirror of a struct whose inline fields are decoded; its nested structs must be in the scope. */
export function makeMirror(parts: MirrorParts, inline: unknown): object {
  const { runner, scope, node, chunk, first, path } = parts;
  const lazy = new Map<string, unknown>();
  const { children } = structLayout(node);
  for (let index = 0; index < children.length; index++) {
    const { name, content, isLeft } = children[index] as ChunkField;
    if (content.kind !== "struct" || isLeft) continue;
    const child = scope.get(chunk.child(first + index), chunk.depth + 1);
    structChildren(content, child);
    const nested = { runner, scope, node: content, chunk: child, first: 0, path: path + memberText(name) };
    lazy.set(name, makeMirror(nested, decodeInline(content, child)));
  }
  const state = { runner, node, inline: inline as Record<string, unknown>, chunk, first, path, lazy };
  return new (mirrorClass(node))(state);
}

/** The mirror of a struct that is a chunk. */
export function makeChunkMirror(runner: Runner, scope: ChunkHolder, node: StructNode, chunk: Chunk): object {
  structChildren(node, chunk);
  return makeMirror({ runner, scope, node, chunk, first: 0, path: "" }, decodeInline(node, chunk));
}

function decodeInline(node: StructNode, chunk: Chunk): unknown {
  try {
    return shallowDecoderOf(node).decode(chunk.payload);
  } catch (error) {
    throw inChunk(chunk, error);
  }
}

/** The fields of a struct's mirror, by name and in order: values, handles and nested mirrors. */
export function mirrorEntries(mirror: object): [string, unknown][] {
  const names = Object.keys((mirror as StructMirror)[STATE].node.fields);
  return names.map((name) => [name, (mirror as Record<string, unknown>)[name]]);
}
