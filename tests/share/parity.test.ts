import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/core/config';
import { builtins } from '../../src/data';
import { prepare } from '../../src/data/prepare';
import { methods } from '../../src/methods';
import { models } from '../../src/models';
import { catalogue, ready } from '../../src/share/catalogue';
import { METHODS, MODELS, moduleOf } from '../../src/share/parity/cover';
import { parityFiles } from '../../src/share/parity/files';
import { setupImages } from '../../src/trainer/images';
import { changeCases, modelCase, stepCases } from './parity-cases';

/** Debian's own Python has PyTorch; another one may be named. */
const PYTHON = process.env['CONDENSER_PYTHON'] ?? '/usr/bin/python3';
const usable = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'condenser-parity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TRAINED = [
  ...['ps-kd', 'kd', 'dml', 'bd-kd', 'at', 'fitnet', 'crd', 'dhkd', 'nd-loss', 'mixup-kd', 'one', 'mdcs'],
  ...[
    'tgeo-kd',
    'lelp',
    'lsskd',
    'rotnet',
    'trg',
    'scalekd',
    'proc-kd',
    'fantastic-gains',
    'multi-aspect-kd',
  ],
];
const key = (i: number) => `s${i + 1}`;

/** A small set-up: 200 glyphs, small networks, three epochs. */
const small = (from: number, ids: readonly string[]) =>
  checkConfig(
    {
      ...{ version: 1, dataset: { id: 'glyphs', params: { count: 400 } }, data: { size: 8 } },
      teacher: { model: { id: 'mlp', params: { width: 32, layers: 2 } }, epochs: 3 },
      students: ids.map((id, i) => ({
        ...{ key: key(from + i), method: { id }, optimizer: { rate: 0.02 } },
        model: {
          id: id === 's-kan' ? id : 'mlp',
          params: id === 's-kan' ? { width: 8, layers: 1 } : { width: 16, layers: 2 },
        },
        ...(id === 's-kan' ? { method: { id: 'kd' } } : {}),
      })),
      training: { epochs: 3, batchSize: 32, crop: 1, flip: true, cutout: 2 },
      regimes: [{ id: 'few-shot' }],
    },
    ready,
    catalogue,
  ).config;

/** A page holds a dozen students. */
const SMALL = small(0, TRAINED.slice(0, 11));
const MORE = small(11, [...TRAINED.slice(11), 's-kan', 'know2vec']);

function imagesOf() {
  const { dataset, data } = SMALL;
  if (dataset.source !== 'builtin') throw new Error('The set-up names a built-in data set.');
  const raw = builtins.get(dataset.id).generate(dataset.params, data.splitSeed, data.size);
  return setupImages(SMALL, prepare(raw, data));
}
const exported = (config = SMALL) => parityFiles(config, imagesOf(), (name) => name);
const setupOf = (files: ReturnType<typeof exported>) => JSON.parse(String(files['setup.json']));

const here = (name: string) => join(import.meta.dirname, name);
const idsIn = (path: string) => readdirSync(here(path)).map((file) => file.replace(/\.\w+$/, ''));

describe('Python files', () => {
  it('are called as methods and models are, with golden values for each that has some', () => {
    expect([...METHODS.keys()].filter((id) => !methods.has(id))).toEqual([]);
    expect([...MODELS.keys()].filter((id) => !models.has(id))).toEqual([]);
    expect(METHODS.size).toBeGreaterThanOrEqual(40);
    expect(MODELS.size).toBeGreaterThanOrEqual(9);
    const known = idsIn('../golden').map((file) => file.replace(/^\d+-/, ''));
    const written = known.filter((id) => METHODS.has(id) || MODELS.has(id));
    expect(idsIn('torch').sort()).toEqual(written.sort());
  });

  it('name the splits, and what they leave out', () => {
    const files = exported();
    const setup = setupOf(files);
    const rows = (name: string) =>
      String(files[`splits/${name}.csv`])
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[0]));
    const all = new Set([...rows('teacher'), ...rows('validation'), ...rows('test')]);
    expect(all.size).toBe(400);
    expect(rows('train').length).toBeLessThan(rows('teacher').length);
    expect(rows('train').length / rows('teacher').length).toBeCloseTo(setup.kept, 9);
    const more = exported(MORE);
    expect(setupOf(more).students.at(-1)).toMatchObject({ model: { id: 's-kan' } });
    const last = MORE.students.at(-1)?.key;
    expect(String(more['README.txt'])).toContain(`${last}: Losses only. Left out: the zoo of networks`);
    expect(String(more['methods/know2vec.py'])).toContain('def masked_rank');
    const saved = { ...SMALL.teacher, mode: 'saved' as const };
    const refused = { ...SMALL, teacher: saved, students: SMALL.students.slice(0, 2) };
    const notes = String(parityFiles(refused, imagesOf(), (name) => name)['README.txt']);
    expect(notes).toContain('s2: Losses only. A saved teacher is not part of the set-up.');
    expect(notes).not.toContain('s1:');
  });

  it.skipIf(!usable)(
    'compute what the page computes (needs PyTorch)',
    async () => {
      const all = (kind: string, from: ReadonlyMap<string, string>) =>
        [...from].map(([id, text]) => [`${kind}/${moduleOf(id)}.py`, text] as const);
      const [files, more] = [exported(), exported(MORE)];
      const setup = setupOf(files);
      for (const [name, content] of [
        ...all('methods', METHODS),
        ...all('models', MODELS),
        ...Object.entries(files),
        [
          'setup.json',
          JSON.stringify({ ...setup, students: [...setup.students, ...setupOf(more).students] }),
        ],
      ] as const) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
      const model = (id: string, image: readonly number[], changes: object) =>
        modelCase(folder, id, image, changes);
      const spaces = ['bspline', 'fast-rbf', 'rbf', 'cheby', 'jacobi', 'wavelet', 'relu'];
      const checks = {
        golden: idsIn('torch'),
        terms: await stepCases(),
        changes: await changeCases(),
        models: [
          model('mlp', [9, 7, 1], { width: 8 }),
          model('cnn', [13, 18, 3], { blocks: 2 }),
          model('cnn', [40, 23, 1], { blocks: 2, width: 4 }),
          model('cnn', [12, 12, 1], { blocks: 5, width: 2, head: 'average' }),
          model('resnet', [13, 11, 3], { depth: 14, width: 4 }),
          model('mobile', [17, 16, 1], { width: 4 }),
          model('vit', [13, 16, 3], { depth: 2, heads: '2', width: 8 }),
          model('hvit', [13, 18, 3], { stages: 3, heads: '2', width: 8, blocks: 1 }),
          ...spaces.map((space) => model('kan', [13, 5, 1], { space, width: 4 })),
          ...['phases', 'soft', 'hard'].map((selection) =>
            model('s-kan', [6, 5, 1], { selection, width: 8 }),
          ),
          model('conv-kan', [17, 9, 3], { width: 2 }),
          model('conv-kan', [12, 12, 1], { width: 2, space: 'wavelet' }),
        ],
        training: [...TRAINED, 's-kan'].map((_, i) => key(i)),
        configs: ['s2', 's5'],
      };
      writeFileSync(join(folder, 'checks.json'), JSON.stringify(checks));
      const { stdout, stderr, status } = spawnSync(
        PYTHON,
        [here('parity_check.py'), folder, here('../golden')],
        {
          encoding: 'utf8',
          maxBuffer: 1e8,
        },
      );
      const errors = stdout
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('['))
        .map((line) => JSON.parse(line) as [string, number]);
      expect(errors.filter(([, error]) => !(error < 1e-5))).toEqual([]);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const checked = new Set(errors.map(([name]) => name.split(/[ /]/)[0]));
      expect([...METHODS.keys()].filter((id) => !checked.has(id))).toEqual([]);
      expect(errors.length).toBeGreaterThan(1000);
    },
    120_000,
  );
});
