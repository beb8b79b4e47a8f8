/** Which field of a file is read as which wanted one, and what a wanted one is where there is none. */

import { completePath } from "../errors.ts";
import { changeOf } from "../schema/change.ts";
import { requireFit } from "../schema/check.ts";
import { contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";

type Members = Readonly<Record<string, SchemaNode>>;

/** Matches the fields of two structs, or the alternatives of two variants, by name. */
export class FieldMatcher {
  private readonly stored: Members;
  private readonly wanted: Members;
  private readonly taken = new Set<string>();

  constructor(stored: Members, wanted: Members) {
    this.stored = stored;
    this.wanted = wanted;
  }

  /**
   * The file's name of a wanted field: its own, or one that it had and that no other field has now. Two that had the same
   * name do not share it: the first takes it.
   */
  sourceOf(name: string, schema: SchemaNode): string | undefined {
    if (Object.hasOwn(this.stored, name)) return name;
    const old = changeOf(schema).names.find(
      (each) => Object.hasOwn(this.stored, each) && !Object.hasOwn(this.wanted, each) && !this.taken.has(each),
    );
    if (old !== undefined) this.taken.add(old);
    return old;
  }

  /** The wanted name of each of the file's names. */
  wantedNames(): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const [name, schema] of Object.entries(this.wanted)) {
      const source = this.sourceOf(name, schema);
      if (source !== undefined) names.set(source, name);
    }
    return names;
  }

  /** Whether a field has a value in a file without it. */
  canMiss(schema: SchemaNode): boolean {
    return changeOf(schema).missing !== undefined || contentOf(schema).content.kind === "option";
  }

  /**
   * Gives the value of a field in a file without it.
   * @throws {SchemaMismatchError} The default is no value of the schema; `path` leads to the field.
   */
  missing(schema: SchemaNode, path: string): () => unknown {
    const { missing } = changeOf(schema);
    if (missing === undefined) return () => null;
    try {
      requireFit(schema, missing());
    } catch (error) {
      throw completePath(path, error);
    }
    return missing;
  }
}
