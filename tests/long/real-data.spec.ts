/** Methods that need more than labelled images, on real ones, from the terminal through the browser. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { shared } from '../data/support/files';
import { ROOT } from './series';

const folder = shared('data') ?? '';

const FASHION = 'fashion-900';
const CLOTHING = 'clothing-cc0/clothing_3781_64px_train_val_test.zip';
const DIGITS = 'mnist-t10k/mnist_10k_keras_style.npz';
const OBJECTS = 'cifar10-subset/cifar10_2500_binary.tar.gz';
const CELLS = 'bloodcells-mit/bloodcells_32px_medmnist_style.npz';
const ALPHABETS = 'omniglot-mit/images_background_small1.zip';

interface Case {
  readonly method: string;
  readonly of: string;
  readonly data: string;
  readonly target?: string;
  readonly pool?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** What differs from the ready set-up besides. */
  readonly setup?: Readonly<Record<string, unknown>>;
  /** Without a student that sees labels beside it. */
  readonly alone?: boolean;
  /** Metrics that belong to the regime, of the final test. */
  readonly metrics?: readonly string[];
  /** What the student passes: well above chance, well below what it reached. Accuracy, where no picture is named. */
  readonly above: number;
  /** The picture, and the place in it, of the number that takes the place of accuracy. */
  readonly picture?: readonly [key: string, at: number];
}

/** Classes by their numbers in the file; '' leaves one out. The fingerprints are of 8 pixels. */
const GARMENTS = {
  dataset: {
    ...{ source: 'own', name: 'fashion', fingerprint: '073c3730fd552171' },
    edits: {
      classes: ['t-shirt', 'pants', 'longsleeve', 'dress', 'outwear', '', 'shirt', 'shoes', '', ''].map(
        (name, number) => [number, name],
      ),
    },
  },
  others: {
    target: {
      ...{ source: 'own', name: 'photos', fingerprint: '574af7ddb18e8633' },
      edits: { classes: [1, 7, 8].map((number) => [number, '']) },
    },
  },
};

const CASES: readonly Case[] = [
  {
    ...{ method: 'knowledge-concentration', of: 'characters in alphabets, two levels of folders' },
    // Of the characters of an alphabet (27 on average), the average precision: 0.04 by chance.
    ...{ data: ALPHABETS, setup: { training: { epochs: 8 } }, picture: ['mean', 0], above: 0.06 },
  },
  {
    ...{ method: 'dho', of: 'digits of which a tenth has labels', data: DIGITS, above: 0.3 },
    setup: { regimes: [{ id: 'labelled-fraction', params: { share: 10 } }] },
  },
  {
    ...{ method: 'kd3', of: 'garments, seen on photos only', data: FASHION, pool: CLOTHING },
    // Nothing learns these garments from photos of 8 pixels (plain distillation stays at chance too): what is seen to
    // work is the choice, the share of photos that both networks are sure of.
    ...{ picture: ['course', 1], above: 0.02 },
    // Whoever learns from labels has no place beside it: the labelled images are hidden from students.
    setup: { regimes: [{ id: 'shifted-pool' }], teacher: { epochs: 8 } },
    alone: true,
  },
  {
    method: 'fantastic-gains',
    of: 'garments',
    data: FASHION,
    setup: { training: { epochs: 8 } },
    above: 0.25,
  },
  {
    ...{ method: 'mdcs', of: 'blood cells of which some kinds are rare', data: CELLS, above: 0.5 },
    setup: { regimes: [{ id: 'long-tailed', params: { factor: 20 } }] },
    metrics: ['many-shot', 'medium-shot', 'few-shot'],
  },
  {
    ...{ method: 'proc-kd', of: 'objects, from a teacher of other objects', data: OBJECTS, above: 0.22 },
    setup: { regimes: [{ id: 'label-space-split' }] },
  },
  {
    ...{ method: 'scalearn', of: 'alphabets, after characters', data: ALPHABETS, above: 0.22 },
    setup: {
      dataset: {
        source: 'own',
        name: 'alphabets',
        fingerprint: '649b682bb51f7a5a',
        edits: { target: 'top folder' },
      },
      regimes: [{ id: 'multi-task' }],
    },
  },
  { method: 'twin-merging', of: 'digits', data: DIGITS, above: 0.3 },
  {
    ...{ method: 'know2vec', of: 'digits', data: DIGITS, above: 0.3 },
    params: { tasks: 6, steps: 2 },
  },
  { method: 'lsskd', of: 'objects', data: OBJECTS, above: 0.15 },
  {
    ...{ method: 'gdcan', of: 'drawn garments and photos of them', data: FASHION, target: CLOTHING },
    ...{ setup: { ...GARMENTS, regimes: [{ id: 'two-domains' }] }, above: 0.18 },
  },
];

interface Learner {
  readonly id: string;
  readonly state: { readonly kind: string };
  readonly splits: { readonly test: { readonly metrics: Readonly<Record<string, number>> } };
  readonly pictures?: Readonly<Record<string, { readonly last: readonly number[] }>>;
}

for (const one of CASES) {
  const { method, of, data, target, pool, params, setup, alone, metrics = [], picture, above } = one;
  test(`${method}: ${of}`, () => {
    test.skip(!folder, 'The shared data are not here; CONDENSER_SHARED names their folder.');
    test.setTimeout(600_000);
    const out = mkdtempSync(join(tmpdir(), 'condenser-long-'));
    const config = join(out, 'config.json');
    const { teacher, ...rest } = setup ?? {};
    const raw = {
      ...{ version: 1, data: { size: 8 }, training: { epochs: 4 } },
      teacher: { model: { id: 'cnn', params: { width: 4 } }, epochs: 4, ...(teacher ?? {}) },
      students: [...(alone ? [] : ['labels-only']), method].map((id) => ({
        ...{ key: id, method: { id, ...(id === method && params ? { params } : {}) } },
      })),
      ...rest,
    };
    writeFileSync(config, JSON.stringify(raw));
    const also = [
      ...(target ? ['--target', join(folder, target)] : []),
      ...(pool ? ['--pool', join(folder, pool)] : []),
    ];
    const { status, stderr } = spawnSync(
      'node',
      ['scripts/condenser.mjs', 'run', config, '--data', join(folder, data), ...also, '--out', out],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    const { learners } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as {
      learners: Learner[];
    };
    for (const { id, state } of learners) expect(state.kind, id).toBe('finished');
    const student = learners.at(-1);
    const measured = student?.splits.test.metrics ?? {};
    for (const metric of ['accuracy', ...metrics]) {
      expect(measured[metric], metric).toBeGreaterThanOrEqual(0);
      expect(measured[metric], metric).toBeLessThanOrEqual(1);
    }
    const [key, at] = picture ?? [];
    const seen = key === undefined ? measured['accuracy'] : student?.pictures?.[key]?.last[at ?? 0];
    expect(seen, key ?? 'accuracy').toBeGreaterThan(above);
    rmSync(out, { recursive: true });
  });
}
