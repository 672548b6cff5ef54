import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { methods } from '../../src/methods/index';
import type { Results, Row, Section } from '../../src/share/results';
import { routeOf } from '../../src/state/route';
import { shades } from '../../src/ui/methods/GridTable';
import { budgetText, claimText, costOf, linesOf, originText, partsOf } from '../../src/ui/methods/words';

const spreadOf = (mean: number, sd?: number) => ({ n: 2, mean, ...(sd === undefined ? {} : { sd }) });

function row(id: string, times: Record<string, number>, more: Partial<Row> = {}): Row {
  return {
    ...{ id, name: id, model: 'cnn 4', parameters: 10, n: 2, diverged: 0, claims: [] },
    values: { millisecondsPerStep: times },
    metrics: { accuracy: spreadOf(0.5, 0.01), nll: spreadOf(1.25), millisecondsPerStep: spreadOf(4, 1) },
    ...more,
  };
}

const section = (name: string, backend: string, rows: readonly Row[]): Section => ({
  dataset: { name, classes: 3, shape: '8 x 8 x 1', train: 1200, validation: 10, test: 20 },
  command: '',
  config: {},
  budget: { epochs: 4, teacherEpochs: 4, batchSize: 64, optimizer: 'adam', rate: 0.003 },
  backend,
  commits: ['abc'],
  versions: {},
  minutes: 1,
  failures: [],
  teacher: row('teacher', {}),
  rows,
});

const base = row('labels-only', { 1: 2, 2: 3 });
const results: Results = {
  version: 1,
  sections: [
    section('A', 'condenser on pixel (software)', [base, row('kd', { 1: 12, 2: 13 })]),
    section('B', 'condenser on card', [
      base,
      row('kd', { 1: 2.5, 2: 3.5, 3: 90 }, { gain: spreadOf(-0.021, 0.004), diverged: 1 }),
    ]),
    section('C', 'condenser on card', [base]),
  ],
};

describe('measured results of a method', () => {
  it('take the cost from a graphics card, seed by seed, and name the adapter', () => {
    const cost = costOf(partsOf(results, 'kd'))!;
    expect(cost.short).toBe('+0.5 ± 0.0 ms/step');
    expect(cost.long).toContain('(N = 2), on condenser on card; B, 8 x 8 x 1, batches of 64.');
    const software = costOf(partsOf({ ...results, sections: results.sections.slice(0, 1) }, 'kd'))!;
    expect(software.short).toBe('+10.0 ± 0.0 ms/step, software adapter');
  });
  it('have no cost for another network, for labels-only and where nothing was timed', () => {
    const other = section('A', 'x', [base, row('kd', { 1: 9 }, { model: 'cnn 8' })]);
    expect(costOf(partsOf({ version: 1, sections: [other] }, 'kd'))).toBeUndefined();
    expect(costOf(partsOf(results, 'labels-only'))).toBeUndefined();
    expect(costOf(partsOf(results, 'dkd'))).toBeUndefined();
    expect(partsOf(undefined, 'kd')).toEqual([]);
  });
  it('say what is missing', () => {
    const [, part, missing] = partsOf(results, 'kd');
    expect(linesOf(part!).map((line) => [line.label, line.own])).toEqual([
      ['Accuracy', '50.0% ± 1.0'],
      ['Gain', '−2.1 ± 0.4'],
      ['NLL', '1.250'],
      ['ECE', 'not measured yet'],
      ['Agreement', 'not measured yet'],
      ['ms per step', '4.0 ± 1.0'],
    ]);
    expect(budgetText(part!)).toBe(
      '3 classes, 8 x 8 x 1 · 1,200 training images · 4 epochs · cnn 4 · N = 2, 1 diverged',
    );
    expect(missing!.row).toBeUndefined();
    expect(originText(partsOf(results, 'kd'))).toBe(
      'Measured with condenser on pixel (software); condenser on card; source abc.',
    );
  });
  it('hold a claim against the numbers', () => {
    const claim = { metric: 'ece', better: 'lower', against: 'kd' } as const;
    const difference = { n: 3, mean: -0.012, sd: 0.002 };
    const name = (id: string) => id.toUpperCase();
    expect(claimText({ ...claim, difference, verdict: 'shows' }, name)).toEqual({
      verdict: 'Shows at this scale',
      text: 'lower ECE than KD (−1.2 ± 0.2 points, N = 3)',
    });
    expect(claimText({ ...claim, difference, verdict: 'does not show' }, name).verdict).toBe(
      'Does not show at this scale',
    );
    expect(claimText({ ...claim, verdict: 'not measured' }, name)).toEqual({
      verdict: 'Not measured yet',
      text: 'lower ECE than KD',
    });
  });
  it('are read from the file the project ships', () => {
    const shipped: Results = JSON.parse(
      readFileSync(new URL('../../docs/results.json', import.meta.url), 'utf8'),
    );
    const known = shipped.sections.flatMap((s) => (s.trial ? [s.trial.method] : s.rows.map((r) => r.id)));
    expect(known.filter((id) => !methods.has(id))).toEqual([]);
    const [part] = partsOf(shipped, 'kd').filter((p) => p.row);
    expect(linesOf(part!).map((line) => line.own)).not.toContain('not measured yet');
    const { long } = costOf(partsOf(shipped, 'kd'))!;
    expect(shipped.sections.some(({ backend }) => long.includes(`on ${backend};`))).toBe(true);
  });
});

describe('the address of a page', () => {
  it.each([
    ['#/methods', ''],
    ['#/methods/kd', 'kd'],
    ['#/methods/', undefined],
    ['#/methods/<img>', undefined],
    ['#/presets', ''],
    ['#/other', undefined],
    ['#c=1.abc', undefined],
    ['', undefined],
  ])('%s', (hash, id) => expect(routeOf(hash)?.id).toBe(id));
});

it('a grid is shaded from its lowest to its highest mean, and where nothing is measured not at all', () => {
  const cells = [
    [{ 1: 0.2, 2: 0.4 }, { 1: 0.5 }],
    [{}, { 1: 0.7 }],
  ];
  const grid = { cells } as unknown as Parameters<typeof shades>[0];
  const [[low, middle], [none, high]] = shades(grid) as [number[], number[]];
  expect([low, none, high]).toEqual([0, undefined, 1]);
  expect(middle).toBeCloseTo(0.5, 9);
});
