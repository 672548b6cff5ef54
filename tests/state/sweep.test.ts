import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/core/config';
import { defaults, number } from '../../src/core/params';
import { catalogue, ready } from '../../src/share/catalogue';
import { Curves } from '../../src/state/curves';
import { keptRun } from '../../src/state/history';
import type { KeptRun, KeptSweep } from '../../src/state/history-db';
import {
  type Axis,
  configAt,
  grid,
  type Point,
  parseValues,
  random,
  suggested,
  sweepable,
  valueAt,
} from '../../src/state/sweep';
import { bestRow, ordered, sweepRows, variedStudent } from '../../src/state/sweep-results';
import { expectedSeconds } from '../../src/state/sweep-run';
import { scaleOf } from '../../src/ui/sweeps/parallel';
import { evaluation, learner } from './fixtures';

const TEMPERATURE = 'students.s2.method.params.temperature';
const RATE = 'students.*.optimizer.rate';
const settings = sweepable(ready, catalogue, (key) => key);
const paramOf = (path: string) => settings.find((setting) => setting.path === path)!.param;
const axes: readonly Axis[] = [
  { path: TEMPERATURE, label: 'Temperature', values: [1, 4] },
  { path: RATE, label: 'Learning rate', values: [0.001, 0.01, 0.1] },
];

describe('a sweep varies settings', () => {
  it('of every part of a set-up, each readable and writable at its path', () => {
    const noise = { id: 'label-noise', params: defaults(catalogue.regimes.get('label-noise')!) };
    const regimes = { ...ready, regimes: [noise] };
    const all = sweepable(regimes, catalogue, (key) => key);
    for (const start of ['students.s1', 'students.*', 'training', 'teacher', 'dataset', 'data', 'regimes'])
      expect(
        all.some(({ path }) => path.startsWith(start)),
        start,
      ).toBe(true);
    for (const { path, param } of all) {
      const [first, second] = suggested(param, valueAt(regimes, path));
      for (const value of [first, second].filter((v) => v !== undefined)) {
        const made = configAt(regimes, { [path]: value });
        expect(valueAt(made, path), path).toBe(value);
        expect(checkConfig(made, regimes, catalogue).problems, `${path} = ${value}`).toEqual([]);
      }
    }
  });

  it('of all students at once with *, of one alone with its key', () => {
    const made = configAt(ready, { [RATE]: 0.5, [TEMPERATURE]: 7 });
    expect(made.students.map(({ optimizer }) => optimizer.rate)).toEqual([0.5, 0.5]);
    expect(made.students[1]?.method.params['temperature']).toBe(7);
    expect(made.students[0]?.method).toBe(ready.students[0]?.method);
    expect(made.training).toBe(ready.training);
  });

  it('as typed, and names what is no value', () => {
    const param = number('Temperature', 4, { min: 1, max: 20 });
    expect(parseValues(param, '1, 4;4  8')).toEqual({ values: [1, 4, 8], problem: '' });
    const { values, problem } = parseValues(param, '2, x, 99');
    expect(values).toEqual([2]);
    expect(problem).toBe('“x” is no value: Temperature must be a number.');
  });
});

describe('points', () => {
  it('of a grid are all combinations, the last axis fastest', () => {
    const points = grid(axes);
    expect(points).toHaveLength(6);
    expect(points[0]).toEqual({ [TEMPERATURE]: 1, [RATE]: 0.001 });
    expect(points[1]).toEqual({ [TEMPERATURE]: 1, [RATE]: 0.01 });
    expect(points[5]).toEqual({ [TEMPERATURE]: 4, [RATE]: 0.1 });
    expect(grid([])).toEqual([]);
  });

  it('at random stay in range, differ, and come again with their seed', () => {
    const points = random(axes, paramOf, 40, 3);
    expect(points).toHaveLength(40);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(40);
    expect(random(axes, paramOf, 40, 3)).toEqual(points);
    expect(random(axes, paramOf, 40, 4)).not.toEqual(points);
    const rates = points.map((point) => Number(point[RATE]));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.001);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.1);
    // By the logarithm, about half lie below the geometric mean; by the plain value, a tenth would.
    expect(rates.filter((rate) => rate < 0.01).length).toBeGreaterThan(10);
  });

  it('at random are fewer where there are no more', () => {
    const few: Axis = { path: 'training.flip', label: 'Mirror', values: [false, true] };
    expect(random([few], paramOf, 10)).toHaveLength(2);
  });
});

const sweep: KeptSweep = {
  id: 'x',
  created: 1,
  name: 'sweep',
  kind: 'grid',
  axes,
  points: grid(axes),
  failures: [{ point: grid(axes)[1]!, message: 'too large' }],
};

function run(point: Point, values: readonly number[], test: readonly number[], seconds = 10): KeptRun {
  const learners = values.map((_, i) => learner('s2', i + 1));
  const curves = new Curves();
  curves.reset(learners);
  curves.addEvaluations(learners.map(({ id }) => evaluation(id, 0.1)));
  curves.addEvaluations(learners.map(({ id }, i) => ({ ...evaluation(id, values[i]!), step: 9 })));
  const latest = new Map(learners.map(({ id }, i) => [`${id} test`, evaluation(id, test[i]!, 'test')]));
  return keptRun({ learners, latest, states: new Map(), device: undefined }, configAt(ready, point), curves, {
    created: 2,
    name: 'point',
    data: { name: 'glyphs', fingerprint: 'f', classes: 10 },
    seconds,
    sweep: { id: 'x', point },
  });
}

describe('results', () => {
  const runs = [run(sweep.points[0]!, [0.5, 0.7], [0.9, 0.9]), run(sweep.points[2]!, [0.8], [0.2])];
  const rows = sweepRows(sweep, runs, 's2', 'accuracy');

  it('have a row per point: finished, failed or to come', () => {
    expect(rows).toHaveLength(6);
    expect(rows[0]?.validation?.mean).toBeCloseTo(0.6, 6);
    expect(rows[0]?.validation?.n).toBe(2);
    expect(rows[1]?.failure).toBe('too large');
    expect(rows[3]).toMatchObject({ run: undefined, failure: '', validation: undefined });
  });

  it('are ranked on validation, never on the final test', () => {
    expect(bestRow(rows, 'higher')?.index).toBe(2);
    expect(bestRow(rows, 'lower')?.index).toBe(0);
    expect(bestRow(rows.slice(3), 'higher')).toBeUndefined();
  });

  it('are put in order, rows without a value last either way', () => {
    const order = (by: string, descending: boolean) =>
      ordered(rows, { by, descending }).map(({ index }) => index);
    expect(order('validation', true).slice(0, 2)).toEqual([2, 0]);
    expect(order('validation', false).slice(0, 2)).toEqual([0, 2]);
    expect(order(RATE, true)).toEqual([2, 5, 1, 4, 0, 3]);
  });

  it('show the student that is varied', () => {
    expect(variedStudent(sweep, ['s1', 's2', 's3'])).toBe('s2');
    expect(variedStudent({ ...sweep, axes: [axes[1]!] }, ['s1', 's2'])).toBe('s2');
  });

  it('lend their time to points of another size on the same data', () => {
    const twice = { ...ready, seeds: [1, 2] };
    const one = expectedSeconds([ready], runs, 'f')?.seconds ?? 0;
    expect(one).toBeCloseTo(10, 9);
    expect(expectedSeconds([ready, ready], runs, 'f')?.seconds).toBeCloseTo(20, 9);
    expect(expectedSeconds([twice], runs, 'f')?.seconds).toBeGreaterThan(1.5 * one);
    expect(expectedSeconds([ready], runs, 'other')).toBeUndefined();
  });
});

describe('axes of parallel coordinates', () => {
  it('place numbers by size, by logarithm over a wide range, and options evenly', () => {
    expect([1, 2, 3].map(scaleOf([3, 1, 2]).at)).toEqual([0, 0.5, 1]);
    expect(scaleOf([0.001, 0.1]).at(0.01)).toBeCloseTo(0.5, 12);
    expect(['a', 'b', 'c'].map(scaleOf(['a', 'b', 'c']).at)).toEqual([0, 0.5, 1]);
    expect(scaleOf([4]).at(4)).toBe(0.5);
  });
});
