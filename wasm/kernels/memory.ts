/**
 * The kernels' memory, in AssemblyScript like everything in this folder. The first kibibyte is laid out here, the tables of
 * the modules follow (the build sets their base to 1024), and from WORK on the memory is its loader's: it puts inputs
 * there and says where outputs go. The kernels allocate nothing, and check every claim in their input.
 */

/** Where kernels with more than one result leave them: two u32, or one u64. */
export const RESULT: usize = 0;

/** The four lanes of a hash in several steps, 32 bytes. */
export const LANES: usize = 32;

/** A short key, to be hashed, with room for KEY_BYTES. */
export const KEY: usize = 64;
export const KEY_BYTES: usize = 256;

/** The loader's part of the memory. */
export const WORK: usize = 2048;

/** Kernels copy 16 bytes at a time: so many bytes behind an input may be read, and behind an output written. */
export const SLACK: usize = 64;
