// What the main job packs, as schemas. The playground reads the files with the same ones.
import { chunk, f32, hashMap, i32, map, sortedMap, str, struct, tuple, typed, u32, vec } from "parcode-web";

/** A city. Coordinates are in 10⁻⁵ degrees (1.1 m), which is how precise the data is: integers keep them exact and small. */
export const City = struct({ name: str, country: str, admin1: str, admin2: str, latE5: i32, lngE5: i32 });

export const Cities = struct({
  source: str,
  count: u32,
  // Inline, so there as soon as the file is open: where each country's cities are in the list.
  countries: map(str, struct({ first: u32, count: u32 })),
  // Shards of 128 KiB: one city costs one of them, and all of them are read in order once.
  list: chunk(vec(City), { compression: "lz4" }),
  // All cities of one name in one country, by "FR/Lyon". Stored beside the list, so that a lookup is one read.
  byName: hashMap(str, vec(City), { compression: "lz4" }),
  // Names in order, by country: a search while somebody types is one read of a shard of 32 KiB. Where the cities are in the list.
  places: sortedMap(tuple([str, str]), vec(u32), { compression: "lz4", shardBytes: 32_768 }),
  // Columns, to draw a map from: Float32Array, each loaded as a whole or in slices.
  latitudes: chunk(typed(f32)),
  longitudes: chunk(typed(f32)),
});

export const Names = struct({
  source: str,
  count: u32,
  // In the order of the source, which is alphabetical.
  list: chunk(vec(str), { compression: "lz4" }),
  // Where each name is in the list, in the order of their bytes: a lookup and a search for names that begin so are one read
  // each. With 4 million names, shards of 192 KiB keep their first keys, which are read at open, below 64 KiB.
  byName: sortedMap(str, u32, { compression: "lz4", shardBytes: 196_608 }),
});
