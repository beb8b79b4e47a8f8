/**
 * Every magic, width, offset and id of the file format, in one place. docs/FORMAT.md has the same tables in words.
 * Integers outside of payloads are little-endian; offsets count from the first byte of the file.
 */

/** "PAR4", the first bytes of the footer. */
export const FOOTER_MAGIC = 0x34524150;
/** The footer: magic u32, version u16, root offset u64, root length u64, checksum u32. Last in the file. */
export const FOOTER_BYTES = 26;
export const FOOTER_VERSION_AT = 4;
export const FOOTER_ROOT_OFFSET_AT = 6;
export const FOOTER_ROOT_LENGTH_AT = 14;
export const FOOTER_CHECKSUM_AT = 22;

/** Version of a file that the Rust crate reads to the same values. */
export const VERSION_PARCODE = 4;
/** Version of a file that only this format's extensions explain; the crate refuses it by name. */
export const VERSION_EXTENDED = 0x8004;

/** The meta byte: last of a chunk. */
export const META_BYTES = 1;
/** Bit 0: a child table stands in front of the meta byte. */
export const META_HAS_CHILDREN = 0b0000_0001;
/** Bits 1–3: compression id of the payload. */
export const META_COMPRESSION = 0b0000_1110;
export const META_COMPRESSION_SHIFT = 1;
/** Bit 4: the payload ends with an extension block. */
export const META_EXTENDED = 0b0001_0000;
/** Bits 5–7 are free, and 0. */
export const META_RESERVED = 0b1110_0000;

/** One reference to a child chunk: offset u64, length u64. */
export const CHILD_REF_BYTES = 16;
/** Number of child references, behind them. */
export const CHILD_COUNT_BYTES = 4;

/** Compression ids. */
export const CODEC_NONE = 0;
export const CODEC_LZ4 = 1;
export const MAX_CODEC_ID = 7;

/** Number of items in a list's container, in front of its run table. */
export const VEC_TOTAL_BYTES = 8;

/** Number of buckets in a hash map's container: its whole payload. */
export const BUCKET_COUNT_BYTES = 4;
/** A bucket's head: number of entries u32, 4 zero bytes. */
export const BUCKET_HEAD_BYTES = 8;
/** Hash of a key, u64. */
export const BUCKET_HASH_BYTES = 8;
/** Place of an entry in the bucket's blob, u32. */
export const BUCKET_OFFSET_BYTES = 4;

/** Length of all records of an extension block, behind them, at the payload's end. */
export const EXTENSION_LENGTH_BYTES = 4;
/** Extension record of a chunk with children: XXH64 of each child's whole chunk as stored, u64. */
export const EXTENSION_CHILD_CHECKSUMS = 1;
/** Extension record of a shard with items of varying size: a stride, then where every stride-th item starts, u32. */
export const EXTENSION_ITEM_OFFSETS = 2;
/** Extension record of a chunk with children: for each, how far in front of it its descendants begin, a varint. */
export const EXTENSION_SUBTREES = 3;
/** Extension record of a sorted map's container: where the first key of each shard ends, u32; then those keys. */
export const EXTENSION_FENCES = 4;
/** Where a fence ends, from the first one's start. */
export const FENCE_END_BYTES = 4;
/** Extension record without bytes: the container's buckets hold inline fields only. */
export const EXTENSION_LEAN = 5;
/** Extension record of a chunk with children, in place of the checksums: BLAKE3 of each child's whole chunk as stored. */
export const EXTENSION_CHILD_DIGESTS = 6;
/** Extension record of a hash map's container: the number of its entries, a varint. */
export const EXTENSION_ENTRY_COUNT = 7;

/** "PARX": the last bytes of a trailer, and the first of a head. */
export const EXTENDED_MAGIC = 0x58524150;
/** The end of a trailer: size of its records u32, CRC-32 u32, magic u32. */
export const TRAILER_TAIL_BYTES = 12;
/** A head before its records: magic, version u8, 0, version of the footer u16, three u64, size of its records u32. */
export const HEAD_FIXED_BYTES = 36;
/** The only version of a head so far. */
export const HEAD_VERSION = 1;
/** Behind the records of a head: CRC-32 of all before it. */
export const HEAD_CHECKSUM_BYTES = 4;

/** Record of the trailer: where the structural chunks lie, start u64 and end u64. */
export const TRAILER_STRUCTURE = 1;
/** Record of the trailer: XXH64 (8 bytes) or BLAKE3 (32 bytes) of the root chunk, as all chunks of the file have it. */
export const TRAILER_ROOT_CHECKSUM = 2;
/** Record of the trailer: the schema's description. */
export const TRAILER_SCHEMA = 3;
/** Record of the trailer: the user's own strings, by name. */
export const TRAILER_METADATA = 6;
