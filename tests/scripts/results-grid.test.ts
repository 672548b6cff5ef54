import { expect, test } from 'vitest';
import { gridText, readVaried, rowCells, withGrid } from '../../src/cli/results/grid';
import { planOf } from '../../src/cli/results/plan';
import type { MadeRun } from '../../src/cli/results/summary';
import { bestColumns, type Grid } from '../../src/share/results';

const ARGS = [
  ...['--grid', 'data-pruning-kd:rule=manual,alpha=0/0.5/1', '--over', 'data-pruning:share=0.1/1'],
  ...['--epochs', '2', '--size', '8', '--seeds', '1,2'],
];

test('a run per row, a student per column, all else alike', () => {
  const [part] = planOf(ARGS).parts;
  expect(part!.command).toBe(`npm run results -- --dataset glyphs ${ARGS.join(' ')}`);
  expect(part!.jobs).toHaveLength(2);
  const [tenth, all] = part!.jobs.map(({ config }) => config);
  expect(
    tenth!.students.map(({ key, method }) => [key, method.params['alpha'], method.params['rule']]),
  ).toEqual([
    ['column-0', 0, 'manual'],
    ['column-1', 0.5, 'manual'],
    ['column-2', 1, 'manual'],
  ]);
  expect([tenth, all].map((config) => config!.regimes[0]!.params['share'])).toEqual([0.1, 1]);
  expect({ ...tenth, regimes: [] }).toEqual({ ...all, regimes: [] });
  expect(tenth!.seeds).toEqual([1, 2]);
});

test('what is not a grid is refused', () => {
  for (const text of ['', 'kd', 'kd:temperature=2', 'kd:temperature=2/4,kdWeight=1/2'])
    expect(() => readVaried('--grid', text)).toThrow('--grid takes');
  expect(() => planOf(['--grid', 'kd:temperature=2/4'])).toThrow('--over takes');
});

const learner = (key: string, seed: number, accuracy: number, kind = 'finished') => ({
  ...{ key, seed, state: { kind } },
  splits: { test: { metrics: { accuracy } } },
});
const run = (...learners: ReturnType<typeof learner>[]) => ({ record: { learners } }) as unknown as MadeRun;
const varied = readVaried('--grid', 'kd:temperature=2/4');

test('cells hold what finished, by seed', () => {
  const cells = rowCells(
    varied,
    run(
      learner('teacher', 1, 0.9),
      learner('column-0', 1, 0.5),
      learner('column-0', 2, 0.6),
      learner('column-1', 1, 0.7, 'diverged'),
    ),
  );
  expect(cells).toEqual([{ 1: 0.5, 2: 0.6 }, {}]);
  expect(rowCells(varied, undefined)).toEqual([{}, {}]);
});

const grid: Grid = {
  ...{ method: 'kd', dataset: 'Glyphs', regime: 'data-pruning', command: 'c', backend: 'b', commits: ['a'] },
  columns: varied.axis,
  rows: { key: 'share', values: ['0.1', '1'] },
  cells: [
    [
      { 1: 0.5, 2: 0.6 },
      { 1: 0.7, 2: 0.8 },
    ],
    [{ 1: 0.8 }, { 1: 0.7 }],
  ],
};

test('the best of each row is marked and said', () => {
  expect(bestColumns(grid)).toEqual([1, 0]);
  expect(bestColumns({ ...grid, cells: [[{}, {}]] })).toEqual([undefined]);
  const text = gridText(grid).join('\n');
  expect(text).toContain('| 0.1 | 55.0% ± 7.1 | **75.0% ± 7.1** | +20.0 |');
  expect(text).toContain('Best temperature: 4 at share 0.1, 2 at share 1.');
});

test('a grid takes the place of an older one of the same axes', () => {
  const other = { ...grid, method: 'dkd' };
  const all = withGrid(withGrid({ version: 1, sections: [], grids: [other] }, grid), {
    ...grid,
    command: 'd',
  });
  expect(all.grids!.map(({ method, command }) => method + command)).toEqual(['dkdc', 'kdd']);
});
