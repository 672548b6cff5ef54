import { describe, expect, it } from 'vitest';
import { openArrays } from '../../src/data/array-files';
import { BlockReader } from '../../src/data/block-reader';
import { readHeader, sniff } from '../../src/data/image-headers';
import { fromBlob } from '../../src/data/inputs';
import { readNpyHeader } from '../../src/data/npy';
import { pictureReader } from '../../src/data/picture-array';
import { readDirectory } from '../../src/data/zip-directory';
import { entryInput } from '../../src/data/zip-entry';
import { npy } from './support/arrays';
import { shared, sourceFiles } from './support/files';
import { decodePng, flatPng } from './support/png';

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
    ),
  );
const code = (data: Uint8Array) => {
  try {
    return readHeader(data, 'x');
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('type and size from the first bytes', () => {
  const pad = new Array(40).fill(0);

  it.each([
    ['png', flatPng(7, 5, [1, 2, 3])],
    ['jpeg', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 0, 5, 0, 7, 3], pad)],
    ['gif', bytes('GIF89a', [7, 0, 5, 0, 0, 0, 0])],
    ['bmp', bytes('BM', new Array(12).fill(0), [40, 0, 0, 0, 7, 0, 0, 0, 0xfb, 0xff, 0xff, 0xff], pad)],
    ['webp', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 7, 0, 5, 0], pad)],
    ['webp', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 6, 0, 1, 0], pad)],
    ['webp', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 4, 0, 0], pad)],
    ['avif', bytes([0, 0, 0, 24], 'ftypavif', pad, 'ispe', [0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 5])],
  ])('%s', (type, data) => {
    expect(readHeader(data, 'x')).toEqual({ type, width: 7, height: 5 });
  });

  it('gives each defect its reason', () => {
    const good = flatPng(7, 5, [1, 2, 3]);
    const changed = (at: number) => good.map((b, i) => (i === at ? b ^ 255 : b));
    expect(code(new Uint8Array(0))).toBe('TRUNCATED');
    expect(code(good.slice(0, 8))).toBe('TRUNCATED');
    expect(code(good.slice(0, -4))).toBe('TRUNCATED');
    expect(code(changed(29))).toBe('BAD_CRC');
    expect(code(changed(45))).toBe('BAD_CRC');
    expect(code(changed(13))).toBe('CORRUPT');
    expect(code(bytes('GIF89a', [0, 0, 5, 0, 0, 0, 0]))).toBe('DIMENSIONS');
    expect(code(bytes('GIF89a', [1, 0x20, 5, 0, 0, 0, 0]))).toBe('DIMENSIONS');
    expect(code(bytes('plain text of some length'))).toBe('BAD_MAGIC');
    expect(code(bytes('<svg xmlns="http://www.w3.org/2000/svg">'))).toBe('UNSUPPORTED_TYPE');
    expect(code(bytes('II*\0 and more of a TIFF'))).toBe('UNSUPPORTED_TYPE');
  });

  it('tells archives from pictures', () => expect(sniff(bytes('PK\x03\x04', pad))).toBe('archive'));
});

describe('arrays of pictures', () => {
  const read = (shape: number[], body: Uint8Array, descr = '|u1', fortran = false) =>
    pictureReader(npy(descr, shape, body, fortran), 'x');

  it('in Fortran order have the right axes', () => {
    // Value (n, y, x) = 100 n + 10 y + x, with the first axis running fastest.
    const body = Uint8Array.from(
      { length: 12 },
      (_, i) => 100 * (i % 2) + 10 * (Math.floor(i / 2) % 2) + Math.floor(i / 4),
    );
    expect([...read([2, 2, 3], body, '|u1', true).row(1)!]).toEqual([100, 101, 102, 110, 111, 112]);
  });

  it('of 0..1, -1..1 and 16 bits are brought to bytes', () => {
    const floats = (...v: number[]) => new Uint8Array(Float32Array.from(v).buffer);
    expect([...read([1, 1, 3], floats(0, 0.5, 1), '<f4').row(0)!]).toEqual([0, 128, 255]);
    expect([...read([1, 1, 3], floats(-1, 0, 1), '<f4').row(0)!]).toEqual([0, 128, 255]);
    expect([...read([1, 1, 3], new Uint8Array(Uint16Array.of(0, 257, 65535).buffer), '<u2').row(0)!]).toEqual(
      [0, 1, 255],
    );
    expect(() => read([1, 1, 2], floats(0, 900), '<f4')).toThrow(/0 to 900/);
  });

  it('with a value that is not finite give no row', () => {
    const body = new Uint8Array(Float32Array.of(0.5, Number.NaN, 0.5, 1).buffer);
    const pictures = read([2, 1, 2], body, '<f4');
    expect([pictures.row(0), pictures.row(1)?.length]).toEqual([undefined, 2]);
  });
});

const suite = shared('data', 'pngsuite');

describe.skipIf(!suite)(`PngSuite${suite ? '' : ' (skipped: no shared data folder)'}`, () => {
  it('refuses or lets through each file as it should, and agrees with the known pixels', async () => {
    const find = (name: string) => sourceFiles(`${suite}/${name}`)[0]!.blob;
    const archive = find('pngsuite_2017jul19.zip');
    const expected = await openArrays([fromBlob('e.npz', find('pngsuite_expected_rgba8.npz'))]);
    const reader = new BlockReader(archive);
    const wrong: string[] = [];
    let compared = 0;
    for (const entry of await readDirectory(archive, 'suite')) {
      if (!entry.path.endsWith('.png')) continue;
      const file = await entryInput(reader, entry, entry.path).bytes();
      const name = entry.path.replace(/^.*\/|\.png$/g, '');
      const header = code(file);
      if (name.startsWith('x') && typeof header !== 'string') continue;
      if (name.startsWith('x') !== (typeof header === 'string')) wrong.push(name);
      if (typeof header === 'string' || !expected.keys.includes(name)) continue;
      const array = await expected.read(name);
      const want = array.subarray(readNpyHeader(array, name).offset);
      const { rgba } = decodePng(file);
      compared++;
      if (want.some((value, i) => Math.abs(value - rgba[i]!) > 1)) wrong.push(name);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBe(157);
  });
});
