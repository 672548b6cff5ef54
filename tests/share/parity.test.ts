import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { methods } from '../../src/methods';
import { models } from '../../src/models';
import { METHODS, MODELS } from '../../src/share/parity/cover';
import { parityFiles } from '../../src/share/parity/files';
import { changeCases, modelCase, stepCases } from './parity-cases';
import {
  check,
  exported,
  here,
  imagesOf,
  key,
  setupOf,
  smallSetups,
  type Trained,
  usable,
  writeArchive,
} from './parity-setups';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), 'condenser-parity-'));
  folders.push(folder);
  return folder;
}

const TRAINED: readonly Trained[] = [
  ...['ps-kd', 'kd', 'dml', 'bd-kd', 'at', 'fitnet', 'crd', 'dhkd', 'nd-loss', 'mixup-kd', 'one', 'mdcs'],
  ...['tgeo-kd', 'lelp', 'lsskd', 'rotnet', 'trg', 'scalekd', 'proc-kd', 'fantastic-gains', 's-kan'],
].map((id) => [id]);

/** At settings that need more than the run's teacher and labels: own teachers, a pool, what is known of images. */
const FURTHER: readonly Trained[] = [
  ['rotnet', { guide: 0.5, features: 'frozen', turns: '2' }],
  ['rotnet', { features: 'frozen', readout: 'mlp', rates: 'released' }],
  ['mixup-kd', { teacher: 'blends' }],
  ['kdcl', { rule: 'general', peers: 3 }],
  ['lelp', { directions: 'clusters' }],
  ['lelp', { directions: 'finer' }],
  ['proc-kd', { source: 'random', answers: 'augmented' }],
  ['multi-aspect-kd'],
  ['multi-aspect-kd', { source: 'file' }],
  ['fantastic-gains', { slow: true, order: 'turns' }],
  ['dho'],
  ['dho', { source: 'prototypes' }],
  ['dho', { source: 'embedding', head: 'cosine', scale: 10 }],
  ['gdcan', { alpha: 0.2 }],
  ['kd3'],
  ['kd3', { match: 'confident', cutoff: 0.4 }],
  ['scalearn'],
  ['scalearn', { transfer: 'fusion', pretext: 'rotation' }],
  ['knowledge-concentration'],
  ['knowledge-concentration', { distill: false, layers: 'shared' }],
];

const [SMALL, MORE] = smallSetups([...TRAINED, ['know2vec']], 'glyphs', { id: 'few-shot' });
const POOLED = smallSetups(FURTHER, 'shapes', { id: 'labelled-fraction', params: { share: 50 } });

const idsIn = (path: string) => readdirSync(here(path)).map((file) => file.replace(/\.\w+$/, ''));
const wrong = (errors: readonly [string, number][]) => errors.filter(([, error]) => !(error < 1e-5));

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
    const files = exported(SMALL!);
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
    const more = exported(MORE!);
    expect(setupOf(more).students.at(-1)).toMatchObject({ model: { id: 's-kan' } });
    const last = MORE!.students.at(-1)?.key;
    expect(String(more['README.txt'])).toContain(`${last}: Losses only. Left out: the zoo of networks`);
    expect(String(more['methods/know2vec.py'])).toContain('def masked_rank');
    const saved = { ...SMALL!.teacher, mode: 'saved' as const };
    const refused = { ...SMALL!, teacher: saved, students: SMALL!.students.slice(0, 2) };
    const notes = String(parityFiles(refused, imagesOf(SMALL!), (name) => name)['README.txt']);
    expect(notes).toContain('s2: Losses only. A saved teacher is not part of the set-up.');
    expect(notes).not.toContain('s1:');
  });

  it('hold images without labels for those who see some, and say who misses them', () => {
    const [first, second] = POOLED.map(exported);
    const rows = (name: string) => String(first![`splits/${name}.csv`]).trim().split('\n').length - 1;
    const pixels = 8 * 8 * 3;
    expect(first!['pool.npy']!.length).toBe(128 + (rows('teacher') - rows('train')) * pixels);
    expect(Object.keys(second!)).toContain('numbers.npz');
    expect(JSON.parse(String(first!['attributes.json'])).colour.length).toBe(rows('teacher'));
    expect(Object.keys(exported(SMALL!))).not.toContain('pool.npy');
    const without = { ...POOLED[0]!, regimes: [] };
    const notes = String(parityFiles(without, imagesOf(without), (name) => name)['README.txt']);
    expect(notes).toContain('s11: Losses only. The set-up has no images without labels.');
    const kept = SMALL!.students.map((each) => ({ ...each, members: { 'zoo-1': 'n1' } }));
    const members = { ...SMALL!, students: kept };
    expect(String(parityFiles(members, imagesOf(members), (name) => name)['README.txt'])).toContain(
      's1: Losses only. Kept networks are not part of the set-up.',
    );
  });

  it.skipIf(!usable)(
    'compute what the page computes (needs PyTorch)',
    async () => {
      const folder = folderFor();
      writeArchive(folder, [SMALL!, MORE!]);
      const model = (id: string, image: readonly number[], changes: object) =>
        modelCase(folder, id, image, changes);
      const spaces = ['bspline', 'fast-rbf', 'rbf', 'cheby', 'jacobi', 'wavelet', 'relu'];
      const { errors, stderr, status } = check(folder, {
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
        training: TRAINED.map((_, i) => key(i)),
        configs: ['s2', 's5'],
      });
      expect(wrong(errors)).toEqual([]);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const checked = new Set(errors.map(([name]) => name.split(/[ /]/)[0]));
      expect([...METHODS.keys()].filter((id) => !checked.has(id))).toEqual([]);
      expect(errors.length).toBeGreaterThan(1000);
    },
    120_000,
  );

  it.skipIf(!usable)(
    'train what asks for own teachers, a pool or what else is known (needs PyTorch)',
    () => {
      const folder = folderFor();
      writeArchive(folder, POOLED);
      const training = FURTHER.map((_, i) => key(i));
      const none = { golden: [], terms: [], changes: [], models: [], configs: [] };
      const { errors, stderr, status } = check(folder, { ...none, training });
      expect(stderr).toBe('');
      expect(wrong(errors)).toEqual([]);
      expect([status, errors.length]).toEqual([0, training.length]);
    },
    60_000,
  );
});
