/** The goals of the engine, each with its measured figure. A goal without a figure is shown as not measured. */
import { median } from './report';
import type { Results } from './types';

interface Check {
  /** Short name of the figure, such as `cnn`. */
  readonly what: string;
  readonly value: number | undefined;
  readonly limit: number;
  readonly sense: 'at least' | 'at most';
}

interface Goal {
  readonly row: string;
  readonly goal: string;
  checks(results: Results): Check[];
}

export interface GoalRow {
  readonly row: string;
  readonly goal: string;
  readonly measured: string;
  readonly state: 'met' | 'missed' | 'partly measured' | 'not measured';
  /** Figures that miss the goal. */
  readonly missed: readonly string[];
}

const REAL = ['mlp', 'cnn', 'resnet', 'mobile', 'vit'];
const TINY = ['t-mlp', 't-cnn', 't-resnet'];

const ratios =
  (name: string, limits: Readonly<Record<string, number>>, sense: Check['sense']) =>
  (results: Results): Check[] =>
    Object.entries(limits).map(([net, limit]) => ({
      what: `${net}.${name}`,
      value: results.ratios[`${net}.${name}`],
      limit,
      sense,
    }));

const same = (nets: readonly string[], limit: number) => Object.fromEntries(nets.map((net) => [net, limit]));

const isSoftware = ({ adapter }: Results): boolean => /swiftshader|llvmpipe|software/i.test(adapter);
const onGpu =
  (checks: Goal['checks']): Goal['checks'] =>
  (results) =>
    checks(results).map((check) => (isSoftware(results) ? { ...check, value: undefined } : check));
const onSoftware =
  (checks: Goal['checks']): Goal['checks'] =>
  (results) =>
    checks(results).map((check) => (isSoftware(results) ? check : { ...check, value: undefined }));
const unmeasured =
  (what: string): Goal['checks'] =>
  () => [{ what, value: undefined, limit: 0, sense: 'at most' }];

function scriptTimes(results: Results): Check[] {
  return REAL.map((net) => {
    const rounds = results.nets[net]?.engines['k3']?.rounds ?? [];
    const value = rounds.length ? median(rounds.map(({ js }) => js)) : undefined;
    return { what: `${net}.k3 JS ms`, value, limit: 0.5, sense: 'at most' };
  });
}

function dispatches(results: Results): Check[] {
  return Object.entries({ cnn: 30, resnet: 110, vit: 160 }).map(([net, limit]) => ({
    what: net,
    value: results.nets[net]?.engines['ours']?.traffic?.dispatches,
    limit,
    sense: 'at most',
  }));
}

/** In the order of the design. */
export const GOALS: readonly Goal[] = [
  {
    row: 'step time against stock TensorFlow.js webgpu, software adapter',
    goal: 'cnn >= 20x, resnet >= 10x, vit >= 15x',
    checks: onSoftware(ratios('stock-tfjs/ours', { cnn: 20, resnet: 10, vit: 15 }, 'at least')),
  },
  {
    row: 'step time against stock TensorFlow.js webgpu, GPU',
    goal: '>= 3x',
    checks: onGpu(ratios('stock-tfjs/ours', same(REAL, 3), 'at least')),
  },
  {
    row: 'step time against jax-js webgpu',
    goal: '>= 3x on every net',
    checks: ratios('jax-js/ours', same(REAL, 3), 'at least'),
  },
  {
    row: 'step time against jax-js webgpu where overhead rules',
    goal: '>= 12x on the t- nets',
    checks: ratios('jax-js/ours', same(TINY, 12), 'at least'),
  },
  { row: 'JavaScript per replayed step, teacher and 3 students', goal: '<= 0.5 ms', checks: scriptTimes },
  { row: 'dispatches per step', goal: 'cnn <= 30, resnet <= 110, vit <= 160', checks: dispatches },
  {
    row: 'K students with one frozen teacher, shared teacher pass',
    goal: '<= 1.05 x (teacher forward + K x student step)',
    checks: (results) => [
      ...ratios('k3/teacher+3x1', same(REAL, 1.05), 'at most')(results),
      ...ratios('k8/teacher+8x1', same(REAL, 1.05), 'at most')(results),
    ],
  },
  {
    row: 'K students of one architecture in shared dispatches, GPU',
    goal: '<= 0.5 x (teacher forward + K x student step) on small nets',
    checks: onGpu((results) => [
      ...ratios('k3-batched/teacher+3x1', same(TINY, 0.5), 'at most')(results),
      ...ratios('k8-batched/teacher+8x1', same(TINY, 0.5), 'at most')(results),
    ]),
  },
  {
    row: 'against PyTorch eager (CUDA, fp32) on the same GPU',
    goal: '<= 1.0x of its time',
    checks: unmeasured('PyTorch CUDA'),
  },
  {
    row: 'against PyTorch CPU on the same CPU',
    goal: 'report only',
    checks: ratios('torch-cpu/ours', same(REAL, 0), 'at least'),
  },
  {
    row: 'GPU memory of a recorded step against eager stock TensorFlow.js',
    goal: '<= 1',
    checks: ratios('memory-ours/memory-stock-tfjs', same(REAL, 1), 'at most'),
  },
  { row: 'memory estimate before a run', goal: 'within 20 %', checks: unmeasured('memory estimate') },
  {
    row: 'first point after Start',
    goal: '<= 2 s on a GPU, <= 6 s on SwiftShader',
    checks: unmeasured('first point'),
  },
  {
    row: 'cost growth: time per student of 8 against that of 1, teacher deducted',
    goal: 'linear: <= 1.1',
    checks: ratios('student-of-8/student-of-1', same(REAL, 1.1), 'at most'),
  },
  { row: 'f16', goal: 'accuracy within noise over 3 seeds', checks: unmeasured('f16') },
  { row: 'subgroups', goal: 'used where the adapter has them', checks: unmeasured('subgroups') },
];

const fits = ({ value, limit, sense }: Check): boolean =>
  value !== undefined && (sense === 'at least' ? value >= limit : value <= limit);

const shown = ({ what, value }: Check): string => `${what} ${(value as number).toFixed(2)}`;

export function goalRows(results: Results): GoalRow[] {
  return GOALS.map(({ row, goal, checks }) => {
    const all = checks(results);
    const measured = all.filter(({ value }) => value !== undefined);
    const missed = measured.filter((check) => !fits(check)).map(shown);
    const state = measured.length === 0 ? 'not measured' : missed.length ? 'missed' : 'met';
    return {
      row,
      goal,
      measured: measured.length ? measured.map(shown).join(', ') : 'not measured',
      state: state === 'met' && measured.length < all.length ? 'partly measured' : state,
      missed,
    };
  });
}
