/** Lists of labels beside pictures: the layouts of JSON, several label columns, and what is refused. */
import { describe, expect, it } from 'vitest';
import { memoryFile, shared, sourceFiles } from './support/files';
import { flatPng } from './support/png';
import { importThese } from './support/reading';

const names = ['a', 'b', 'c', 'd'];
const pictures = names.map((name, i) => memoryFile(`set/${name}.png`, flatPng(4 + i, 4, [40 * i, 90, 20])));
const read = (file: string, content: unknown, beside = pictures) =>
  importThese([
    ...beside,
    memoryFile(`set/${file}`, typeof content === 'string' ? content : JSON.stringify(content)),
  ]);
const classesOf = ({ classNames, labels }: Awaited<ReturnType<typeof read>>) =>
  [...labels].map((label) => classNames[label]);

const labels = ['cat', 'dog', 'cat', 'dog'];
const entries = names.map((name, i) => ({ file_name: `${name}.png`, label: labels[i] }));

describe('JSON lists', () => {
  it.each([
    ['a map of paths', Object.fromEntries(names.map((name, i) => [`${name}.png`, labels[i]]))],
    ['a map of objects', Object.fromEntries(entries.map(({ file_name, label }) => [file_name, { label }]))],
    ['a list of objects', entries],
    ['a list of pairs', entries.map(({ file_name, label }) => [file_name, label])],
    ['a list inside an object', { version: 2, images: entries }],
    ['pairs under labels', { labels: entries.map(({ file_name, label }) => [file_name, label]) }],
    ['one array per column', { images: names.map((name) => `${name}.png`), labels }],
    ['numbers with names', { classes: ['cat', 'dog'], data: names.map((n, i) => [`./${n}.png`, i % 2]) }],
  ])('%s', async (_, content) => {
    const raw = await read('list.json', content);
    expect(classesOf(raw)).toEqual(labels);
    expect(raw.skipped).toEqual([]);
  });

  it('a map of classes', async () => {
    const raw = await read('list.json', { dog: ['b.png', 'd.png'], cat: ['a.png', 'c.png'] });
    expect(classesOf(raw)).toEqual(['dog', 'dog', 'cat', 'cat']);
  });

  it('JSON lines, and a line that is none is listed', async () => {
    const good = entries.map((entry) => JSON.stringify(entry));
    const raw = await read('metadata.jsonl', [...good, '{ cut'].join('\n'));
    expect(classesOf(raw)).toEqual(labels);
    expect(raw.skipped?.map(({ code }) => code)).toEqual(['LABEL_MISSING']);
  });

  it('splits as keys', async () => {
    const raw = await read('list.json', { train: entries.slice(0, 2), test: entries.slice(2) });
    expect(raw.assigned).toEqual(['train', 'train', 'test', 'test']);
    expect(classesOf(raw)).toEqual(labels);
  });

  it('keeps what else is said of a picture as a column', async () => {
    const raw = await read(
      'list.json',
      entries.map((entry, i) => ({ ...entry, colour: i < 2 ? 'light' : 'dark', id: `x${i}` })),
    );
    expect(raw.columns).toEqual([
      { name: 'colour', names: ['dark', 'light'], values: Int32Array.from([1, 1, 0, 0]) },
    ]);
  });

  it.each([
    ['../a.png', 'cat', 'UNSAFE_PATH'],
    ['gone.png', 'cat', 'FILE_MISSING'],
    ['a.png', 'cat', 'DUPLICATE'],
    ['d.png', null, 'LABEL_MISSING'],
  ])('an entry %s: %s is left out as %s', async (path, label, code) => {
    const raw = await read('list.json', [...entries.slice(0, 3), { file_name: path, label }]);
    expect(raw.skipped?.map((item) => item.code)).toEqual([code]);
    expect(raw.labels.length).toBe(3);
  });

  it.each([
    ['no JSON at all', '{"a.png": "cat", ', 'BAD_HEADER'],
    ['COCO', { images: [{ file_name: 'a.png' }], annotations: [{ category_id: 1 }] }, 'UNSUPPORTED_TYPE'],
    ['one class', { 'a.png': 'cat', 'b.png': 'cat' }, 'ONE_CLASS'],
    ['no labels', [{ file_name: 'a.png' }], 'NO_LABELS'],
    ['a number', '17', 'NOT_A_DATASET'],
  ])('%s is refused', async (_, content, code) => {
    const flat = pictures.map(({ path, blob }) => ({ path: path.slice(4), blob }));
    const list = memoryFile('list.json', typeof content === 'string' ? content : JSON.stringify(content));
    await expect(importThese([...flat, list])).rejects.toMatchObject({ code });
  });

  it('keys such as __proto__ are texts like others', async () => {
    const raw = await read('list.json', `{"a.png": "__proto__", "b.png": "constructor", "__proto__": "x"}`);
    expect(classesOf(raw)).toEqual(['__proto__', 'constructor']);
    expect(Object.keys({})).toEqual([]);
  });

  it('a list without pictures names what is missing', async () => {
    await expect(importThese([memoryFile('list.json', JSON.stringify(entries))])).rejects.toMatchObject({
      code: 'NO_IMAGES',
    });
  });

  it('a note in JSON beside class folders stays a note', async () => {
    const folders = names.map((name, i) =>
      memoryFile(`set/${labels[i]}/${name}.png`, flatPng(4, 4, [i, 1, 2])),
    );
    const raw = await importThese([...folders, memoryFile('set/info.json', '{"author": "me", "a": [1, 2]}')]);
    expect(raw.classNames).toEqual(['cat', 'dog']);
  });
});

describe('several labels of one picture', () => {
  const table = (rows: readonly string[][]) =>
    read('labels.csv', rows.map((row) => row.join(',')).join('\n'));

  it('the finest of several label columns is the class, the others are kept', async () => {
    const raw = await table([
      ['file', 'coarse_label', 'fine_label', 'author'],
      ...names.map((name, i) => [`${name}.png`, i < 2 ? 'pet' : 'farm', labels[i]!, `p${i}`]),
    ]);
    expect(raw.labelName).toBe('fine_label');
    expect(classesOf(raw)).toEqual(labels);
    expect(raw.columns?.map(({ name, names: values }) => [name, values])).toEqual([
      ['coarse_label', ['farm', 'pet']],
    ]);
  });

  it('two folder levels keep the upper one', async () => {
    const raw = await importThese(
      ['pets/cat', 'pets/dog', 'farm/cow', 'farm/pig'].flatMap((folder, i) =>
        [0, 1].map((k) => memoryFile(`top/${folder}/${k}.png`, flatPng(4, 4, [i, k, 2]))),
      ),
    );
    expect(raw.classNames).toEqual(['farm/cow', 'farm/pig', 'pets/cat', 'pets/dog']);
    expect(raw.columns).toEqual([
      { name: 'top folder', names: ['farm', 'pets'], values: Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1]) },
    ]);
  });

  const omniglot = shared('data', 'omniglot-mit', 'images_background_small1.zip');
  it.skipIf(!omniglot)('Omniglot: alphabets above characters', { timeout: 60_000 }, async () => {
    const raw = await importThese(sourceFiles(omniglot!));
    expect(raw.classNames.length).toBe(136);
    expect(raw.columns?.map(({ name, names: values }) => [name, values.length])).toEqual([['top folder', 5]]);
  });
});
