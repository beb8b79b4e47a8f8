const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** What newer engines have. */
type WithBase64 = typeof Uint8Array & { fromBase64?(text: string): Uint8Array<ArrayBuffer> };

/** What Node has, and other runtimes that are like it. */
interface WithBuffer {
  readonly Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
}

/**
 * Text that the build inlined → the bytes of a WebAssembly module. It runs once, before anything is compiled, so few steps count:
 * half the time of a loop over what `atob` gives, and five times that of Node's own.
 */
export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as WithBase64).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, base64);
  const { Buffer } = globalThis as WithBuffer;
  if (Buffer !== undefined) return Buffer.from(base64, "base64");
  const codes = new Uint8Array(128);
  for (let code = 0; code < ALPHABET.length; code++) codes[ALPHABET.charCodeAt(code)] = code;
  const text = new TextEncoder().encode(base64);
  const padding = base64.endsWith("==") ? 2 : Number(base64.endsWith("="));
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let from = 0, at = 0; from < text.length; from += 4, at += 3) {
    const first = ((codes[text[from] as number] as number) << 6) | (codes[text[from + 1] as number] as number);
    const second = ((codes[text[from + 2] as number] as number) << 6) | (codes[text[from + 3] as number] as number);
    bytes[at] = first >> 4;
    bytes[at + 1] = (first << 4) | (second >> 8);
    bytes[at + 2] = second;
  }
  return bytes;
}
