/** Importers of folders and archives on files made here, so that they are tested where no shared data is. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importers } from '../../src/data/index';
import type { SourceFile } from '../../src/data/kit';
import { memoryFile } from './support/files';
import { flatPng } from './support/png';
import { importThese } from './support/reading';
import { tar, type ZipItem, zip } from './support/zip';

const RED = [200, 20, 20] as const;
const BLUE = [20, 20, 200] as const;
const PICTURE = flatPng(6, 4, RED);
const tiny = { size: 8, channels: 0 } as const;

/** Three pictures of each of two classes. */
const pets: readonly ZipItem[] = ['cat', 'dog'].flatMap((name, k) =>
  [0, 1, 2].map((i) => ({ name: `${name}/${i}.png`, data: flatPng(4 + i, 4, k ? BLUE : RED) })),
);
const asFiles = (items: readonly ZipItem[], top = ''): SourceFile[] =>
  items.map(({ name, data }) => memoryFile(`${top}${name}`, data as Uint8Array<ArrayBuffer>));
const zipped = (items: readonly ZipItem[], options = {}) => [memoryFile('pets.zip', zip(items, options))];
const codes = async (files: readonly SourceFile[]) =>
  (await importThese(files, tiny)).skipped?.map(({ code }) => code);
const refused = (files: readonly SourceFile[]) => expect(importThese(files, tiny)).rejects;

describe('folders', () => {
  it('give classes, sizes and pixels', async () => {
    const raw = await importThese(asFiles(pets, 'pets/'), tiny);
    expect(raw).toMatchObject({ name: 'pets', classNames: ['cat', 'dog'], skipped: [] });
    expect([...raw.labels]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(raw.sizes).toEqual(
      new Map([
        ['4x4', 2],
        ['5x4', 2],
        ['6x4', 2],
      ]),
    );
    expect([...raw.pixels.subarray(0, 3)]).toEqual([...RED]);
    expect([...raw.pixels.subarray(-3)]).toEqual([...BLUE]);
  });

  it('give the same rows in whatever order they are dropped', async () => {
    const files = asFiles(pets);
    expect(await importThese([...files].reverse(), tiny)).toEqual(await importThese(files, tiny));
  });

  it.each([
    ['Training', 'train'],
    ['val', 'validation'],
    ['valid', 'validation'],
    ['validation', 'validation'],
    ['test', 'test'],
  ])('called %s are the %s split', async (folder, split) => {
    const raw = await importThese([...asFiles(pets, 'a/train/'), ...asFiles(pets, `a/${folder}/`)], tiny);
    expect(raw.classNames).toEqual(['cat', 'dog']);
    expect(raw.assigned?.filter((name) => name === split).length).toBe(split === 'train' ? 12 : 6);
  });

  it('nested evenly are classes of their whole path, nested unevenly of their top folder', async () => {
    const even = asFiles(['a/x/0.png', 'a/y/0.png', 'b/x/0.png'].map((name) => ({ name, data: PICTURE })));
    expect((await importThese(even, tiny)).classNames).toEqual(['a/x', 'a/y', 'b/x']);
    const uneven = asFiles(['a/0.png', 'a/y/0.png', 'b/x/0.png'].map((name) => ({ name, data: PICTURE })));
    expect((await importThese(uneven, tiny)).classNames).toEqual(['a', 'b']);
  });

  it('sort class names with numbers by value', async () => {
    const files = asFiles(['c10/0.png', 'c9/0.png', 'c1/0.png'].map((name) => ({ name, data: PICTURE })));
    expect((await importThese(files, tiny)).classNames).toEqual(['c1', 'c9', 'c10']);
  });

  it('ignore litter, and list files that are no pictures', async () => {
    const litter = [
      '.DS_Store',
      'cat/Thumbs.db',
      '__MACOSX/cat/._0.png',
      'cat/desktop.ini',
      '.git/x.png',
      'cat/notes.txt',
    ];
    const files = [...asFiles(pets), ...litter.map((path) => memoryFile(path, 'x'))];
    expect(await codes(files)).toEqual([]);
    expect(
      await codes([...files, memoryFile('cat/a.pdf', '%PDF'), memoryFile('dog/b.zip', zip(pets))]),
    ).toEqual(['UNSUPPORTED_TYPE', 'NESTED_ARCHIVE']);
  });

  it('make one channel of grey pictures unless told otherwise', async () => {
    const grey = [0, 1, 2, 3].map((i) => memoryFile(`${i % 2}/${i}.png`, flatPng(3, 3, [9, 9, 9])));
    expect((await importThese(grey, tiny)).shape.channels).toBe(1);
    expect((await importThese(grey, { size: 8, channels: 3 })).pixels.length).toBe(4 * 64 * 3);
    expect((await importThese(asFiles(pets), { size: 8, channels: 1 })).pixels[0]).toBe(74);
  });

  it('are refused when flat, of one class, or empty', async () => {
    await refused([memoryFile('a.png', PICTURE), memoryFile('b.png', PICTURE)]).toMatchObject({
      code: 'NO_LABELS',
    });
    await refused([memoryFile('cat/a.png', PICTURE)]).toMatchObject({ code: 'ONE_CLASS' });
    await refused([memoryFile('.DS_Store', 'x')]).toMatchObject({ code: 'EMPTY' });
    await refused([memoryFile('cat/readme.txt', 'x')]).toMatchObject({ code: 'NO_IMAGES' });
  });

  it('stop when cancelled', async () => {
    const aborted = AbortSignal.abort();
    await expect(importThese(asFiles(pets), tiny, aborted)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('zip archives', () => {
  it('read like the folder they were made of', async () => {
    const folder = await importThese(asFiles(pets), tiny);
    expect(await importThese(zipped(pets), tiny)).toEqual({ ...folder, name: 'pets' });
    const stored = pets.map((item) => ({ ...item, method: 0 }));
    expect((await importThese(zipped(stored), tiny)).pixels).toEqual(folder.pixels);
  });

  it('leave out what is unsafe, and say why', async () => {
    const bad: readonly ZipItem[] = [
      { name: '../x.png', data: PICTURE },
      { name: '/x.png', data: PICTURE },
      { name: 'c:\\x.png', data: PICTURE },
      { name: 'cat/l.png', data: '/etc/passwd', method: 0, mode: 0o120777 },
      { name: 'cat/p.png', data: PICTURE, flags: 0x801 },
      { name: 'cat/m.png', data: PICTURE, method: 12 },
      { name: 'cat/c.png', data: PICTURE, crc: 1 },
      { name: 'cat/s.png', data: PICTURE, unpacked: 50 },
      { name: 'cat/b.png', data: new Uint8Array(3 * 2 ** 20) },
      { name: 'cat/0.png', data: PICTURE },
    ];
    const expected = [
      'UNSAFE_PATH',
      'UNSAFE_PATH',
      'UNSAFE_PATH',
      'SYMLINK',
      'ENCRYPTED',
      'UNSUPPORTED_COMPRESSION',
    ];
    expect((await codes(zipped([...pets, ...bad])))?.sort()).toEqual(
      [...expected, 'BAD_CRC', 'SIZE_LIE', 'BOMB', 'DUPLICATE'].sort(),
    );
  });

  it('are refused when entries overlap, when cut, and when they are none', async () => {
    const one = { name: 'a/0.png', data: PICTURE };
    await refused(zipped([one, { ...one, name: 'b/0.png' }], { shared: true })).toMatchObject({
      code: 'OVERLAP',
    });
    const whole = zip(pets);
    await refused([memoryFile('a.zip', whole.slice(0, 300))]).toMatchObject({ code: 'TRUNCATED' });
    await refused([memoryFile('a.zip', new Uint8Array(300).fill(7))]).toMatchObject({ code: 'BAD_MAGIC' });
    await refused([memoryFile('a.zip', new Uint8Array(0))]).toMatchObject({ code: 'EMPTY' });
  });

  it('refuse a promise of far more than they hold', async () => {
    const zeros = new Uint8Array(2 ** 20);
    const many = Array.from({ length: 600 }, (_, i) => ({ name: `${i % 2}/${i}.png`, data: zeros }));
    await refused(zipped(many)).toMatchObject({ code: 'BOMB' });
  });

  it('read names in code page 437 and in UTF-8 without the flag', async () => {
    const name = (bytes: number[]) => Uint8Array.from([...bytes, 0x2f, 0x30, 0x2e, 0x70, 0x6e, 0x67]);
    const raw = await importThese(
      zipped([
        { name: name([0x6d, 0x81]), data: PICTURE, flags: 0 },
        { name: name([0xc3, 0xbc]), data: PICTURE, flags: 0 },
      ]),
      tiny,
    );
    expect(raw.classNames).toEqual(['mü', 'ü']);
  });

  it('find their end past a comment that holds another one', async () => {
    const comment = `x${Buffer.from(zip([])).toString('latin1')}y`;
    expect((await importThese(zipped(pets, { comment }), tiny)).labels.length).toBe(6);
  });
});

describe('tar archives', () => {
  const files = pets.map(({ name, data }) => ({ name: name as string, data: data as Uint8Array }));

  it('read like the folder, plain and gzipped, with long names', async () => {
    const long = `cat/${'n'.repeat(150)}.png`;
    const items = [
      ...files,
      { name: '././@LongLink', kind: 'L', data: `${long}\0` },
      { name: 'cut', data: PICTURE },
    ];
    for (const packed of [tar(items), new Uint8Array(gzipSync(tar(items)))])
      expect((await importThese([memoryFile('pets.tar.gz', packed)], tiny)).labels.length).toBe(7);
  });

  it('leave out links and climbing names', async () => {
    const items = [...files, { name: '../x.png', data: PICTURE }, { name: 'cat/l.png', kind: '2' }];
    expect(await codes([memoryFile('pets.tar', tar(items))])).toEqual(['UNSAFE_PATH', 'SYMLINK']);
  });

  it('are refused when cut or damaged', async () => {
    const whole = tar(files);
    await refused([memoryFile('a.tar', whole.slice(0, 600))]).toMatchObject({ code: 'TRUNCATED' });
    whole[3]! ^= 1;
    await refused([memoryFile('a.tar', whole)]).toMatchObject({ code: 'CORRUPT' });
  });
});

it('every importer says what it reads', () => {
  expect(importers.all.map(({ id }) => id).sort()).toEqual([
    'cifar',
    'csv',
    'folder',
    'idx',
    'json',
    'npz',
    'parquet',
    'sheet',
    'tar',
    'zip',
  ]);
  for (const { extensions, summary } of importers.all)
    expect(extensions.length * summary.length).toBeGreaterThan(20);
});
