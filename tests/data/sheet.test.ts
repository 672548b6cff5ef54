/** Sheets of tiles: the names that are understood, tables of labels, and what is refused instead of guessed. */
import { describe, expect, it } from 'vitest';
import { gridOf, labelsOf, readSheetName } from '../../src/data/sheet';
import { memoryFile } from './support/files';
import { encodePng } from './support/png';
import { importThese } from './support/reading';

/** A sheet whose tile (column, row) is filled with the colour [column, row, 9]. */
function sheet(columns: number, rows: number, w: number, h = w): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(3 * columns * w * rows * h);
  for (let y = 0; y < rows * h; y++)
    for (let x = 0; x < columns * w; x++)
      rgb.set([Math.floor(x / w), Math.floor(y / h), 9], 3 * (y * columns * w + x));
  return encodePng(rgb, columns * w, rows * h);
}
const read = (path: string, data: Uint8Array<ArrayBuffer>, table?: string, tablePath = 'labels.csv') =>
  importThese([memoryFile(path, data), ...(table ? [memoryFile(tablePath, table)] : [])], {
    size: 4,
    channels: 3,
  });

describe('sheets of tiles', () => {
  it('a class per row, every tile at its place', async () => {
    const raw = await read('digits-4x6-rows.png', sheet(5, 3, 4, 6));
    expect(raw.classNames).toEqual(['0', '1', '2']);
    expect([...raw.labels]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect([...raw.pixels.subarray(7 * 48, 7 * 48 + 3)]).toEqual([2, 1, 9]);
    expect(raw.sizes).toEqual(new Map([['4x6', 15]]));
  });

  it('several rows per class, columns, and grids', async () => {
    expect([...(await read('a-4x4-rows2.png', sheet(2, 4, 4))).labels]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect([...(await read('a_grid3x2_columns.png', sheet(3, 2, 5))).labels]).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it.each([
    ['one label per tile', 'cat\ndog\ncat\ndog\ncat\ndog\n'],
    ['numbered tiles', '0,cat\n1,dog\n2,cat\n3,dog\n4,cat\n5,dog\n'],
    ['under a header', 'index,label\n0,cat\n1,dog\n2,cat\n3,dog\n4,cat\n5,dog\n'],
    ['as the grid lies', 'cat,dog\ncat,dog\ncat,dog\n'],
  ])('a table with %s', async (_, table) => {
    const raw = await read('a-4x4.png', sheet(2, 3, 4), table);
    expect([...raw.labels].map((label) => raw.classNames[label])).toEqual([
      'cat',
      'dog',
      'cat',
      'dog',
      'cat',
      'dog',
    ]);
  });

  it('one label per row, and a last row that is not full', async () => {
    const rows = await read('a-4x4.png', sheet(4, 2, 4), 'cat\ndog\n');
    expect([...rows.labels]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const part = await read('a-4x4.png', sheet(3, 2, 4), 'cat\ndog\ncat\ndog\ncat\n');
    expect(part.labels.length).toBe(5);
    expect(part.skipped?.map(({ name, code }) => [name, code])).toEqual([
      ['tile 3 of row 2', 'LABEL_MISSING'],
    ]);
  });

  it('square tiles follow from the number of labels', () => {
    expect(gridOf({}, 40, 60, 6, 'a')).toEqual({ columns: 2, rows: 3, width: 20, height: 20 });
    expect(
      labelsOf([
        ['7', 'a'],
        ['8', 'b'],
      ]),
    ).toEqual({ list: ['a', 'b'], columns: 1 });
  });

  it('names say sizes only where a size stands', () => {
    expect(readSheetName('x/faces-64x48-columns2.png')).toEqual({
      tile: [64, 48],
      by: { axis: 'columns', each: 2 },
    });
    expect(readSheetName('matrix.png')).toEqual({});
    expect(readSheetName('rows.png')).toEqual({});
  });

  it.each([
    ['photo.png', undefined, 'NO_LABELS'],
    ['a-4x4.png', undefined, 'NO_LABELS'],
    ['a-5x4-rows.png', undefined, 'BAD_SHAPE'],
    ['a-0x0-rows.png', undefined, 'BAD_SHAPE'],
    ['a-8x12-rows.png', undefined, 'ONE_CLASS'],
    ['a-4x4.png', 'cat\ndog\ncat\ndog\n', 'COUNT_MISMATCH'],
  ])('%s with %s is refused', async (path, table, code) => {
    await expect(read(path, sheet(2, 3, 4), table)).rejects.toMatchObject({ code });
  });

  it('a lone picture is told how to be called', async () => {
    await expect(read('photo.png', sheet(2, 3, 4))).rejects.toThrow(
      /photo\.png is one picture of 8 x 12 .*28x28-rows/,
    );
  });
});

it('pictures without labels beside train become a pool, alone they are refused', async () => {
  const png = sheet(1, 1, 4);
  const files = ['train/a/1', 'train/b/1', 'train/a/2', 'unlabeled/1', 'unlabeled/2'].map((path) =>
    memoryFile(`set/${path}.png`, png),
  );
  const raw = await importThese(files);
  expect(raw.classNames).toEqual(['a', 'b']);
  expect(raw.pool).toMatchObject({ name: 'unlabeled', count: 2 });
  await expect(importThese(files.slice(3))).rejects.toThrow(/add a pool under Data/);
  await expect(importThese([memoryFile('p/1.png', png), memoryFile('p/2.png', png)])).rejects.toThrow(
    /add a pool under Data/,
  );
});
