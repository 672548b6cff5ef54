/** What a worker holds of images: hardly more than their pixels, and whatever is made of them is what it was. */
import { expect, it } from 'vitest';
import type { ClassEdits } from '../../src/core/class-edits';
import type { Config, DataRole, Others } from '../../src/core/config';
import { Rng } from '../../src/core/rng';
import { applyEdits } from '../../src/data/edit-classes';
import { Fingerprint } from '../../src/data/fingerprint';
import { groupClasses } from '../../src/data/group-classes';
import { importFiles } from '../../src/data/import';
import type { RawImages, SourceFile } from '../../src/data/kit';
import { fingerprint, prepare } from '../../src/data/prepare';
import { SourceImages } from '../../src/data/source-images';
import { ready } from '../../src/share/catalogue';
import { Workspace } from '../../src/trainer/workspace';
import { npy } from '../data/support/arrays';
import { memoryFile } from '../data/support/files';
import { zip } from '../data/support/zip';
import { prove } from '../proof';

const SIDE = 32;
const IMAGES = 500;
const ONE = SIDE * SIDE * 3;
const data = { ...ready.data, size: SIDE };

const made = new Map<string, readonly SourceFile[]>();

/** Noise in six classes; no two sets are alike. */
function files(name: string): readonly SourceFile[] {
  const known = made.get(name);
  if (known) return known;
  const rng = new Rng(1, name);
  const words = Uint32Array.from({ length: (IMAGES * ONE) / 4 }, () => rng.below(2 ** 32));
  const labels = Uint8Array.from({ length: IMAGES }, () => rng.below(6));
  const pixels = npy('|u1', [IMAGES, SIDE, SIDE, 3], new Uint8Array(words.buffer));
  const entries = [
    { name: 'x_train.npy', data: pixels, method: 0 },
    { name: 'y_train.npy', data: npy('|u1', [IMAGES], labels), method: 0 },
  ];
  const dropped = [memoryFile(`${name}.npz`, zip(entries))];
  made.set(name, dropped);
  return dropped;
}

/** The same with a hash in the place of each array, which compares quickly. */
function hashed(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name} ${new Fingerprint().bytes(bytes).digest()}`;
  }
  if (value instanceof Map) return new Map([...value].map(([key, held]) => [key, hashed(held)]));
  if (Array.isArray(value)) return value.map(hashed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, hashed(held)]));
}

/** Bytes of every buffer that can be reached from here, each once. */
function bytesFrom(root: unknown): number {
  const seen = new Set<object>();
  const buffers = new Set<ArrayBufferLike>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
    else if (value instanceof Map) for (const entry of value) walk(entry);
    else if (value instanceof Set) for (const entry of value) walk(entry);
    else for (const held of Object.values(value)) walk(held);
  };
  walk(root);
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

const settings = (dataset: Config['dataset'], others?: Others): Config => ({
  ...ready,
  ...{ data, dataset },
  ...(others ? { others, regimes: [{ id: 'shifted-pool', params: {} }] } : {}),
});

async function take(workspace: Workspace, name: string, edits?: ClassEdits, role?: DataRole) {
  const held = await workspace.import(1, files(name), settings(ready.dataset), () => {}, edits, role);
  workspace.accept(1, role);
  const { fingerprint: print } = held.summary;
  return { source: 'own' as const, name, fingerprint: print, ...(edits ? { edits } : {}) };
}

const read = (name: string): Promise<RawImages> =>
  importFiles(files(name), { size: SIDE, channels: 0 }, () => {}, new AbortController().signal);

const dropping: ClassEdits = {
  classes: [
    [1, ''],
    [2, '0'],
  ],
};

it('is close to one times the pixels, with a class left out, and with a pool beside', async () => {
  const times: Record<string, number> = {};
  const workspace = new Workspace();
  const plain = await take(workspace, 'a');
  workspace.ensure(settings(plain));
  times['as read'] = bytesFrom(workspace) / (IMAGES * ONE);
  workspace.ensure(settings({ ...plain, edits: dropping }));
  times['a class left out'] = bytesFrom(workspace) / (IMAGES * ONE);
  const pool = await take(workspace, 'b', undefined, 'pool');
  workspace.ensure(settings({ ...plain, edits: dropping }, { pool }));
  times['with a pool'] = bytesFrom(workspace) / (2 * IMAGES * ONE);
  expect(Object.values(times).every((one) => one >= 1)).toBe(true);
  expect(Math.max(...Object.values(times))).toBeLessThan(1.1);
  prove(
    {
      id: 'bytes-of-images',
      area: 'Files',
      hazard: 'Images as read and images of the splits are held beside each other',
      promise: 'Each pixel is held once, so that classes can still be edited and images split anew',
      figure: Object.entries(times)
        .map(([what, one]) => `${what} ${one.toFixed(2)} times the pixels`)
        .join(', '),
    },
    expect.getState(),
  );
});

it('makes the same of them, however often they were edited, split and grouped', async () => {
  const raw = await read('a');
  const workspace = new Workspace();
  const plain = await take(workspace, 'a');
  const seeds = { ...data, splitSeed: 7 };
  const groups = { ...data, groups: 'two' as const };
  const cases: [Config['data'], ClassEdits | undefined][] = [
    [data, undefined],
    [data, dropping],
    [seeds, dropping],
    [groups, undefined],
    [
      { ...seeds, validation: 0.3, test: 0.1 },
      {
        classes: [
          [0, 'x'],
          [5, ''],
        ],
      },
    ],
    [data, undefined],
  ];
  for (const [values, edits] of cases) {
    const config = { ...settings({ ...plain, ...(edits ? { edits } : {}) }), data: values };
    const { dataset, summary } = workspace.ensure(config);
    const wanted = prepare(groupClasses(applyEdits(raw, edits), values.groups, values.splitSeed), values);
    expect(hashed(dataset)).toEqual(hashed(wanted));
    expect(summary.fingerprint).toBe(fingerprint(raw));
    expect(hashed(workspace.dropped(config).get(plain.fingerprint)?.())).toEqual(hashed(raw));
  }
});

it('of another size than the splits they are held as they are', async () => {
  const raw = await read('a');
  const dataset = prepare(raw, { ...data, size: 8 });
  const rows = { train: [], validation: [], test: [] };
  expect(hashed(SourceImages.beside(raw, raw, rows, dataset).raw())).toEqual(hashed(raw));
});

it('of a pool, what is stored with the run are the images as read', async () => {
  const raw = await read('b');
  const workspace = new Workspace();
  const plain = await take(workspace, 'a');
  const pool = await take(workspace, 'b', undefined, 'pool');
  const config = settings(plain, { pool });
  const { dataset } = workspace.ensure(config);
  const sources = workspace.dropped(config);
  expect(hashed(sources.get(pool.fingerprint)?.())).toEqual(hashed({ ...raw, unlabelled: true }));
  const resumed = new Workspace();
  resumed.restore(sources, config);
  expect(hashed(resumed.ensure(config).dataset)).toEqual(hashed(dataset));
});
