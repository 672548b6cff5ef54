import { describe, expect, test } from 'vitest';
import { documentOf } from '../bench/src/document';
import { GOALS, goalRows } from '../bench/src/goals';
import { lossDifference, median, ratiosOf, tableOf } from '../bench/src/report';
import type { Measured, Results } from '../bench/src/types';

const engine = (ms: number, js = 1, more: Partial<Measured> = {}): Measured => ({
  state: 'ok',
  rounds: [
    { ms: ms / 2, js },
    { ms, js },
    { ms: 10 * ms, js },
  ],
  ...more,
});

const traffic = (dispatches: number, memory: number) => ({
  traffic: { dispatches, submits: 1, bytesWritten: 336, pipelines: 20, memory },
});

function results(engines: Record<string, Measured>, adapter = 'google swiftshader'): Results {
  const nets = { cnn: { batch: 64, engines } };
  const facts = { date: '2026-11-21', adapter, browser: 'Chromium', cores: 2 };
  return { ...facts, nets, ratios: ratiosOf(nets) };
}

describe('ratios', () => {
  test('median of odd and even counts', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  test('are other over ours, by the median of the rounds', () => {
    const { ratios } = results({
      ours: engine(2, 0.1, traffic(25, 100)),
      'ours-eager': engine(3, 2),
      'stock-tfjs': engine(50, 20, traffic(240, 400)),
      'jax-js': engine(8),
    });
    expect(ratios['cnn.stock-tfjs/ours']).toBe(25);
    expect(ratios['cnn.jax-js/ours']).toBe(4);
    expect(ratios['cnn.eager/replayed']).toBe(1.5);
    expect(ratios['cnn.js-eager/js-replayed']).toBeCloseTo(20);
    expect(ratios['cnn.memory-ours/memory-stock-tfjs']).toBe(0.25);
    expect(Object.keys(ratios)).not.toContain('cnn.torch-cpu/ours');
  });

  test('students of one teacher are held against teacher and single students', () => {
    const { ratios } = results({
      ours: engine(2),
      teacher: engine(1),
      k1: engine(4),
      k3: engine(14),
      k8: engine(17),
      'k8-batched': engine(8.5),
    });
    expect(ratios['cnn.k3/teacher+3x1']).toBe(2);
    expect(ratios['cnn.k8/teacher+8x1']).toBe(1);
    expect(ratios['cnn.k8-batched/k8']).toBe(0.5);
    expect(ratios['cnn.k8-batched/teacher+8x1']).toBe(0.5);
    expect(ratios['cnn.student-of-8/student-of-1']).toBeCloseTo(2 / 3);
  });

  test('an engine that failed has no ratio and its message in the table', () => {
    const made = results({ ours: engine(2), 'jax-js': { state: 'failed', message: 'no such op\nstack' } });
    expect(made.ratios).not.toHaveProperty('cnn.jax-js/ours');
    expect(tableOf(made.nets['cnn']!).at(-1)).toEqual(['jax-js', 'failed: no such op']);
  });

  test('losses are compared over the steps both have', () => {
    const losses = (...values: number[]) => engine(1, 1, { losses: values });
    expect(lossDifference(losses(2, 4), losses(2, 5, 100))).toBe(0.25);
    expect(lossDifference(losses(2), engine(1))).toBeUndefined();
  });
});

describe('goals', () => {
  const rowOf = (made: Results, start: string) => goalRows(made).find(({ row }) => row.startsWith(start))!;

  test('a goal without figures is not measured, one figure below it is missed', () => {
    const made = results({ ours: engine(2), 'stock-tfjs': engine(30), 'jax-js': engine(8) });
    expect(rowOf(made, 'f16').state).toBe('not measured');
    const stock = rowOf(made, 'step time against stock TensorFlow.js webgpu, software');
    expect(stock).toMatchObject({ state: 'missed', missed: ['cnn.stock-tfjs/ours 15.00'] });
    expect(rowOf(made, 'step time against jax-js webgpu').state).toBe('partly measured');
  });

  test('figures of a software adapter never count for a GPU', () => {
    const engines = { ours: engine(2), 'stock-tfjs': engine(100) };
    const gpu = 'step time against stock TensorFlow.js webgpu, GPU';
    expect(rowOf(results(engines), gpu).state).toBe('not measured');
    expect(rowOf(results(engines, 'nvidia hopper'), gpu).measured).toBe('cnn.stock-tfjs/ours 50.00');
  });

  test('every goal stands in the document, the missed ones by name', () => {
    const text = documentOf(results({ ours: engine(2, 1, traffic(31, 1)) }));
    for (const { row } of GOALS) expect(text).toContain(`| ${row} |`);
    expect(text).toMatch(/### Missed\n\n- dispatches per step .*: cnn 31\.00/);
  });

  test('whole runs have rows of their own, and what the adapter lacks is said', () => {
    const nets = { cnn: { batch: 64, engines: { ours: engine(2, 1, { forms: 'tiled' }) } } };
    const product = {
      memory: { features: ['subgroups'], estimated: 110, measured: 100 },
      firstPoint: { afterStart: 7000, afterNavigation: 9000 },
      accuracy: { full: [0.8, 0.82, 0.84], half: [0.81, 0.83, 0.85] },
    };
    const made = { ...results({}), nets, product };
    expect(rowOf(made, 'memory estimate')).toMatchObject({ state: 'met' });
    expect(rowOf(made, 'memory estimate').measured).toMatch(/off by 0\.10/);
    const bad = { ...made, product: { ...product, memory: { ...product.memory, measured: 150 } } };
    expect(rowOf(bad, 'memory estimate').state).toBe('missed');
    expect(rowOf(made, 'first point').missed).toEqual(['s after Start 7.00']);
    expect(rowOf(made, 'f16: operands').measured).toMatch(/ 0\.50$/);
    expect(rowOf(made, 'f16: time').measured).toBe('this adapter has no shader-f16');
    expect(rowOf(made, 'subgroups').measured).toMatch(/^a software adapter/);
    const hopper = { ...made, adapter: 'nvidia hopper' };
    expect(rowOf(hopper, 'subgroups').missed).toHaveLength(1);
    const bare = { ...made, product: { memory: { ...product.memory, features: [] } } };
    expect(rowOf(bare, 'subgroups').measured).toBe('this adapter has no subgroups');
    const text = documentOf(made);
    expect(text).toContain('| first point of a curve after Start, ready set-up | 7.0 s |');
    expect(text).toMatch(/- first point after Start .*s after Start 7\.00\. \w/);
    expect(documentOf(results({}))).toContain('Not measured by this run.');
  });

  test('growth is the most against the fewest: for each of them, or as it is', () => {
    const at = (...ms: number[]) => ms.map((value, i) => ({ count: 10 ** (i + 1), ms: value }));
    const growth = { batch: at(1, 10.5), images: at(2, 3), files: at(4, 4, 200) };
    const made = { ...results({}), product: { growth } };
    expect(rowOf(made, 'cost growth: time of a step for each')).toMatchObject({
      state: 'met',
      measured: '100 against 10: 1.05',
    });
    expect(rowOf(made, 'cost growth: time of a step with').missed).toEqual(['100 against 10: 1.50']);
    expect(rowOf(made, 'cost growth: time of an import').measured).toBe('1000 against 10: 0.50');
    expect(rowOf(results({}), 'cost growth: time of an import').state).toBe('not measured');
    expect(documentOf(made)).toContain('3.0 ms for 100 images');
  });

  test('every row that can be missed says what to try next', () => {
    for (const { row, missed } of GOALS.filter(({ missed }) => missed)) expect(missed, row).toMatch(/Next: /);
  });

  test('says how the forms of kernels were chosen', () => {
    const text = documentOf(results({ ours: engine(2, 1, { forms: 'tiled; 7 measured in 90 ms' }) }));
    expect(text).toContain('| cnn | tiled; 7 measured in 90 ms |');
    expect(documentOf(results({ ours: engine(2) }))).toContain('Not told by this run.');
  });
});
