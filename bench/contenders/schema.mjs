// The world as this library's schema.

/** The crate's way: records in shards, players in buckets by hash, the asset and the floats apart. */
export function worldSchema({ bytes, chunk, f32, hashMap, str, struct, typed, u32, vec }) {
  const fields = { level: u32, inventory: vec(u32) };
  return struct({
    title: str,
    tick: u32,
    settings: chunk(struct({ difficulty: u32, gravity: f32, rules: vec(str) })),
    players: hashMap(str, struct(fields)),
    roster: chunk(vec(struct({ name: str, ...fields }))),
    asset: chunk(bytes),
    heights: chunk(typed(f32)),
  });
}
