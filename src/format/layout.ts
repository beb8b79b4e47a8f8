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
/** Extension record without bytes: the container's buckets hold inline fields only. */
export const EXTENSION_LEAN = 5;
/** Extension record of a hash map's container: the number of its entries, a varint. */
export const EXTENSION_ENTRY_COUNT = 7;
