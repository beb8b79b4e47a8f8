/** The command line: keys of maps. In: a step of a path and the schema of the key. Out: the key as a value. */

import { keyFromJson } from "../schema/key-json.ts";
import { resolve, type SchemaNode } from "../schema/node.ts";
import type { Step } from "./path.ts";
import { CommandError } from "./usage.ts";

/** The key that a step names. @throws {CommandError} It is not one of this map. */
export function keyOfStep(schema: SchemaNode, step: Step): unknown {
  if (step.kind === "slice") throw new CommandError(`a map has no slices; ${step.text} is one`);
  const { kind } = resolve(schema);
  if (step.kind === "name" && (kind === "str" || kind === "char")) return step.name;
  const literal = step.kind === "name" ? step.name : step.literal;
  // From the text, because a number of JSON has lost the last digits of a long one.
  const key = keyFromJson(schema, /^-?\d+$/.test(literal) || step.kind === "name" ? literal : step.value);
  if (key === undefined) throw new CommandError(`${step.text} is no key of this map: its keys are of the kind ${kind}`);
  return key;
}
