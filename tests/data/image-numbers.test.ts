/** Numbers that come in a file beside images: found by name, class or row, and kept with their images. */
import { describe, expect, it } from 'vitest';
import { dataSchema } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { applyEdits } from '../../src/data/edit-classes';
import type { RawImages, SourceFile } from '../../src/data/kit';
import { atSize, fingerprint, prepare } from '../../src/data/prepare';
import { withTraining } from '../../src/data/subset';
import { unlabelled } from '../../src/data/unlabelled';
import { npy } from './support/arrays';
import { memoryFile } from './support/files';
import { flatPng } from './support/png';
import { importThese } from './support/reading';
import { zip } from './support/zip';

const data = { ...defaults(dataSchema), size: 8 };
const rows = (folder: string, n: number) => Array.from({ length: n }, (_, i) => `${folder}/${i}.png`);
const paths = [...rows('cat', 12), ...rows('dog', 12), ...rows('unlabelled', 4)].map((p) => `set/${p}`);
/** Every picture says which it is in its first value. */
const images = paths.map((path, i) => memoryFile(path, flatPng(8, 8, [i, 255 - i, (i * 7) & 255])));
const text = (name: string, lines: readonly string[]) => memoryFile(`set/${name}`, lines.join('\n'));
const load = (...beside: SourceFile[]) => importThese([...images, ...beside], { size: 8, channels: 0 });
/** A number that says which picture it is about. */
const line = (path: string, i: number) => `${path},${i},${i + 0.5}`;
const rowsIn = ({ numbers, pool }: RawImages) => [[...numbers!.rows], [...(pool?.numbers ?? [])]];
const expected = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => [from + i, from + i + 0.5]).flat();

describe('numbers beside images', () => {
  it('are found by file name, in any order, with a heading and with folders of another place', async () => {
    const lines = paths.map((path, i) => line(path.replace('set', 'elsewhere/data'), i)).reverse();
    const raw = await load(text('logits.csv', ['file,a,b', ...lines]));
    expect(raw.labels).toHaveLength(24);
    expect(raw.numbers).toMatchObject({ name: 'logits.csv', width: 2 });
    expect(rowsIn(raw)).toEqual([expected(0, 24), expected(24, 28)]);
    expect(raw.notes).toContain('logits.csv gives 2 numbers for 28 of 28 images.');
    expect(raw.skipped).toEqual([]);
  });

  it('are found by row, and by class; those of nothing are counted', async () => {
    const lines = [line('3', 3), 'dog,7,8', 'nothing,1,1', line('25', 25)];
    const raw = await load(text('embeddings.csv', lines));
    const [own, pool] = rowsIn(raw);
    expect(own!.slice(6, 8)).toEqual([3, 3.5]);
    expect(own!.filter(Number.isNaN)).toHaveLength(46);
    expect(pool!.slice(2, 4)).toEqual([25, 25.5]);
    expect(raw.notes).toEqual([
      'embeddings.csv gives 2 numbers for 2 of 28 images and for 1 classes.',
      '1 rows of embeddings.csv name no image; they are not used.',
    ]);
    const { numbers } = prepare(raw, data);
    expect([...numbers!.classes]).toEqual([Number.NaN, Number.NaN, 7, 8]);
  });

  it('come as arrays with names, or in order', async () => {
    const floats = new Uint8Array(Float32Array.from(expected(0, 28)).buffer);
    const wide = 4 * Math.max(...paths.map((path) => path.length));
    const names = Buffer.alloc(28 * wide);
    paths.forEach((path, i) => {
      names.write(path.split('').join('\0\0\0'), i * wide, 'latin1');
    });
    const array = { name: 'logits.npy', data: npy('<f4', [28, 2], floats) };
    const named = { name: 'names.npy', data: npy(`<U${wide / 4}`, [28], names) };
    const npz = (...entries: { name: string; data: Uint8Array }[]) =>
      memoryFile('set/logits.npz', zip(entries));
    const ordered = await load(npz(array));
    expect(rowsIn(ordered)).toEqual([expected(0, 24), expected(24, 28)]);
    expect(rowsIn(await load(npz(array, named)))).toEqual(rowsIn(ordered));
    const packed = zip(images.map(({ path }, i) => ({ name: path, data: flatPng(8, 8, [i, 1, 2]) })));
    const outside = await importThese([memoryFile('set.zip', packed), npz(array)], { size: 8, channels: 0 });
    expect(outside.numbers?.rows).toEqual(ordered.numbers?.rows);
  });

  it.each([
    ['set/logits.csv', ['a,1', 'b,x'], 'line 2 is not a name and 1 numbers'],
    ['set/logits.csv', ['a,1'], 'No row of logits.csv is named after'],
    ['set/logits.csv', ['a'], 'needs a name and 1 to'],
  ])('%s %j is refused', async (path, lines, reason) => {
    await expect(load(memoryFile(path, lines.join('\n')))).rejects.toThrow(reason);
  });

  it('stay with their images through edits, splits, regimes and the pool', async () => {
    const raw = await load(text('numbers.csv', paths.map(line)));
    const only = applyEdits(raw, { classes: [[0, '']] });
    expect([...only.numbers!.rows]).toEqual(expected(12, 24));
    expect(atSize(raw, 4).numbers).toBe(raw.numbers);
    expect(fingerprint(raw)).not.toBe(fingerprint(await load()));
    const dataset = prepare(raw, data);
    const one = 8 * 8 * 3;
    /** The pictures say which they are in their first pixel. */
    const whole = (pixels: Uint8Array, count: number) =>
      Array.from({ length: count }, (_, i) => [pixels[i * one]!, pixels[i * one]! + 0.5]).flat();
    const { train } = dataset.splits;
    expect([...dataset.numbers!.rows]).toEqual(whole(train.pixels, train.count));
    const few = withTraining(dataset, { rows: Int32Array.of(1, 4), labels: Int32Array.of(0, 0) });
    expect([...few.numbers!.rows]).toEqual(whole(few.splits.train.pixels, 2));
    const pool = unlabelled(dataset, Int32Array.of(0, 2))!;
    expect([...pool.numbers!]).toEqual(whole(pool.pixels, pool.count));
  });
});
