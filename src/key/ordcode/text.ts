/** Text as UTF-8 in pieces, so that no buffer is allocated for it. In: well-formed text. Out: its bytes, at the head of a writer. */

import type { HeadWriter } from "./buffer.ts";

const PIECE_BYTES = 256;
const piece = new Uint8Array(PIECE_BYTES);

/** Writes `text`, which has no lone surrogates. */
export function writeText(writer: HeadWriter, text: string): void {
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    if (used > PIECE_BYTES - 4) {
      writer.writeHead(piece, 0, used);
      used = 0;
    }
    const unit = text.charCodeAt(i);
    if (unit < 0x80) piece[used++] = unit;
    else if (unit < 0x800) {
      piece[used++] = 0xc0 | (unit >> 6);
      piece[used++] = 0x80 | (unit & 0x3f);
    } else {
      const isPair = unit >= 0xd800 && unit <= 0xdbff;
      const code = isPair ? 0x1_0000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00) : unit;
      if (isPair) piece[used++] = 0xf0 | (code >> 18);
      piece[used++] = isPair ? 0x80 | ((code >> 12) & 0x3f) : 0xe0 | (code >> 12);
      piece[used++] = 0x80 | ((code >> 6) & 0x3f);
      piece[used++] = 0x80 | (code & 0x3f);
    }
  }
  if (used > 0) writer.writeHead(piece, 0, used);
}
