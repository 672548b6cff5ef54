import { expect, test } from 'vitest';
import { resultsPage } from '../../src/cli/results/page';
import { planOf } from '../../src/cli/results/plan';
import { acrossRegimes, regimeWords } from '../../src/cli/results/regimes';
import type { Row, Section } from '../../src/share/results';

const row = (id: string, accuracies: readonly number[]): Row => ({
  id,
  name: id,
  model: 'a net',
  parameters: 10,
  n: accuracies.length,
  diverged: 0,
  values: { accuracy: Object.fromEntries(accuracies.map((value, seed) => [String(seed), value])) },
  metrics: {},
  claims: [],
});

const section = (regime: string | undefined, rows: readonly Row[], kept = 100): Section => ({
  dataset: {
    name: regime ? `Glyphs, ${regime}` : 'Glyphs',
    classes: 10,
    shape: '8 x 8 x 1',
    train: 1000,
    ...(regime ? { kept } : {}),
    ...{ validation: 10, test: 10 },
  },
  ...(regime ? { regime } : {}),
  command: 'npm run results',
  config: {},
  budget: { epochs: 1, teacherEpochs: 1, batchSize: 64, optimizer: 'adam', rate: 0.003 },
  backend: 'cpu',
  commits: ['abc'],
  versions: {},
  minutes: 1,
  failures: [],
  teacher: row('teacher', [0.9, 0.9, 0.9]),
  rows,
});

const lot = section('data-pruning:share=0.1', [
  row('kd', [0.5, 0.6, 0.7]),
  row('labels-only', [0.4, 0.5, 0.61]),
]);
const hard = section('data-pruning:share=0.1,score=el2n', [
  row('kd', [0.3, 0.4, 0.5]),
  row('labels-only', [0.2, 0.3, 0.4]),
]);

test('students with a teacher are compared with labels alone under the other choice', () => {
  const lines = acrossRegimes([lot, hard]).filter((line) => line.startsWith('-'));
  expect(lines).toEqual([
    '- `kd` with `data-pruning:share=0.1` against `labels-only` with `data-pruning:share=0.1,score=el2n`: +30.0 ± 0.0, **shows**.',
    '- `kd` with `data-pruning:share=0.1,score=el2n` against `labels-only` with `data-pruning:share=0.1`: −10.3 ± 0.6, **does not show**.',
  ]);
});

test('only what keeps equally many of the same images is compared', () => {
  expect(acrossRegimes([lot, section(undefined, hard.rows)])).toEqual([]);
  expect(acrossRegimes([lot, section(hard.regime, hard.rows, 50)])).toEqual([]);
});

test('the page says how many images the students see', () => {
  const page = resultsPage({ version: 1, sections: [lot] });
  expect(page).toContain('## Glyphs, data-pruning:share=0.1\n');
  expect(page).toContain('1,000 images to train (students see 100 of them: `data-pruning:share=0.1`)');
  expect(page).not.toContain('Regimes compared');
});

test('the plan takes regimes, states them, and keeps their records apart', () => {
  const plan = (...args: string[]) => planOf(['--methods', 'kd', ...args]).parts[0]!;
  const pruned = plan('--regime', 'data-pruning:share=0.1', '--regime', 'label-noise');
  expect(regimeWords(pruned.jobs[0]!.config)).toEqual(['label-noise', 'data-pruning:share=0.1']);
  expect(pruned.command).toContain('--regime data-pruning:share=0.1 --regime label-noise');
  expect(pruned.jobs[0]!.folder).not.toBe(plan().jobs[0]!.folder);
  expect(() => plan('--regime', 'magic')).toThrow("no regime 'magic'");
});
