/**
 * Table → the smallest table that says the same: nodes that cannot be told apart from outside become one, cycles too.
 * So a description depends on what a schema means, and not on how its parts were put together.
 */

import type { Table, TableNode } from "./table.ts";

/** A merged table, and for each of its nodes one of those that it was made from. */
export interface Merged {
  readonly table: Table;
  readonly origins: readonly number[];
}

/** Merges equal nodes, and puts the rest into breadth-first order from the root. */
export function merge(table: Table): Merged {
  return renumber(table, new Partition(table).classes());
}

/**
 * Classes of equal nodes, by refinement: nodes that look alike are in one class until their parts are found to be in
 * different ones. Each split goes on with the smaller half, which makes it n log n (Hopcroft's algorithm).
 */
class Partition {
  private readonly classOf: Int32Array;
  private readonly members: Set<number>[] = [];
  private readonly waiting: number[] = [];
  private readonly isWaiting: boolean[] = [];
  private readonly uses: readonly (readonly (readonly [user: number, place: number])[])[];

  constructor(table: Table) {
    this.classOf = new Int32Array(table.length);
    this.uses = placesOf(table);
    const byLook = new Map<string, number[]>();
    table.forEach((node, index) => {
      const { kind, parts, names, length, element, isDescending } = node;
      const look = JSON.stringify([kind, parts.length, names, length, element, isDescending]);
      const alike = byLook.get(look);
      if (alike === undefined) byLook.set(look, [index]);
      else alike.push(index);
    });
    for (const alike of byLook.values()) this.enqueue(this.addClass(alike));
  }

  /** The class of each node. */
  classes(): Int32Array {
    for (let splitter = this.waiting.pop(); splitter !== undefined; splitter = this.waiting.pop()) {
      this.isWaiting[splitter] = false;
      this.splitBy(this.members[splitter] as Set<number>);
    }
    return this.classOf;
  }

  /** Parts the classes whose members use `members` at some place from those that do not. */
  private splitBy(members: ReadonlySet<number>): void {
    const usersAt = new Map<number, number[]>();
    for (const member of members) {
      for (const [user, place] of this.uses[member] as readonly (readonly [number, number])[]) {
        const users = usersAt.get(place);
        if (users === undefined) usersAt.set(place, [user]);
        else users.push(user);
      }
    }
    for (const users of usersAt.values()) this.splitOff(users);
  }

  private splitOff(users: readonly number[]): void {
    const touched = new Map<number, number[]>();
    for (const user of users) {
      const owner = this.classOf[user] as number;
      const some = touched.get(owner);
      if (some === undefined) touched.set(owner, [user]);
      else some.push(user);
    }
    for (const [owner, some] of touched) {
      const rest = this.members[owner] as Set<number>;
      if (some.length === rest.size) continue;
      for (const member of some) rest.delete(member);
      const split = this.addClass(some);
      this.enqueue(this.isWaiting[owner] || some.length <= rest.size ? split : owner);
    }
  }

  private addClass(members: readonly number[]): number {
    const index = this.members.push(new Set(members)) - 1;
    for (const member of members) this.classOf[member] = index;
    return index;
  }

  private enqueue(index: number): void {
    this.waiting.push(index);
    this.isWaiting[index] = true;
  }
}

/** For each node where it is used: by whom, and as which part. */
function placesOf(table: Table): [number, number][][] {
  const uses: [number, number][][] = table.map(() => []);
  table.forEach(({ parts }, user) => {
    for (const [place, part] of parts.entries()) (uses[part] as [number, number][]).push([user, place]);
  });
  return uses;
}

function renumber(table: Table, classOf: Int32Array): Merged {
  const origins = [0];
  const indexes = new Map([[classOf[0] as number, 0]]);
  const nodes: TableNode[] = [];
  for (const origin of origins) {
    const node = table[origin] as TableNode;
    const parts = node.parts.map((part) => {
      const known = indexes.get(classOf[part] as number);
      if (known !== undefined) return known;
      const index = origins.push(part) - 1;
      indexes.set(classOf[part] as number, index);
      return index;
    });
    nodes.push({ ...node, parts });
  }
  return { table: nodes, origins };
}
