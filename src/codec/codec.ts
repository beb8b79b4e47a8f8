/**
 * Step 4 of the way: one chunk's payload ⇄ its stored form. This file holds the contract only. In: whole payloads.
 * Out: bytes that depend on the input alone, so that files are the same wherever they are written.
 */

/** Compression ids live in bits 1–3 of a chunk's meta byte: 0 to 7. 0 is "none", 1 is LZ4; 2–7 are free. */
export interface Codec {
  /** The id in the file, 0 to 7. */
  readonly id: number;
  /** The name in schemas and options. */
  readonly name: string;
  /** Stored form of `payload`. Deterministic. The result is the caller's own or `payload` itself. */
  encode(payload: Uint8Array): Uint8Array;
  /**
   * The payload of `stored`. A result is the caller's own, or a view of `stored`.
   * @param maxByteLength Upper bound of the payload in bytes; a larger claim is refused before anything is allocated.
   * @throws {CorruptChunkError} `stored` is not what {@link encode} makes. @throws {LimitExceededError} Too large.
   */
  decode(stored: Uint8Array, maxByteLength: number): Uint8Array;
  /**
   * Gives the payload to `use` where the codec made it, without a copy, and returns what `use` returns. The bytes are valid
   * until then: whoever wants them later copies them. A codec that has nothing to gain from it leaves it out.
   * @throws as {@link decode}, before `use` is called; errors of `use` come out as they are.
   */
  withPayload?<T>(stored: Uint8Array, maxByteLength: number, use: (payload: Uint8Array) => T): T;
}

/** What a reader needs of a codec: a reader alone carries nothing that compresses. */
export type Decompressor = Omit<Codec, "encode">;
