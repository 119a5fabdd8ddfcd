// A photo made here: the tests carry no pictures.
import { crc32, deflateSync } from 'node:zlib';

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

/** A PNG of these rows, each with the byte of its filter in front; of three colours of 8 bits, unless told otherwise. */
export function pngOf(width, height, rows, { bits = 8, colours = 2 } = {}) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([bits, colours, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG: sky above grass, with a bench of one's own colour. */
export function png({ width = 320, height = 240, bench = [120, 60, 20] } = {}) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isBench = y > height * 0.55 && y < height * 0.65 && x > width * 0.3 && x < width * 0.7;
      const colour = isBench ? bench : y < height / 2 ? [140, 190, 230] : [70, 140 + (x % 16), 60];
      rows.set(colour, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  return pngOf(width, height, rows);
}

/** The same as what Playwright puts into a file field. */
export const photo = (name, options) => ({ name, mimeType: 'image/png', buffer: png(options) });
