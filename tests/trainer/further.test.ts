/** What a worker makes of a set-up with further data sets, and what it says where it cannot. */
import { describe, expect, it, vi } from 'vitest';
import type { Config, Others } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { shifts } from '../../src/data/shifts/index';
import { ready } from '../../src/share/catalogue';
import { Workspace } from '../../src/trainer/workspace';
import { flatPng } from '../data/support/png';
import { zip } from '../data/support/zip';

const glyphs = { ...ready.dataset, params: { ...(ready.dataset as { params: object }).params, count: 200 } };
const config = (others: Others, regime = 'two-domains'): Config => ({
  ...ready,
  dataset: glyphs as Config['dataset'],
  data: { ...ready.data, size: 8 },
  others,
  regimes: [{ id: regime, params: {} }],
});
const shift = (id: string) => ({
  source: 'shift' as const,
  id,
  params: defaults(shifts.get(id).params),
});

const grey = (value: number) => flatPng(8, 8, [value, value, value]);

/** Pictures by the names of their classes, 12 of each, none like another. */
const files = (names: readonly string[]) => {
  const entries = names.flatMap((name, k) =>
    Array.from({ length: 12 }, (_, i) => ({ name: `${name}/${i}.png`, data: grey(48 * k + 4 * i) })),
  );
  return [{ path: 'photos.zip', blob: new Blob([zip(entries) as Uint8Array<ArrayBuffer>]) }];
};

vi.mock('../../src/data/images', async (original) => ({
  ...(await original<typeof import('../../src/data/images')>()),
  decodeInBrowser: (await import('../data/support/png')).decodeInNode,
}));

async function dropped(workspace: Workspace, names: readonly string[]): Promise<Config> {
  const held = await workspace.import(1, files(names), config({}), () => {});
  workspace.accept(1, 'target');
  const { name, fingerprint } = held.summary;
  return config({ target: { source: 'own', name, fingerprint } });
}

describe('a shift', () => {
  it('of generated images is generated anew: no image has a twin', () => {
    const workspace = new Workspace();
    const plain = workspace.first(config({})).dataset;
    const seen = workspace.ensure(config({ target: shift('invert') })).dataset;
    expect(seen.splits.train.pixels).toEqual(plain.splits.train.pixels);
    expect(seen.pool?.count).toBe(plain.splits.train.count);
    const back = seen.pool!.pixels.map((value) => 255 - value);
    expect(back).not.toEqual(plain.splits.train.pixels);
    expect(seen.classNames).toEqual(plain.classNames);
  });

  it('is made once, and anew when the first set changes', () => {
    const workspace = new Workspace();
    const wanted = config({ target: shift('invert') });
    const { dataset } = workspace.ensure(wanted);
    expect(workspace.ensure(wanted).dataset).toBe(dataset);
    const other = { ...wanted, data: { ...wanted.data, splitSeed: 2 } };
    expect(workspace.ensure(other).dataset).not.toBe(dataset);
  });

  it('follows groups of classes', () => {
    const wanted = config({ target: shift('noise') });
    const grouped = { ...wanted, data: { ...wanted.data, groups: 'two' as const } };
    const { dataset } = new Workspace().ensure(grouped);
    expect(dataset.classNames).toHaveLength(2);
    expect(new Set(dataset.splits.test.labels)).toEqual(new Set([0, 1]));
  });
});

describe('images of one’s own', () => {
  const digits = Array.from({ length: 10 }, (_, i) => String(i));

  it('are fitted to the first set and kept for the run, by fingerprint', async () => {
    const workspace = new Workspace();
    const wanted = await dropped(workspace, digits.slice(0, 4));
    const { dataset, summary } = workspace.ensure(wanted);
    expect(dataset.shape).toEqual(summary.shape);
    expect(dataset.pool!.count + dataset.splits.validation.count + dataset.splits.test.count).toBe(48);
    expect(Math.max(...dataset.splits.test.labels)).toBe(3);
    const sources = workspace.dropped(wanted);
    const target = wanted.others!.target as { fingerprint: string };
    expect([...sources.keys()]).toEqual([target.fingerprint]);
    const resumed = new Workspace();
    resumed.restore(sources, wanted);
    expect(resumed.ensure(wanted).dataset).toEqual(dataset);
  });

  it('are asked for when they are not there, and refused when they are others', async () => {
    const workspace = new Workspace();
    const wanted = await dropped(workspace, digits.slice(0, 4));
    const fresh = new Workspace();
    expect(fresh.others(wanted)).toEqual({
      target: { problem: "Drop the images of 'photos' on the page.", absent: true },
    });
    expect(() => fresh.ensure(wanted)).toThrow(/Drop the images of 'photos'/);
    await dropped(fresh, digits.slice(0, 3));
    expect(fresh.others(wanted).target).toMatchObject({ absent: true });
    expect(() => fresh.ensure(wanted)).toThrow(/fingerprints differ/);
  });

  it('with other classes are refused by name, until edits give them the names they have', async () => {
    const workspace = new Workspace();
    const wanted = await dropped(workspace, ['0', '1', 'two']);
    expect(workspace.others(wanted).target).toMatchObject({
      problem: expect.stringMatching(/no class called 'two'.*'2', '3'/),
      absent: false,
    });
    const target = { ...(wanted.others!.target as object), edits: { classes: [[2, '2']] } };
    const edited = { ...wanted, others: { target } } as unknown as Config;
    expect(workspace.others(edited).target).toMatchObject({ summary: { classNames: ['0', '1', '2'] } });
    expect(workspace.ensure(edited).dataset.pool?.count).toBeGreaterThan(20);
  });
});

it('a regime without its further set says how to get one; without the regime it is not used', () => {
  const workspace = new Workspace();
  expect(() => workspace.ensure(config({}))).toThrow(/Two domains needs a target domain. Add one under Data/);
  expect(() => workspace.ensure(config({}, 'shifted-pool'))).toThrow(/needs a pool/);
  const unused = { ...config({ target: shift('invert') }), regimes: [] };
  expect(workspace.ensure(unused).dataset.pool).toBeUndefined();
});
