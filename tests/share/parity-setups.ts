/** Small set-ups whose exported Python is run, and their archives. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, checkConfig } from '../../src/core/config';
import type { AnyValues } from '../../src/core/params';
import { builtins } from '../../src/data';
import { prepare } from '../../src/data/prepare';
import { catalogue, ready } from '../../src/share/catalogue';
import { METHODS, MODELS, moduleOf } from '../../src/share/parity/cover';
import { type Files, parityFiles } from '../../src/share/parity/files';
import { setupImages } from '../../src/trainer/images';

/** Debian's own Python has PyTorch; another one may be named. */
const PYTHON = process.env['CONDENSER_PYTHON'] ?? '/usr/bin/python3';
export const usable = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

/** A method at some of its settings; 's-kan' is a student of that model. */
export type Trained = readonly [id: string, params?: AnyValues];

/** A page holds a dozen students. */
const MOST = 12;
export const key = (i: number) => `s${i + 1}`;
export const here = (name: string) => join(import.meta.dirname, name);

const student = (i: number, [id, params = {}]: Trained) => ({
  ...{ key: key(i), optimizer: { rate: 0.02 } },
  method: { id: id === 's-kan' ? 'kd' : id, params },
  model:
    id === 's-kan'
      ? { id, params: { width: 8, layers: 1 } }
      : { id: 'mlp', params: { width: 16, layers: 2 } },
});

/** Set-ups of 400 images, small networks and three epochs for any number of students. */
export function smallSetups(
  trained: readonly Trained[],
  dataset: 'glyphs' | 'shapes',
  regime: object,
): Config[] {
  const of = (from: number): Config =>
    checkConfig(
      {
        ...{ version: 1, dataset: { id: dataset, params: { count: 400 } }, data: { size: 8 } },
        teacher: { model: { id: 'mlp', params: { width: 32, layers: 2 } }, epochs: 3 },
        students: trained.slice(from, from + MOST).map((each, i) => student(from + i, each)),
        training: { epochs: 3, batchSize: 32, crop: 1, flip: true, cutout: 2 },
        regimes: [regime],
      },
      ready,
      catalogue,
    ).config;
  return Array.from({ length: Math.ceil(trained.length / MOST) }, (_, i) => of(MOST * i));
}

/** The images of a set-up, with four numbers imported with each. */
export function imagesOf(config: Config) {
  const { dataset, data } = config;
  if (dataset.source !== 'builtin') throw new Error('The set-up names a built-in data set.');
  const raw = builtins.get(dataset.id).generate(dataset.params, data.splitSeed, data.size);
  const rows = Float32Array.from({ length: 4 * raw.labels.length }, (_, i) => Math.sin(i));
  const numbers = { name: 'embeddings.csv', width: 4, rows, classes: {} };
  return setupImages(config, prepare({ ...raw, numbers }, data));
}

export const exported = (config: Config): Files => parityFiles(config, imagesOf(config), (name) => name);
export const setupOf = (files: Files) => JSON.parse(String(files['setup.json']));

/** Writes the archives of set-ups that differ in their students as one, with every method and model. */
export function writeArchive(folder: string, configs: readonly Config[]): void {
  const all = (kind: string, from: ReadonlyMap<string, string>) =>
    [...from].map(([id, text]) => [`${kind}/${moduleOf(id)}.py`, text] as const);
  const archives = configs.map(exported);
  const students = archives.flatMap((files) => setupOf(files).students);
  const setup = JSON.stringify({ ...setupOf(archives[0]!), students });
  const files = { ...Object.assign({}, ...archives), 'setup.json': setup } as Files;
  const known = [...all('methods', METHODS), ...all('models', MODELS)];
  for (const [name, content] of [...known, ...Object.entries(files)]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Runs the checks in Python: errors by name, and what else it said. */
export function check(folder: string, checks: object) {
  writeFileSync(join(folder, 'checks.json'), JSON.stringify(checks));
  const { stdout, stderr, status } = spawnSync(PYTHON, [here('parity_check.py'), folder, here('../golden')], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('['));
  return { errors: lines.map((line) => JSON.parse(line) as [string, number]), stderr, status };
}
