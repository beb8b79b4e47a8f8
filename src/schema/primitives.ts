/** Step 1: the schemas of single values. They are constants, not calls. */

import type {
  Bool,
  Bytes,
  Char,
  F32,
  F64,
  I8,
  I16,
  I32,
  I64,
  I128,
  Int,
  Str,
  U8,
  U16,
  U32,
  U64,
  U128,
  Uint,
  Unit,
} from "./types.ts";

/** Integer from 0 to 255; a number. */
export const u8: U8 = /* @__PURE__ */ Object.freeze({ kind: "u8" });
/** Integer from 0 to 65,535; a number. */
export const u16: U16 = /* @__PURE__ */ Object.freeze({ kind: "u16" });
/** Integer from 0 to 2^32 − 1; a number. */
export const u32: U32 = /* @__PURE__ */ Object.freeze({ kind: "u32" });
/** Integer from 0 to 2^64 − 1; a bigint. See {@link uint} for numbers. */
export const u64: U64 = /* @__PURE__ */ Object.freeze({ kind: "u64" });
/** Integer from 0 to 2^128 − 1; a bigint. */
export const u128: U128 = /* @__PURE__ */ Object.freeze({ kind: "u128" });
/** Integer from −128 to 127; a number. */
export const i8: I8 = /* @__PURE__ */ Object.freeze({ kind: "i8" });
/** Integer from −32,768 to 32,767; a number. */
export const i16: I16 = /* @__PURE__ */ Object.freeze({ kind: "i16" });
/** Integer from −2^31 to 2^31 − 1; a number. */
export const i32: I32 = /* @__PURE__ */ Object.freeze({ kind: "i32" });
/** Integer from −2^63 to 2^63 − 1; a bigint. See {@link int} for numbers. */
export const i64: I64 = /* @__PURE__ */ Object.freeze({ kind: "i64" });
/** Integer from −2^127 to 2^127 − 1; a bigint. */
export const i128: I128 = /* @__PURE__ */ Object.freeze({ kind: "i128" });
/** Safe integer from 0 to 2^53 − 1, stored as u64 (Rust: u64 or usize); a number. Others are refused both ways. */
export const uint: Uint = /* @__PURE__ */ Object.freeze({ kind: "uint" });
/** Safe integer within ±(2^53 − 1), stored as i64 (Rust: i64 or isize); a number. Others are refused both ways. */
export const int: Int = /* @__PURE__ */ Object.freeze({ kind: "int" });
/** 32-bit float; a number, rounded to the nearest one when written. */
export const f32: F32 = /* @__PURE__ */ Object.freeze({ kind: "f32" });
/** 64-bit float; a number. NaN, infinities and −0 are kept. */
export const f64: F64 = /* @__PURE__ */ Object.freeze({ kind: "f64" });
/** true or false. */
export const bool: Bool = /* @__PURE__ */ Object.freeze({ kind: "bool" });
/** Text; a string. Lone surrogates are refused, since the file holds UTF-8. */
export const str: Str = /* @__PURE__ */ Object.freeze({ kind: "str" });
/** One character; a string of one code point. */
export const char: Char = /* @__PURE__ */ Object.freeze({ kind: "char" });
/** Bytes (Rust: Vec<u8>); a Uint8Array. As a chunk they can be read in slices. */
export const bytes: Bytes = /* @__PURE__ */ Object.freeze({ kind: "bytes" });
/** Nothing, in no bytes (Rust: ()); null. */
export const unit: Unit = /* @__PURE__ */ Object.freeze({ kind: "unit" });
