/** How each part of a file's schema is read as the part of another: what reconcile.ts finds and all others go by. */

import type { ChunkContent } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { ElementKind } from "../schema/types.ts";
import type { NumberKind } from "./numbers.ts";

/**
 * What values are for. Keys must stay apart, so that one that is asked for can be looked for in the file; those of a sorted
 * map must stay in order, too.
 */
export type Purpose = "value" | "key" | "orderedKey";

/** A pair of types: what the file has, and what is wanted. Neither is `chunk` or `recursive`. */
export interface Plan {
  readonly stored: ChunkContent;
  readonly wanted: ChunkContent;
  readonly purpose: Purpose;
  readonly step: Step;
  /** Whether the wanted schema reads the stored bytes as they are: nothing is different but names and widths. */
  readonly isDirect: boolean;
  /** Whether what is read with the schema of readable.ts is the wanted value already. */
  readonly isSame: boolean;
  /** Whether all chunks of the file are wanted. */
  readonly isWhole: boolean;
}

/** A part of a pair. */
export interface Part {
  readonly plan: Plan;
  /** Whether the file's schema has `recursive` there, without which a schema that contains itself had no end. */
  readonly isRecursive: boolean;
  /** Whether it is a key of a sorted map, or a part of one, that is in descending order in the file. */
  readonly isDescending: boolean;
}

/** What there is to do with a pair. */
export type Step =
  | { readonly kind: "leaf" }
  | { readonly kind: "number"; readonly from: NumberKind; readonly to: NumberKind }
  | { readonly kind: "typed"; readonly from: ElementKind; readonly to: ElementKind }
  /** A value where an option is wanted. */
  | { readonly kind: "some"; readonly part: Part }
  | { readonly kind: "option" | "vec" | "array" | "set"; readonly part: Part }
  | { readonly kind: "tuple"; readonly parts: readonly Part[] }
  | { readonly kind: "map"; readonly key: Part; readonly value: Part }
  | StructStep
  | VariantStep;

export interface StructStep {
  readonly kind: "struct";
  /** In the order of the wanted schema. */
  readonly fields: readonly FieldPlan[];
  /** In the order of the file's schema. */
  readonly stored: readonly StoredField[];
}

/** A field that is wanted. */
export interface FieldPlan {
  readonly name: string;
  readonly content: ChunkContent;
  /** Whether it is a chunk of its own, where its struct is not inline. */
  readonly isPlaced: boolean;
  /** The file's field; undefined if it has none. */
  readonly from: FieldSource | undefined;
  /** Gives the value where the file has no such field. */
  readonly missing: () => unknown;
}

export interface FieldSource {
  readonly part: Part;
  readonly isPlaced: boolean;
}

/** A field of the file. */
export interface StoredField {
  readonly name: string;
  readonly schema: SchemaNode;
  /** What is made of it; undefined if nobody wants it. */
  readonly to: FieldPlan | undefined;
}

export interface VariantStep {
  readonly kind: "variant";
  /** In the order of the file's schema. */
  readonly alternatives: readonly AlternativePlan[];
}

export interface AlternativePlan {
  /** The wanted name. */
  readonly name: string;
  /** Undefined for one that is nothing but its name. */
  readonly part: Part | undefined;
}

/** The parts of a pair. */
export function partsOf(step: Step): readonly Part[] {
  switch (step.kind) {
    case "leaf":
    case "number":
    case "typed":
      return [];
    case "tuple":
      return step.parts;
    case "map":
      return [step.key, step.value];
    case "struct":
      return step.fields.flatMap(({ from }) => (from === undefined ? [] : [from.part]));
    case "variant":
      return step.alternatives.flatMap(({ part }) => (part === undefined ? [] : [part]));
    default:
      return [step.part];
  }
}
