/**
 * Two schemas → how the one's data is read as the other's. In: the file's schema, and the wanted one. Out: a plan, or one
 * error with all that cannot be read. Pairs of types are looked at once each, from the root, breadth first.
 */

import { LimitExceededError } from "../errors.ts";
import { withDirection } from "../schema/descending.ts";
import { type ChunkContent, contentOf } from "../schema/layout.ts";
import { resolve, type SchemaNode, type StructNode, type VariantNode } from "../schema/node.ts";
import { isReversed } from "../schema/order.ts";
import { memberText } from "../schema/path.ts";
import { typedArrayClass } from "../schema/typed-array.ts";
import type { ElementKind, Schema } from "../schema/types.ts";
import { Conflicts, textOf } from "./conflicts.ts";
import { FieldMatcher } from "./fields.ts";
import { holdsNumber, isNumberKind, isSameNumber, readsKey, readsNumber } from "./numbers.ts";
import type { AlternativePlan, FieldPlan, Part, Plan, Purpose, Step, StoredField } from "./plan.ts";
import { settle } from "./settle.ts";

/** Pairs that are looked at: more than any two schemas of people have, and few enough that a hostile file costs little. */
export const MAX_PAIRS = 65_536;

/** A plan that is being made. */
export interface Draft {
  readonly stored: ChunkContent;
  readonly wanted: ChunkContent;
  readonly purpose: Purpose;
  step: Step;
  isDirect: boolean;
  isSame: boolean;
  isWhole: boolean;
  /** From the root, for messages. */
  readonly path: string;
  /** Where else the pair is met, some of those places. */
  readonly others: string[];
  /** Whether the two have nothing in common. */
  isClash: boolean;
}

/** Further places of a pair that are kept, for the message. */
const MAX_OTHERS = 8;

/** @throws {SchemaIncompatibleError} Data of `stored` cannot be read as `wanted`. All reasons are in the message. */
export function reconcile(stored: SchemaNode, wanted: SchemaNode): Plan {
  return new Reconciler().run(stored, wanted);
}

class Reconciler {
  private readonly drafts: Draft[] = [];
  private readonly known = new Map<SchemaNode, Map<SchemaNode, Map<Purpose, Draft>>>();
  private readonly conflicts = new Conflicts();

  run(stored: SchemaNode, wanted: SchemaNode): Plan {
    const root = this.draft(stored, wanted, "value", "");
    for (let i = 0; i < this.drafts.length; i++) {
      const draft = this.drafts[i] as Draft;
      draft.step = this.stepOf(draft);
    }
    for (const draft of this.drafts) if (draft.isClash) this.addClash(draft);
    this.conflicts.throwIfAny();
    settle(this.drafts, isLocallyDirect, "isDirect");
    settle(this.drafts, isLocallySame, "isSame");
    settle(this.drafts, isLocallyWhole, "isWhole");
    this.checkKeys();
    this.conflicts.throwIfAny();
    return root;
  }

  private draft(storedNode: SchemaNode, wantedNode: SchemaNode, purpose: Purpose, path: string): Draft {
    const stored = primitive(contentOf(storedNode).content);
    const wanted = primitive(contentOf(wantedNode).content);
    const byWanted = entryOf(this.known, stored, () => new Map<SchemaNode, Map<Purpose, Draft>>());
    const byPurpose = entryOf(byWanted, wanted, () => new Map<Purpose, Draft>());
    const known = byPurpose.get(purpose);
    if (known !== undefined) {
      if (known.others.length < MAX_OTHERS) known.others.push(path);
      return known;
    }
    const facts = { step: LEAF, isDirect: true, isSame: true, isWhole: true, isClash: false };
    const draft: Draft = { stored, wanted, purpose, path, others: [], ...facts };
    if (this.drafts.push(draft) > MAX_PAIRS) throw tooMany(path);
    byPurpose.set(purpose, draft);
    return draft;
  }

  private part(stored: SchemaNode, wanted: SchemaNode, purpose: Purpose, path: string): Part {
    const isDescending = purpose === "orderedKey" && isReversed(stored);
    if (purpose === "orderedKey" && isDescending !== isReversedAs(stored, wanted)) {
      this.conflicts.add(path, directedText(stored), directedText(wanted), KEYS_KEEP_ORDER);
    }
    return { plan: this.draft(stored, wanted, purpose, path), isRecursive: stored.kind === "recursive", isDescending };
  }

  private stepOf(draft: Draft): Step {
    const { stored, wanted, purpose, path } = draft;
    if (isNumberKind(wanted.kind) && isNumberKind(stored.kind)) {
      if (stored.kind === wanted.kind) return LEAF;
      if (holdsNumber(stored.kind, wanted.kind)) return { kind: "number", from: stored.kind, to: wanted.kind };
      return this.clash(draft);
    }
    if (isList(stored) && isList(wanted)) return this.listStep(draft, stored, wanted);
    if (isMap(stored) && isMap(wanted) && (stored.kind === "sortedMap") === (wanted.kind === "sortedMap")) {
      const keys = wanted.kind === "sortedMap" ? "orderedKey" : "key";
      const key = this.part(stored.key, wanted.key, keys, `${path}.key`);
      return { kind: "map", key, value: this.part(stored.value, wanted.value, purpose, `${path}.value`) };
    }
    if (wanted.kind === "option" && stored.kind !== "option") return this.someStep(draft, wanted.item);
    if (stored.kind !== wanted.kind) return this.clash(draft);
    switch (wanted.kind) {
      case "option":
        return { kind: "option", part: this.item(draft, purpose) };
      case "set":
        return { kind: "set", part: this.item(draft, purpose === "value" ? "key" : purpose) };
      case "array":
        if ((stored as typeof wanted).length !== wanted.length) return this.clash(draft);
        return { kind: "array", part: this.item(draft, purpose) };
      case "tuple": {
        const { items } = stored as typeof wanted;
        if (items.length !== wanted.items.length) return this.clash(draft);
        const parts = wanted.items.map((item, i) => this.part(items[i] as SchemaNode, item, purpose, `${path}[${i}]`));
        return { kind: "tuple", parts };
      }
      case "struct":
        return this.structStep(draft, stored as StructNode, wanted);
      case "variant":
        return this.variantStep(draft, stored as VariantNode, wanted);
      default:
        return LEAF;
    }
  }

  private item({ stored, wanted, path }: Draft, purpose: Purpose): Part {
    const [from, to] = [stored, wanted] as unknown as readonly { readonly item: SchemaNode }[];
    return this.part(from?.item as SchemaNode, to?.item as SchemaNode, purpose, `${path}.item`);
  }

  /** A value is an option that is there. Not of an option behind recursive(), which keeps a null of its own. */
  private someStep(draft: Draft, item: SchemaNode): Step {
    if (resolve(item).kind === "option" || draft.stored.kind === "unit") return this.clash(draft);
    const plan = this.draft(draft.stored, item, draft.purpose, draft.path);
    return { kind: "some", part: { plan, isRecursive: false, isDescending: false } };
  }

  /** Lists, typed arrays and bytes are the same bytes where their elements are. */
  private listStep(draft: Draft, stored: ListNode, wanted: ListNode): Step {
    const { purpose, path } = draft;
    // As keys they differ: one is an array, the other a typed array.
    if (purpose !== "value" && stored.kind !== wanted.kind) return this.clash(draft);
    if (wanted.kind === "vec") {
      const from = stored.kind === "vec" ? stored.item : primitive({ kind: elementOf(stored) as ElementKind });
      return { kind: "vec", part: this.part(from, wanted.item, purpose, `${path}.item`) };
    }
    const from = elementOf(stored);
    const to = elementOf(wanted) as ElementKind;
    const fits = from !== undefined && (purpose === "value" ? holdsNumber(from, to) : from === to);
    return fits ? { kind: "typed", from, to } : this.clash(draft);
  }

  private structStep(draft: Draft, stored: StructNode, wanted: StructNode): Step {
    const { purpose, path } = draft;
    const matcher = new FieldMatcher(stored.fields, wanted.fields);
    const fields: FieldPlan[] = [];
    const taken = new Map<string, FieldPlan>();
    for (const [name, schema] of Object.entries(wanted.fields)) {
      const at = path + memberText(name);
      const found = matcher.sourceOf(name, schema);
      const from = found === undefined ? undefined : (stored.fields[found] as SchemaNode);
      const canMiss = purpose === "value" && matcher.canMiss(schema);
      if (from === undefined && !canMiss) {
        this.conflicts.add(at, NOTHING, textOf(schema), purpose === "value" ? ADD_DEFAULT : KEYS_KEEP_FIELDS);
      }
      const source = from && { part: this.part(from, schema, purpose, at), isPlaced: isPlaced(from) };
      const field = {
        name,
        content: contentOf(schema).content,
        isPlaced: isPlaced(schema),
        from: source,
        missing: from === undefined && canMiss ? matcher.missing(schema, at) : NEVER_MISSING,
      };
      fields.push(field);
      if (found !== undefined) taken.set(found, field);
    }
    const inFile: StoredField[] = Object.entries(stored.fields).map(([name, schema]) => ({
      name,
      schema,
      to: taken.get(name),
    }));
    if (purpose !== "value") this.checkKeyFields(draft, fields, inFile);
    return { kind: "struct", fields, stored: inFile };
  }

  /** Without a field, keys that differ could become the same; in another order, they would be sorted in another way. */
  private checkKeyFields({ path, purpose, stored, wanted }: Draft, fields: FieldPlan[], inFile: StoredField[]): void {
    const left = inFile.find(({ to }) => to === undefined);
    if (left !== undefined) {
      this.conflicts.add(path + memberText(left.name), textOf(left.schema), NOTHING, KEYS_KEEP_FIELDS);
    } else if (purpose === "orderedKey" && !inFile.every(({ to }, i) => to === fields[i])) {
      this.conflicts.add(path, textOf(stored), textOf(wanted), "keys are sorted by their fields in order");
    }
  }

  private variantStep(draft: Draft, stored: VariantNode, wanted: VariantNode): Step {
    const { purpose, path } = draft;
    const matcher = new FieldMatcher(stored.variants, wanted.variants);
    const names = matcher.wantedNames();
    const alternatives: AlternativePlan[] = [];
    for (const [old, from] of Object.entries(stored.variants)) {
      const name = names.get(old);
      const to = name === undefined ? undefined : (wanted.variants[name] as SchemaNode);
      const at = path + memberText(name ?? old);
      if (name === undefined || to === undefined) {
        this.conflicts.add(at, textOf(from), NOTHING, "values in the file may be of it; keep the alternative");
      } else if ((from.kind === "unit") !== (to.kind === "unit")) {
        this.conflicts.add(at, textOf(from), textOf(to));
      } else {
        const part = to.kind === "unit" ? undefined : this.part(from, to, purpose, at);
        alternatives.push({ name, part });
      }
    }
    if (purpose === "orderedKey" && !isInOrder(alternatives, Object.keys(wanted.variants))) {
      this.conflicts.add(path, textOf(stored), textOf(wanted), "keys are sorted by the order of their alternatives");
    }
    return { kind: "variant", alternatives };
  }

  /** What has neither hash nor order, such as a set, can be a part of a key in a map of one piece; it is not changed there. */
  private checkKeys(): void {
    for (const { step, purpose, isDirect, path, stored, wanted } of this.drafts) {
      const isContainer = step.kind === "map" || step.kind === "set";
      if (purpose === "value" || !isContainer || isDirect) continue;
      this.conflicts.add(path, textOf(stored), textOf(wanted), "a part of a key is not changed");
    }
  }

  private clash(draft: Draft): Step {
    draft.isClash = true;
    return LEAF;
  }

  private addClash({ path, others, stored, wanted }: Draft): void {
    for (const at of [path, ...others]) this.conflicts.add(at, textOf(stored), textOf(wanted));
  }
}

const LEAF: Step = { kind: "leaf" };
const NEVER_MISSING = (): null => null;
const NOTHING = "nothing";
const ADD_DEFAULT = "give it withDefault() or make it an option";
const KEYS_KEEP_FIELDS = "keys keep their fields, since they are looked for by all of them";

const KEYS_KEEP_ORDER = "the keys of a sorted map stay in the order that they were written in";

/** The direction of a key's part in the wanted schema, where it may be an option that the file does not have. */
function isReversedAs(stored: SchemaNode, wanted: SchemaNode): boolean {
  const target = resolve(wanted);
  const isSome = target.kind === "option" && resolve(stored).kind !== "option";
  return isReversed(wanted) !== (isSome && isReversed(target.item));
}

/** A part of a key as a message names it, where it is its direction that counts. */
function directedText(schema: SchemaNode): string {
  const text = textOf(withDirection(resolve(schema) as Schema, false) as SchemaNode);
  return isReversed(schema) ? `descending<${text}>` : text;
}

type ListNode =
  | Extract<ChunkContent, { kind: "vec" | "typed" | "bytes" }>
  | { readonly kind: "vec"; readonly item: SchemaNode };

function isList(node: ChunkContent): node is ChunkContent & ListNode {
  return node.kind === "vec" || node.kind === "typed" || node.kind === "bytes";
}

function isMap(node: ChunkContent): node is Extract<ChunkContent, { kind: "map" | "hashMap" | "sortedMap" }> {
  return node.kind === "map" || node.kind === "hashMap" || node.kind === "sortedMap";
}

/** Kind of a list's elements, where a typed array can hold them. */
function elementOf(list: ListNode): ElementKind | undefined {
  if (list.kind === "typed") return list.element;
  if (list.kind !== "vec") return "u8";
  const { kind } = resolve(list.item);
  return isNumberKind(kind) && kind !== "u128" && kind !== "i128" ? kind : undefined;
}

/** Whether a field is a chunk of its own. */
function isPlaced({ kind }: SchemaNode): boolean {
  return kind === "chunk" || kind === "hashMap" || kind === "sortedMap";
}

function isInOrder(alternatives: readonly AlternativePlan[], names: readonly string[]): boolean {
  const indexes = alternatives.map(({ name }) => names.indexOf(name));
  return indexes.every((index, i) => i === 0 || index > (indexes[i - 1] as number));
}

/** Whether a pair is read as it is, if its parts are. */
function isLocallyDirect({ stored, wanted, purpose, step }: Draft): boolean {
  switch (step.kind) {
    case "number":
      return purpose === "value" ? readsNumber(step.from, step.to) : readsKey(step.from, step.to);
    case "typed":
      return readsNumber(step.from, step.to);
    case "some":
      return false;
    case "map":
      return stored.kind === wanted.kind;
    case "struct":
      return (
        step.fields.length === step.stored.length &&
        step.stored.every(({ to }, i) => to !== undefined && to === step.fields[i] && to.from?.isPlaced === to.isPlaced)
      );
    case "variant": {
      const names = Object.keys((wanted as VariantNode).variants);
      return step.alternatives.every(({ name }, i) => name === names[i]);
    }
    default:
      return true;
  }
}

/** Whether the values of a pair are the same in JavaScript, if those of its parts are. */
function isLocallySame({ step }: Draft): boolean {
  switch (step.kind) {
    case "number":
      return isSameNumber(step.from, step.to);
    case "typed":
      return typedArrayClass(step.from) === typedArrayClass(step.to);
    case "struct":
      return (
        step.fields.length === step.stored.length &&
        step.stored.every(({ to }, i) => to !== undefined && to === step.fields[i])
      );
    default:
      return true;
  }
}

/** Whether a pair leaves no chunk, if its parts leave none. */
function isLocallyWhole({ step }: Draft): boolean {
  return step.kind !== "struct" || step.stored.every(({ to, schema }) => to !== undefined || !isPlaced(schema));
}

const primitives = new Map<string, ChunkContent>();

/** The same node for each primitive, so that pairs of them are looked at once. */
function primitive(node: ChunkContent): ChunkContent {
  if (Object.keys(node).length !== 1) return node;
  return entryOf(primitives, node.kind, () => ({ kind: node.kind }) as ChunkContent);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function tooMany(path: string): LimitExceededError {
  const expected = `at most ${MAX_PAIRS} pairs of types`;
  return new LimitExceededError(
    `Comparing the file's schema with the wanted one takes ${expected}, found more (MAX_PAIRS).`,
    { limit: "MAX_PAIRS", expected, actual: "more", path },
  );
}
