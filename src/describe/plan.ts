/** Which nodes of a table get a declaration of their own in source, and how it is called. In: a table. Out: names. */

import { isPlacement, isPrimitive, type Table, type TableNode } from "./table.ts";
import { usersOf, walk } from "./walk.ts";

/** The declarations of a source. */
export interface Plan {
  /** Names of the nodes that are declared. */
  readonly names: ReadonlyMap<number, string>;
  /** Names of the mirrors of recursive structs. */
  readonly mirrors: ReadonlyMap<number, string>;
  /** Declared nodes that contain themselves: every way back to itself goes through one of them. */
  readonly recursive: ReadonlySet<number>;
  /** All nodes that contain themselves. */
  readonly cyclic: ReadonlySet<number>;
  /** Declared nodes in the order of their declarations. */
  readonly order: readonly number[];
}

/** Parts from which on what is used twice is declared once, levels from which on it is declared in any case. */
const MAX_INLINE_SIZE = 8;
const MAX_INLINE_HEIGHT = 8;

export function planOf(table: Table, rootName: string): Plan {
  const cyclic = cyclicNodes(table, new Set());
  const recursive = cuts(table);
  const order = walk(table).order;
  const declared = declarations(table, order, recursive);
  const naming = new Naming(table, rootName);
  const names = new Map<number, string>();
  const mirrors = new Map<number, string>();
  // Named from the root on, so that the shortest names go to what is near to it.
  for (let index = 0; index < table.length; index++) {
    if (!declared.has(index)) continue;
    const withMirror = recursive.has(index) && (table[index] as TableNode).kind === "struct";
    const name = naming.nameOf(index, withMirror);
    names.set(index, name);
    if (withMirror) mirrors.set(index, `${name}Mirror`);
  }
  return { names, mirrors, recursive, cyclic, order: order.filter((index) => declared.has(index)) };
}

/** Structs of every cycle; where a cycle has none its variants, else whatever it has. */
function cuts(table: Table): Set<number> {
  const chosen = new Set<number>();
  const levels: ((node: TableNode) => boolean)[] = [
    ({ kind }) => kind === "struct",
    ({ kind }) => kind === "variant",
    ({ kind }) => !isPlacement(kind) && kind !== "recursive",
    ({ kind }) => isPlacement(kind),
  ];
  for (const suits of levels) {
    for (const index of cyclicNodes(table, chosen)) if (suits(table[index] as TableNode)) chosen.add(index);
  }
  return chosen;
}

/** Nodes that contain themselves on a way without `removed` (Kosaraju's algorithm). */
function cyclicNodes(table: Table, removed: ReadonlySet<number>): Set<number> {
  const left = table.map((node, index) => ({
    ...node,
    parts: removed.has(index) ? [] : node.parts.filter((part) => !removed.has(part)),
  }));
  const users = usersOf(left);
  const { order } = walk(
    left,
    left.map((_, index) => index),
  );
  const seen = new Uint8Array(table.length);
  const cyclic = new Set<number>();
  for (let i = order.length - 1; i >= 0; i--) {
    const component: number[] = [];
    const pending = [order[i] as number];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (seen[at] !== 0) continue;
      seen[at] = 1;
      component.push(at);
      pending.push(...(users[at] as readonly number[]));
    }
    const [first] = component;
    if (component.length > 1 || (first !== undefined && left[first]?.parts.includes(first))) {
      for (const index of component) cyclic.add(index);
    }
  }
  return cyclic;
}

function declarations(table: Table, order: readonly number[], recursive: ReadonlySet<number>): Set<number> {
  const declared = new Set([0, ...recursive]);
  const uses = new Int32Array(table.length);
  for (const { kind, parts } of table) {
    for (const part of parts) {
      uses[part] = (uses[part] as number) + 1;
      // A function that makes a schema at each call would have it compiled anew each time.
      if (kind === "recursive" && !isPrimitive((table[part] as TableNode).kind)) declared.add(part);
    }
  }
  const sizes = new Float64Array(table.length);
  const heights = new Int32Array(table.length);
  for (const index of order) {
    const { kind, parts } = table[index] as TableNode;
    let size = 1;
    let height = 0;
    for (const part of parts) {
      size += sizes[part] as number;
      height = Math.max(height, (heights[part] as number) + 1);
    }
    const isNamed = (kind === "struct" || kind === "variant") && parts.length > 0;
    const isShared = (uses[index] as number) > 1 && (isNamed || size >= MAX_INLINE_SIZE);
    if ((isShared || height >= MAX_INLINE_HEIGHT) && !isPlacement(kind)) declared.add(index);
    sizes[index] = declared.has(index) ? 1 : size;
    heights[index] = declared.has(index) ? 0 : height;
  }
  return declared;
}

/** Types that a declaration must not hide. Builders start with a small letter, and names do not. */
export const TAKEN_NAMES: readonly string[] = [
  ...["Map", "Set", "Infer", "Mirror", "SchemaOf", "Handle", "VecHandle", "TypedHandle", "MapHandle"],
  ...["SortedMapHandle", "Uint8Array", "Uint16Array", "Uint32Array", "BigUint64Array", "Int8Array", "Int16Array"],
  ...["Int32Array", "BigInt64Array", "Float32Array", "Float64Array", "Object", "String", "Number", "Array", "Function"],
];

/** Longest name without what makes it unique. */
const MAX_NAME_LENGTH = 40;

class Naming {
  private readonly table: Table;
  private readonly rootName: string;
  private readonly taken = new Set(TAKEN_NAMES);
  /** How a node was come to first, and from where. */
  private readonly firstUses = new Map<number, readonly [user: number, place: number]>();

  constructor(table: Table, rootName: string) {
    this.table = table;
    this.rootName = rootName;
    this.taken.add(rootName).add(`${rootName}Mirror`);
    table.forEach(({ parts }, user) => {
      parts.forEach((part, place) => {
        if (part !== 0 && !this.firstUses.has(part)) this.firstUses.set(part, [user, place]);
      });
    });
  }

  nameOf(index: number, withMirror: boolean): string {
    if (index === 0) return this.rootName;
    const name = this.wordOf(index) || `${this.rootName}Value`;
    const isFree = (candidate: string): boolean =>
      !this.taken.has(candidate) && !(withMirror && this.taken.has(`${candidate}Mirror`));
    let unique = name;
    if (!isFree(unique)) unique = `${name}Value`;
    for (let number = 2; !isFree(unique); number++) unique = `${name}${number}`;
    this.taken.add(unique);
    if (withMirror) this.taken.add(`${unique}Mirror`);
    return unique;
  }

  /** The nearest name on the way from the root, in the singular behind a list or a map; empty if there is none. */
  private wordOf(index: number): string {
    let isOne = false;
    let suffix = "";
    let at = index;
    for (let steps = 0; steps < MAX_NAME_LENGTH; steps++) {
      const [user, place] = this.firstUses.get(at) ?? [-1, 0];
      const node = this.table[user];
      if (node === undefined) return "";
      if (node.names !== undefined) {
        const word = capitalised(node.names[place] as string);
        return word === "" ? "" : (isOne ? singular(word) : word) + suffix;
      }
      if (["map", "hashMap", "sortedMap"].includes(node.kind) && place === 0) suffix = "Key";
      isOne ||= ["vec", "set", "array", "map", "hashMap", "sortedMap"].includes(node.kind);
      at = user;
    }
    return "";
  }
}

/** "inner steps" → "InnerSteps"; nothing but letters, digits and underscores, and no digit first. */
function capitalised(name: string): string {
  const words =
    name
      .normalize("NFC")
      .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
      .match(/[\p{L}\p{Nd}_]+/gu) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const letters = [...joined.replace(/^[\p{Nd}_]+/u, "")].slice(0, MAX_NAME_LENGTH).join("");
  const word = letters.charAt(0).toUpperCase() + letters.slice(1);
  return /^[\p{ID_Start}][\p{ID_Continue}]*$/u.test(word) ? word : "";
}

/** English plurals of the plain sort. */
function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^su]s$/.test(word) && word.length > 2 ? word.slice(0, -1) : word;
}
