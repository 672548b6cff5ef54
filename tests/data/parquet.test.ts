/** Parquet with pictures inside: every packing, row groups and pages, what is missing, and files that lie. */
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../src/data/import';
import { hybrid } from '../../src/data/parquet/pages';
import { memoryFile } from './support/files';
import { type ParquetOptions, type ParquetRowSource, parquet } from './support/parquet';
import { decodeInNode, flatPng } from './support/png';
import { importThese } from './support/reading';

const rowsOf = (count: number): ParquetRowSource[] =>
  Array.from({ length: count }, (_, i) => ({
    bytes: flatPng(4, 4, [i, 255 - i, 7]),
    path: `p${i}.png`,
    label: i % 3,
  }));
const names = ['cat', 'dog', 'owl'];
const read = (rows: readonly ParquetRowSource[], options: ParquetOptions = {}, path = 'pets.parquet') =>
  importThese([memoryFile(path, parquet(rows, { names, ...options }))], { size: 4, channels: 3 });
const refused = (data: Uint8Array<ArrayBuffer>) =>
  expect(importThese([memoryFile('a.parquet', data)])).rejects;

describe('Parquet', () => {
  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const)('packed as %s', async (codec) => {
    const raw = await read(rowsOf(12), { codec });
    expect(raw.name).toBe('pets');
    expect(raw.classNames).toEqual(names);
    expect([...raw.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect([...raw.pixels.subarray(11 * 48, 11 * 48 + 3)]).toEqual([11, 244, 7]);
    expect(raw.skipped).toEqual([]);
  });

  it('many row groups and pages give the rows in order', async () => {
    const raw = await read(rowsOf(100), { rowGroupSize: 7, pageSize: 300 });
    expect(Array.from({ length: 100 }, (_, i) => raw.pixels[i * 48])).toEqual([...Array(100).keys()]);
    expect([...raw.labels]).toEqual(Array.from({ length: 100 }, (_, i) => i % 3));
  });

  it('rows without picture or label are listed, and a damaged picture is', async () => {
    const rows = rowsOf(9);
    rows[1] = { bytes: null, path: 'elsewhere.png', label: 1 };
    rows[4] = { ...rows[4]!, label: null };
    rows[5] = { ...rows[5]!, label: -1 };
    rows[7] = { ...rows[7]!, bytes: new Uint8Array([1, 2, 3]) };
    const raw = await read(rows);
    expect(raw.skipped?.map(({ code }) => code)).toEqual([
      'FILE_MISSING',
      'LABEL_MISSING',
      'LABEL_MISSING',
      'TRUNCATED',
    ]);
    expect(raw.labels.length).toBe(5);
  });

  it('keeps further columns; numbers are the classes when no names are given', async () => {
    const rows = rowsOf(6).map((row, i) => ({ ...row, more: { colour: i < 3 ? 'light' : 'dark' } }));
    const raw = await importThese([memoryFile('x.parquet', parquet(rows, { image: 'img' }))]);
    expect(raw.classNames).toEqual(['0', '1', '2']);
    expect(raw.labelName).toBe('label');
    expect(raw.columns?.map(({ name }) => name)).toEqual(['colour']);
  });

  it('splits by file name', async () => {
    const file = (name: string) =>
      memoryFile(`data/${name}-00000-of-00001.parquet`, parquet(rowsOf(6), { names }));
    const raw = await importThese([file('train'), file('test')]);
    expect(raw.assigned?.filter((split) => split === 'test').length).toBe(6);
    expect(raw.labels.length).toBe(12);
  });

  it('reports progress over all rows and stops when cancelled', async () => {
    const data = parquet(rowsOf(60), { names, rowGroupSize: 20 });
    const seen: (readonly number[])[] = [];
    const controller = new AbortController();
    const read = (stopAt: number) =>
      importFiles(
        [memoryFile('a.parquet', data)],
        { size: 4, channels: 0 },
        (done, total) => {
          seen.push([done, total]);
          if (done >= stopAt) controller.abort();
        },
        controller.signal,
        decodeInNode,
      );
    await read(1000);
    expect(seen.at(-1)).toEqual([60, 60]);
    expect(seen.map(([done]) => done)).toEqual([8, 16, 20, 28, 36, 40, 48, 56, 60]);
    await expect(read(24)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(seen.at(-1)).toEqual([28, 60]);
  });

  it('refusals name the reason', async () => {
    const good = parquet(rowsOf(6), { names });
    await refused(good.slice(0, good.length - 20)).toMatchObject({ code: 'TRUNCATED' });
    await refused(new TextEncoder().encode('PAR2 what is this')).toMatchObject({ code: 'BAD_MAGIC' });
    await refused(parquet(rowsOf(6), { codec: 'BROTLI' })).toMatchObject({ code: 'UNSUPPORTED_COMPRESSION' });
    const liar = Uint8Array.from(good);
    new DataView(liar.buffer).setUint32(liar.length - 8, 0x7fffffff, true);
    await refused(liar).toMatchObject({ code: 'CORRUPT' });
  });

  it('a run longer than the page is not written out', () => {
    // Header 2^31 - 2: a run of 2^30 - 1 values; three are wanted.
    expect([...hybrid(Uint8Array.from([0xfe, 0xff, 0xff, 0xff, 0x07, 5]), 3, 3)]).toEqual([5, 5, 5]);
    expect(() => hybrid(Uint8Array.from([3]), 8, 8)).toThrow('ends inside a run');
    expect(() => hybrid(Uint8Array.from([0, 0, 0]), 1, 2)).toThrow('empty');
    expect([...hybrid(Uint8Array.from([3, 0b10001000, 0b11000110, 0b11111010]), 3, 8)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
  });
});
