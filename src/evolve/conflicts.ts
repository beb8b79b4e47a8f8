/** What of a file cannot be read with another schema, in one error. */

import { schemaText } from "../describe/text.ts";
import { SchemaIncompatibleError } from "../errors.ts";
import type { SchemaNode } from "../schema/node.ts";

/** Conflicts that a message lists; a schema of something else has hundreds. */
const MAX_LISTED = 8;

/** Characters of a type in a message. */
const MAX_TYPE_TEXT = 80;

/** Names in a file may be long, and this is for people. */
const MAX_PATH_TEXT = 200;

interface Conflict {
  readonly path: string;
  readonly stored: string;
  readonly wanted: string;
  readonly advice: string | undefined;
}

/** A type as a message names it. */
export function textOf(schema: SchemaNode): string {
  return schemaText(schema, MAX_TYPE_TEXT);
}

export class Conflicts {
  private readonly found: Conflict[] = [];
  private count = 0;

  /** @param advice What to do about it, where something can be done. */
  add(path: string, stored: string, wanted: string, advice?: string): void {
    this.count++;
    if (this.found.length >= MAX_LISTED) return;
    this.found.push({ path: path.replace(/^\./, "").slice(0, MAX_PATH_TEXT), stored, wanted, advice });
  }

  /** @throws {SchemaIncompatibleError} Something was added. */
  throwIfAny(): void {
    const [first] = this.found;
    if (first === undefined) return;
    const lines = this.found.map(({ path, stored, wanted, advice }) => {
      const hint = advice === undefined ? "" : ` (${advice})`;
      return `  ${path === "" ? "the root" : path}: the file has ${stored}, wanted is ${wanted}${hint}`;
    });
    const more = this.count - this.found.length;
    if (more > 0) lines.push(`  and ${more} more`);
    throw new SchemaIncompatibleError(
      `The file was written with another schema, and cannot be read with this one:\n${lines.join("\n")}`,
      { path: first.path, expected: first.wanted, actual: first.stored },
    );
  }
}
