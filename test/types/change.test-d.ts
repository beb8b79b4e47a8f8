/** Fields that say something of older files have the types that they would have without it. Compiled, not run. */
import {
  chunk,
  hashMap,
  type Infer,
  type Input,
  type Mirror,
  option,
  renamed,
  type SyncMirror,
  str,
  struct,
  u8,
  u32,
  unit,
  type VecHandle,
  variant,
  vec,
  withDefault,
} from "parcode-web";
import type { Equal, Expect } from "./equal.ts";

const Plain = struct({
  level: u32,
  tags: chunk(vec(str)),
  players: hashMap(str, struct({ hp: u8, note: option(str) })),
  state: variant({ Idle: unit, Busy: u8 }),
});
const Changed = struct({
  level: withDefault(renamed("lvl", u32), 1),
  tags: renamed(
    "labels",
    withDefault(chunk(vec(str)), () => []),
  ),
  players: withDefault(
    hashMap(str, struct({ hp: renamed("health", u8), note: withDefault(option(str), null) })),
    new Map([["Hero", { hp: 1, note: null }]]),
  ),
  state: withDefault(variant({ Idle: renamed("Stopped", unit), Busy: u8 }), { type: "Idle" }),
});

type _Infer = Expect<Equal<Infer<typeof Changed>, Infer<typeof Plain>>>;
type _Mirror = Expect<Equal<Mirror<typeof Changed>, Mirror<typeof Plain>>>;
type _SyncMirror = Expect<Equal<SyncMirror<typeof Changed>, SyncMirror<typeof Plain>>>;
/** Writing wants every field. */
type _Input = Expect<Equal<Input<typeof Changed>, Input<typeof Plain>>>;
type _Handle = Expect<Equal<Mirror<typeof Changed>["tags"], VecHandle<string>>>;

/** A struct is still one, whose fields can be taken. */
export const more = struct({ ...withDefault(Plain, () => ({}) as Infer<typeof Plain>).fields, extra: u8 });
