// A picture of few colours as PNG: one byte for each pixel, an index into a palette.
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * @param {{ width: number, height: number, pixels: Uint8Array, palette: readonly (readonly number[])[] }} picture Pixels by row, from the top.
 */
export function pngOf({ width, height, pixels, palette }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return new Uint8Array(
    Buffer.concat([
      SIGNATURE,
      piece("IHDR", header),
      piece("PLTE", Buffer.from(palette.flat())),
      piece("IDAT", deflateSync(rows, { level: 9 })),
      piece("IEND", Buffer.alloc(0)),
    ]),
  );
}

function piece(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(checksum(body));
  return Buffer.concat([frame, body, check]);
}

/** Node has it from 20.15 on; our types are older than that. */
function checksum(bytes) {
  return /** @type {(bytes: Uint8Array) => number} */ (crc32)(bytes);
}
