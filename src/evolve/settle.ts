/** What holds of a pair if it holds of all its parts, where pairs lead back to themselves. */

import { type Plan, partsOf } from "./plan.ts";

/** Sets `name` of each plan: whether `holds` of it and of everything below it. */
export function settle<Name extends "isDirect" | "isSame" | "isWhole", T extends Plan & { [N in Name]: boolean }>(
  plans: readonly T[],
  holds: (plan: T) => boolean,
  name: Name,
): void {
  const users = new Map<Plan, T[]>();
  const broken: T[] = [];
  for (const plan of plans) {
    for (const { plan: part } of partsOf(plan.step)) {
      const known = users.get(part);
      if (known === undefined) users.set(part, [plan]);
      else known.push(plan);
    }
    if (!holds(plan)) broken.push(plan);
  }
  for (const plan of plans) plan[name] = true as T[Name];
  for (const plan of broken) plan[name] = false as T[Name];
  for (const plan of broken) {
    for (const user of users.get(plan) ?? []) {
      if (!user[name]) continue;
      user[name] = false as T[Name];
      broken.push(user);
    }
  }
}
