/** What bytes are, from how they begin. Only pictures that are nothing but pictures: SVG can hold scripts, and is shown as text. */

/** A picture's form. */
export interface ImageForm {
  readonly type: "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp";
  readonly name: string;
  /** Where the beginning says so. */
  readonly size?: { readonly width: number; readonly height: number };
}

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
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return { type: "image/jpeg", name: "JPEG", ...jpegSize(bytes) };
  if (hasText(bytes, 0, "GIF87a") || hasText(bytes, 0, "GIF89a")) {
    return {
      type: "image/gif",
      name: "GIF",
      size: { width: uint(bytes, 6, 2, true), height: uint(bytes, 8, 2, true) },
    };
  }
  if (hasText(bytes, 0, "RIFF") && hasText(bytes, 8, "WEBP"))
    return { type: "image/webp", name: "WebP", ...webpSize(bytes) };
  if (hasText(bytes, 4, "ftypavif")) return { type: "image/avif", name: "AVIF" };
  if (hasText(bytes, 0, "BM") && uint(bytes, 14, 4, true) === 40) {
    const size = { width: uint(bytes, 18, 4, true), height: uint(bytes, 22, 4, true) };
    return { type: "image/bmp", name: "BMP", size };
  }
  return undefined;
}

type Sized = Pick<ImageForm, "size">;

/** From the first frame header, which stands behind what cameras write. */
function jpegSize(bytes: Uint8Array): Sized {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + uint(bytes, at + 2, 2)) {
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { size: { width: uint(bytes, at + 7, 2), height: uint(bytes, at + 5, 2) } };
  }
  return {};
}

function webpSize(bytes: Uint8Array): Sized {
  if (hasText(bytes, 12, "VP8X")) {
    return { size: { width: uint(bytes, 24, 3, true) + 1, height: uint(bytes, 27, 3, true) + 1 } };
  }
  if (hasText(bytes, 12, "VP8 ")) {
    return { size: { width: uint(bytes, 26, 2, true) & 0x3fff, height: uint(bytes, 28, 2, true) & 0x3fff } };
  }
  if (!hasText(bytes, 12, "VP8L")) return {};
  const both = uint(bytes, 21, 4, true);
  return { size: { width: (both & 0x3fff) + 1, height: (Math.floor(both / 0x4000) & 0x3fff) + 1 } };
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
