// This library's ways to make a key of an id, a name and a time. In: the module parcode-web/key, of any build.

/** @returns {object[]} As contenders.mjs has them; `generic` makes keys of any schema. */
export function ours(key) {
  const { tuple, u32, str, int, i64 } = key;
  const of = (schema) => {
    const codec = key.orderedKey(schema);
    return { encode: (value) => codec.encode(value), decode: (bytes) => codec.decode(bytes), compare: codec.compare };
  };
  const into = key.orderedKey(tuple([u32, str, int]));
  const target = new Uint8Array(256);
  return [
    { name: "parcode-web/key", ...of(tuple([u32, str, int])), generic: ({ schema }) => of(schema(key)) },
    { name: "the same, encodeInto", encode: (value) => into.encodeInto(value, target) },
    {
      name: "the same, the time an i64",
      prepare: ([id, name, at]) => [id, name, BigInt(at)],
      ...of(tuple([u32, str, i64])),
    },
  ];
}
