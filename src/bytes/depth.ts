/** How deep values nest, for whoever writes them and whoever reads them: what is written can be read. */

/** Inline values nest through `recursive` only; 512 levels stay far from the stack's end in every engine. */
export const MAX_INLINE_DEPTH = 512;
