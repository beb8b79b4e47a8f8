/** Types of ordered keys: values, their first parts, and what stays out. */
import { descending, type Infer, i64, orderedKey, str, struct, tuple, u32 } from "parcode-web/key";
import type { Equal, Expect } from "./equal.ts";

const Row = tuple([u32, str, descending(i64)]);
const Named = struct({ id: u32, name: str });
const key = orderedKey(Row);
const named = orderedKey(Named);

export type Checks = [
  Expect<Equal<Infer<typeof Row>, [number, string, bigint]>>,
  Expect<Equal<ReturnType<typeof key.decode>, [number, string, bigint]>>,
  Expect<Equal<ReturnType<typeof named.decode>, { id: number; name: string }>>,
];

key.encode([1, "a", 5n] as const);
key.range({ gte: [7], lt: [8, "a"] });
key.prefix([7]);
orderedKey(str).prefix("ab");
named.prefix({ id: 7 });
