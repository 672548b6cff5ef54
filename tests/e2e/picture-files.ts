/** The same picture in every format a browser draws: red, green, blue and white quarters, 16 wide and 24 high. */
import type { Page } from '@playwright/test';
import { chunk, encodePng } from '../data/support/png';

export const WIDTH = 16;
export const HEIGHT = 24;
const COLOURS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const;

type Colour = readonly [number, number, number];
const quarter = (x: number, y: number) => (x < WIDTH / 2 ? 0 : 1) + (y < HEIGHT / 2 ? 0 : 2);
const colourAt = (x: number, y: number): Colour => COLOURS[quarter(x, y)]!;

/** 24 bit BMP, rows from the bottom, blue first. */
function bmp(): Buffer {
  const out = Buffer.alloc(54 + 3 * WIDTH * HEIGHT);
  out.write('BM');
  for (const [at, value] of [
    [2, out.length],
    [10, 54],
    [14, 40],
    [18, WIDTH],
    [22, HEIGHT],
    [34, out.length - 54],
  ] as const)
    out.writeUInt32LE(value, at);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      out.set([...colourAt(x, y)].reverse(), 54 + 3 * ((HEIGHT - 1 - y) * WIDTH + x));
  return out;
}

/** Two frames: the picture, then all red. A clear code before every second pixel keeps all codes at 3 bits. */
function gif(): Buffer {
  const frame = (index: (x: number, y: number) => number): number[] => {
    let bits = '';
    const code = (value: number) => {
      bits = value.toString(2).padStart(3, '0') + bits;
    };
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      if (i % 2 === 0) code(4);
      code(index(i % WIDTH, Math.floor(i / WIDTH)));
    }
    code(5);
    bits = bits.padStart(Math.ceil(bits.length / 8) * 8, '0');
    const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)).reverse();
    const blocks: number[] = [];
    for (let at = 0; at < bytes.length; at += 255) {
      const part = bytes.slice(at, at + 255);
      blocks.push(part.length, ...part);
    }
    const control = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
    return [...control, 0x2c, 0, 0, 0, 0, WIDTH, 0, HEIGHT, 0, 0, 2, ...blocks, 0];
  };
  const head = [...Buffer.from('GIF89a'), WIDTH, 0, HEIGHT, 0, 0x91, 0, 0, ...COLOURS.flat()];
  return Buffer.from([...head, ...frame(quarter), ...frame(() => 0), 0x3b]);
}

/** 16 bits a channel. */
function deepPng(): Buffer {
  const rgb = new Uint8Array(6 * WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      rgb.set(
        colourAt(x, y).flatMap((v) => [v, v]),
        6 * (y * WIDTH + x),
      );
  // Twice as many 8 bit pixels in a row hold the same bytes; only the header differs.
  const file = Buffer.from(encodePng(rgb, 2 * WIDTH, HEIGHT));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([16, 2, 0, 0, 0], 8);
  return Buffer.concat([file.subarray(0, 8), chunk('IHDR', header), file.subarray(33)]);
}

/** Drawn by the browser; `turned` is stored lying on its side. `alpha` is the opacity of the red quarter. */
async function drawn(page: Page, type: string, turned = false, alpha = 1): Promise<Buffer> {
  const url = await page.evaluate(
    ([kind, w, h, colours, lying, opacity]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = lying ? [h, w] : [w, h];
      const context = canvas.getContext('2d')!;
      // Stored a quarter turn to the left: orientation 6 turns it back to the right.
      if (lying) context.setTransform(0, -1, 1, 0, 0, w);
      colours.forEach((colour, i) => {
        context.globalAlpha = i === 0 ? opacity : 1;
        context.fillStyle = `rgb(${colour.join(' ')})`;
        context.fillRect(((i % 2) * w) / 2, (i < 2 ? 0 : 1) * (h / 2), w / 2, h / 2);
      });
      return canvas.toDataURL(kind, 1);
    },
    [type, WIDTH, HEIGHT, COLOURS.map((c) => [...c]), turned, alpha] as const,
  );
  if (!url.startsWith(`data:${type}`)) throw new Error(`the browser writes no ${type}`);
  return Buffer.from(url.split(',')[1]!, 'base64');
}

/** Puts an EXIF block with an orientation behind the first marker of a JPEG. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** One AV1 key frame of the picture. */
async function av1(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([w, h, colours]) => {
      const pixels = new Uint8ClampedArray(4 * w * h).fill(255);
      for (let i = 0; i < w * h; i++)
        pixels.set(colours[(i % w < w / 2 ? 0 : 1) + (i < (w * h) / 2 ? 0 : 2)]!, 4 * i);
      const out: number[] = [];
      const encoder = new VideoEncoder({
        output: (encoded) => {
          const data = new Uint8Array(encoded.byteLength);
          encoded.copyTo(data);
          out.push(...data);
        },
        error: (error) => {
          throw error;
        },
      });
      encoder.configure({ codec: 'av01.0.00M.08', width: w, height: h, bitrate: 1_000_000 });
      const frame = new VideoFrame(pixels, { format: 'RGBA', codedWidth: w, codedHeight: h, timestamp: 0 });
      encoder.encode(frame, { keyFrame: true });
      await encoder.flush();
      return out;
    },
    [WIDTH, HEIGHT, COLOURS.map((c) => [...c])] as const,
  );
  return Buffer.from(bytes);
}

const box = (kind: string, ...parts: readonly (Buffer | readonly number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(kind, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const word = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const latin = (text: string) => Buffer.from(text, 'latin1');

/** A key frame as an AVIF still (AV1 Image File Format 1.1 over ISO 23008-12). */
function avif(frame: Buffer): Buffer {
  const ftyp = box('ftyp', latin('avif'), word(0), latin('avifmif1miafMA1B'));
  const meta = (offset: number) =>
    box(
      'meta',
      word(0),
      box('hdlr', word(0), word(0), latin('pict'), word(0), word(0), word(0), [0]),
      box('pitm', word(0), [0, 1]),
      box('iloc', word(0), [0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1], word(offset), word(frame.length)),
      box('iinf', word(0), [0, 1], box('infe', word(0x02000000), [0, 1, 0, 0], latin('av01'), [0])),
      box(
        'iprp',
        box(
          'ipco',
          box('ispe', word(0), word(WIDTH), word(HEIGHT)),
          box('pixi', word(0), [3, 8, 8, 8]),
          box('av1C', [0x81, 0, 0x0c, 0]),
        ),
        box('ipma', word(0), word(1), [0, 1, 3, 1, 2, 0x83]),
      ),
    );
  const size = meta(0).length;
  return Buffer.concat([ftyp, meta(ftyp.length + size + 8), box('mdat', frame)]);
}

export interface PictureFile {
  readonly name: string;
  readonly data: Buffer;
  /** Largest difference of a quarter's mean from its colour. */
  readonly tolerance: number;
  /** What the red quarter looks like, when it is not red. */
  readonly first?: Colour;
}

/** Every format, one file each. */
export async function pictureFiles(page: Page): Promise<readonly PictureFile[]> {
  const jpeg = await drawn(page, 'image/jpeg', true);
  return [
    { name: 'bmp.bmp', data: bmp(), tolerance: 0 },
    { name: 'gif.gif', data: gif(), tolerance: 0 },
    { name: 'png16.png', data: deepPng(), tolerance: 0 },
    { name: 'png.png', data: await drawn(page, 'image/png'), tolerance: 0 },
    // Half of red over white.
    {
      name: 'alpha.png',
      data: await drawn(page, 'image/png', false, 0.5),
      tolerance: 1,
      first: [255, 127, 127],
    },
    { name: 'webp.webp', data: await drawn(page, 'image/webp'), tolerance: 8 },
    { name: 'exif.jpg', data: withOrientation(jpeg, 6), tolerance: 8 },
    { name: 'avif.avif', data: avif(await av1(page)), tolerance: 30 },
  ];
}

/** The colours the four quarters should have. */
export const quartersOf = ({ first }: PictureFile): readonly Colour[] => [
  first ?? COLOURS[0],
  ...COLOURS.slice(1),
];
