/** Pictures without labels beside a labelled set: kept apart, never a class, never in a split. */
import { describe, expect, it } from 'vitest';
import { dataSchema } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { poolOf } from '../../src/data/domains';
import { applyEdits } from '../../src/data/edit-classes';
import { atSize, fingerprint, prepare } from '../../src/data/prepare';
import { withTraining } from '../../src/data/subset';
import { summarise } from '../../src/data/summary';
import { unlabelled } from '../../src/data/unlabelled';
import { factsOf } from '../../src/state/dataset-report';
import { memoryFile } from './support/files';
import { flatPng } from './support/png';
import { importThese } from './support/reading';
import { zip } from './support/zip';

const data = { ...defaults(dataSchema), size: 8 };
const colour = (i: number) => flatPng(8, 8, [i, 255 - i, (i * 7) & 255]);

/** Twelve pictures of each of two classes below `above`, and five of the pool. */
function paths(above: string, pool: string): string[] {
  const rows = (folder: string, n: number) => Array.from({ length: n }, (_, i) => `${folder}/${i}.png`);
  return [...rows(`${above}cat`, 12), ...rows(`${above}dog`, 12), ...rows(pool, 5)].map((p) => `set/${p}`);
}
const files = (names: readonly string[]) => names.map((path, i) => memoryFile(path, colour(i)));

describe('a folder of pictures without labels', () => {
  it.each([
    ['', 'unlabelled'],
    ['', 'Unlabeled'],
    ['', 'unlabelled/deeper'],
    ['train/', 'pool'],
    ['train/', 'unsup'],
  ])('below %j with pool %j is kept apart', async (above, pool) => {
    const raw = await importThese(files(paths(above, pool)), { size: 8, channels: 0 });
    expect(raw.classNames).toEqual(['cat', 'dog']);
    expect(raw.labels).toHaveLength(24);
    expect(raw.pool).toMatchObject({ name: pool.split('/')[0], count: 5 });
    for (let i = 0; i < 5; i++) expect(raw.pool?.pixels[i * 192], `${i}`).toBe(24 + i);
  });

  it('the same in a zip', async () => {
    const archive = zip(paths('', 'unlabeled').map((name, i) => ({ name, data: colour(i) })));
    const raw = await importThese([memoryFile('a.zip', archive)], { size: 8, channels: 0 });
    expect([raw.labels.length, raw.pool?.count]).toEqual([24, 5]);
  });

  it('a class may be called pool; the report says how it is read', async () => {
    const raw = await importThese(files(paths('', 'pool')), { size: 8, channels: 0 });
    expect(raw.classNames).toEqual(['cat', 'dog', 'pool']);
    expect(raw.pool).toBeUndefined();
    expect(raw.notes?.join()).toContain("call it 'unlabelled'");
  });

  it('alone it is refused, and one class beside it is too few', async () => {
    const only = (part: string) => files(paths('', 'unlabelled').filter((path) => !path.includes(part)));
    await expect(importThese(only('cat'))).rejects.toThrow(/one class only/);
    await expect(importThese(files(['set/unlabelled/1.png', 'set/unlabelled/2.png']))).rejects.toThrow(
      /add a pool under Data/,
    );
  });
});

describe('a pool', async () => {
  const raw = await importThese(files(paths('', 'unlabelled')), { size: 8, channels: 0 });
  const dataset = prepare(raw, data);

  it('is in no split and changes no figure of the labelled images', () => {
    const { pool: _, ...without } = raw;
    const plain = prepare(without, data);
    expect(dataset.pool?.count).toBe(5);
    expect({ ...dataset, pool: 0, fingerprint: 0 }).toEqual({ ...plain, pool: 0, fingerprint: 0 });
    expect(dataset.fingerprint).not.toBe(plain.fingerprint);
  });

  it('belongs to the fingerprint, goes through edits, sizes and regimes', () => {
    const pool = { ...raw.pool!, pixels: raw.pool!.pixels.map((value) => value ^ 1) };
    expect(fingerprint({ ...raw, pool })).not.toBe(fingerprint(raw));
    expect(applyEdits(raw, { classes: [[0, 'lion']] }).pool).toBe(raw.pool);
    expect(atSize(raw, 4).pool).toMatchObject({ count: 5, pixels: { length: 5 * 4 * 4 * 3 } });
    const fewer = withTraining(dataset, { rows: Int32Array.of(0), labels: Int32Array.of(0) });
    expect(fewer.pool).toBe(dataset.pool);
  });

  it('is in the report, with what of it is held out too', () => {
    const test = dataset.splits.test.pixels.subarray(0, 8 * 8 * 3);
    const twice = { ...dataset.pool!, pixels: Uint8Array.from([...test, ...dataset.pool!.pixels]), count: 6 };
    const leaking = { ...dataset, pool: twice };
    const summary = summarise({ source: raw, edits: undefined, raw, dataset: leaking }, 1);
    expect(summary.pool).toEqual({ name: 'unlabelled', count: 6, heldOut: 1 });
    expect(summary.warnings.join()).toContain("1 image of 'unlabelled' also in validation or test");
    expect(factsOf(summary)).toContainEqual({
      name: 'Without labels',
      text: "6, kept as a pool ('unlabelled')",
    });
  });

  it('of a run: those of the set, then training images, none equal to a held-out one', () => {
    const one = dataset.pool!.pixels.length / 5;
    const { train, test } = dataset.splits;
    const held = test.pixels.subarray(0, one);
    const pixels = Uint8Array.from([...held, ...dataset.pool!.pixels]);
    const leaking = { ...dataset, pool: { ...dataset.pool!, pixels, count: 6 } };
    const pool = unlabelled(leaking, Int32Array.of(2, 3))!;
    expect(pool.count).toBe(7);
    expect(pool.pixels.subarray(0, 5 * one)).toEqual(dataset.pool!.pixels);
    expect(pool.pixels.subarray(5 * one)).toEqual(train.pixels.subarray(2 * one, 4 * one));
    const { pool: _, ...without } = dataset;
    expect(unlabelled(without, Int32Array.of())).toBeUndefined();
    expect(unlabelled(without, Int32Array.of(1))).toMatchObject({ name: 'unlabelled', count: 1 });
    const copied = Uint8Array.from([...held, ...train.pixels.subarray(one)]);
    const twice = { ...without, splits: { ...dataset.splits, train: { ...train, pixels: copied } } };
    expect(unlabelled(twice, Int32Array.of(0))).toBeUndefined();
  });
});

describe('read as a pool', () => {
  const asPool = { size: 8, channels: 0 as const, unlabelled: true };

  it.each([
    ['pictures in no folder', ['a.png', 'b.png', 'c.png']],
    ['a flat folder', ['photos/a.png', 'photos/b.png', 'photos/c.png']],
    ['a folder called unlabelled', ['set/unlabelled/a.png', 'set/unlabelled/b.png', 'set/unlabelled/c.png']],
  ])('%s is accepted, all of it without labels', async (_, names) => {
    const alone = await importThese(files(names), asPool);
    const set = prepare(alone, data);
    expect(alone.classNames).toHaveLength(1);
    expect(poolOf(set, true)).toMatchObject({ count: 3, pixels: { length: 3 * 8 * 8 * 3 } });
    const { warnings } = summarise({ source: alone, edits: undefined, raw: alone, dataset: set }, 0);
    expect(warnings.join()).not.toMatch(/classes|images in/);
  });

  it('it keeps the classes it has', async () => {
    const raw = await importThese(files(paths('', 'unlabelled')), asPool);
    expect([raw.classNames, raw.pool?.count]).toEqual([['cat', 'dog'], 5]);
  });
});
