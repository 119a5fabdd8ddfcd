// Pictures that are small to send and large to decode (SECURITY-RULES X-10).
import { pngOf } from '../tests/browser/lib/photo.mjs';

/** A PNG of one colour, of so many bytes a pixel. */
const plain = (width, height, bytes, kind) => pngOf(width, height, Buffer.alloc(height * (1 + width * bytes)), kind);

function segment(marker, data) {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length + 2);
  return Buffer.concat([Buffer.from([0xff, marker]), length, Buffer.from(data)]);
}

/** A progressive JPEG without its pixels: a decoder makes room for all of them before it finds out. */
function progressive(width, height) {
  const components = [1, 2, 3];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, [0, ...Array(64).fill(1)]),
    segment(0xc2, [8, height >> 8, height & 255, width >> 8, width & 255, 3, ...components.flatMap((name) => [name, 0x11, 0])]),
    // One code: a single bit that says "no difference".
    segment(0xc4, [0, 1, ...Array(15).fill(0), 0]),
    segment(0xda, [3, ...components.flatMap((name) => [name, 0]), 0, 0, 0]),
    Buffer.alloc(64),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A WebP of one pixel, coded without loss by so many groups of tables: some bytes each here, 52 kB when they are unpacked. */
function webpOfTables(groups) {
  const bits = [];
  const write = (value, count) => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
  };
  // One symbol for everything: of eight bits, or nought.
  const single = (symbol) => (symbol === undefined ? write(0b0001, 4) : (write(0b101, 3), write(symbol, 8)));
  write(0x2f, 8);
  write(0, 14 + 14 + 1 + 3);
  // No transforms; a cache of 2 ** 11 colours; which group a pixel belongs to is a picture of its own: here of the last one.
  write(0, 1);
  write(1, 1);
  write(11, 4);
  write(1, 1);
  write(0, 3 + 1);
  single((groups - 1) & 255);
  single((groups - 1) >> 8);
  for (let rest = 0; rest < 3; rest++) single();
  for (let group = 0; group < groups; group++) {
    // 2048 codes of 11 bits: only the length 11 occurs, so telling each of them takes no bits at all.
    write(0, 1);
    write(11, 4);
    for (let length = 0; length < 14; length++) write(0, 3);
    write(1, 3);
    write(1, 1);
    write(5, 3);
    write(2046, 12);
    for (let rest = 0; rest < 4; rest++) single();
  }
  write(0, 256);
  const data = Buffer.alloc((bits.length >> 4) << 1);
  for (let at = 0; at < data.length * 8; at++) data[at >> 3] |= bits[at] << (at & 7);
  const head = Buffer.from('RIFF....WEBPVP8L....', 'latin1');
  head.writeUInt32LE(data.length + 12, 4);
  head.writeUInt32LE(data.length, 16);
  return Buffer.concat([head, data]);
}

/** Ten of them: the largest that are taken, and larger ones. */
export function hostilePictures() {
  const large = plain(8000, 5000, 3);
  return [
    large,
    large,
    large,
    large,
    plain(8000, 5000, 4, { colours: 6 }),
    plain(7900, 5000, 6, { bits: 16 }),
    progressive(4600, 3400),
    progressive(4600, 3400),
    progressive(8000, 5000),
    webpOfTables(16_384),
  ];
}
