/** Walks through a table of nodes, whose parts may lead back. In: a table. Out: an order of its nodes. */

import type { Table, TableNode } from "./table.ts";

/** A walk through a table: parts come before what they are a part of, but for those that lead back. */
export interface Walk {
  /** Each node that the root reaches, once. */
  readonly order: readonly number[];
  /** How many nodes were being visited at once. */
  readonly depth: number;
}

/** Walks through the parts in order, without a stack of calls: the table may be hostile. From the root, or `from` each. */
export function walk(table: Table, from: readonly number[] = [0]): Walk {
  const order: number[] = [];
  const next = new Int32Array(table.length);
  const seen = new Uint8Array(table.length);
  let depth = 0;
  for (const start of from) {
    const path = seen[start] === 0 ? [start] : [];
    seen[start] = 1;
    while (path.length > 0) {
      depth = Math.max(depth, path.length);
      const index = path[path.length - 1] as number;
      const part = (table[index] as TableNode).parts[next[index] as number];
      if (part === undefined) {
        order.push(index);
        path.pop();
      } else {
        next[index] = (next[index] as number) + 1;
        if (seen[part] === 0) path.push(part);
        seen[part] = 1;
      }
    }
  }
  return { order, depth };
}

/** For each node the nodes that it is a part of, once for each time that it is one. */
export function usersOf(table: Table): readonly (readonly number[])[] {
  const users: number[][] = table.map(() => []);
  table.forEach(({ parts }, index) => {
    for (const part of parts) (users[part] as number[]).push(index);
  });
  return users;
}
