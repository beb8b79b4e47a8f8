/** What bytes are, from how they begin. Only pictures that are nothing but pictures: SVG can hold scripts, and is shown as text. */

/** A picture's form. */
export interface ImageForm {
  readonly type: "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp";
  readonly name: string;
  /** Where the beginning says so. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** Bytes of the beginning that are enough. */
export const SIGNATURE_BYTES = 64;

/** A picture with more pixels is not drawn: decoded, it would fill the memory. */
export const MAX_PIXELS = 64e6;

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  return Array.from(text).every((character, i) => bytes[at + i] === character.charCodeAt(0));
}

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

const uint = (bytes: Uint8Array, at: number, length: number, isLittle = false): number => {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + (isLittle ? length - 1 - i : i)] ?? 0);
  return value;
};

/** The form of a picture that begins with `bytes`; undefined if it is none. */
export function imageForm(bytes: Uint8Array): ImageForm | undefined {
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) && hasText(bytes, 12, "IHDR")) {
    return { type: "image/png", name: "PNG", size: { width: uint(bytes, 16, 4), height: uint(bytes, 20, 4) } };
  }
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return { type: "image/jpeg", name: "JPEG" };
  if (hasText(bytes, 0, "GIF87a") || hasText(bytes, 0, "GIF89a")) {
    return {
      type: "image/gif",
      name: "GIF",
      size: { width: uint(bytes, 6, 2, true), height: uint(bytes, 8, 2, true) },
    };
  }
  if (hasText(bytes, 0, "RIFF") && hasText(bytes, 8, "WEBP")) return { type: "image/webp", name: "WebP" };
  if (hasText(bytes, 4, "ftypavif")) return { type: "image/avif", name: "AVIF" };
  if (hasText(bytes, 0, "BM") && uint(bytes, 14, 4, true) === 40) {
    const size = { width: uint(bytes, 18, 4, true), height: uint(bytes, 22, 4, true) };
    return { type: "image/bmp", name: "BMP", size };
  }
  return undefined;
}

/** The text that bytes are; undefined where they are none. */
export function plainText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text.
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
