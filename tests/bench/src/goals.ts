/** The goals of the engine, each with its measured figure. A goal without a figure is shown as not measured. */
import { median } from './report';
import type { Growth, Results } from './types';

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
  /** Why it may be missed, and what could be tried next; shown where it is. */
  readonly missed?: string;
  /** What the adapter lacks where there is no figure. */
  lacks?(results: Results): string | undefined;
}

export interface GoalRow {
  readonly row: string;
  readonly goal: string;
  readonly measured: string;
  readonly state: 'met' | 'missed' | 'partly measured' | 'not measured';
  /** Figures that miss the goal. */
  readonly missed: readonly string[];
  /** Why, and what next. */
  readonly why: string;
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

/** The larger of the two over the smaller, less one. */
function memoryError({ product }: Results): Check[] {
  const { estimated = 0, measured = 0 } = product?.memory ?? {};
  const known = estimated > 0 && measured > 0;
  const value = known ? Math.max(estimated, measured) / Math.min(estimated, measured) - 1 : undefined;
  return [{ what: 'estimate against measured, off by', value, limit: 0.2, sense: 'at most' }];
}

function firstPoint(results: Results): Check[] {
  const { afterStart, afterNavigation } = results.product?.firstPoint ?? {};
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
  const limit = isSoftware(results) ? 6 : 2;
  return [
    { what: 's after Start', value: seconds(afterStart), limit, sense: 'at most' },
    // Loading the page is not part of the goal.
    { what: 's after navigation', value: seconds(afterNavigation), limit: Infinity, sense: 'at most' },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Distance of the means in standard deviations of the seeds: 2 is within noise. */
function halfNoise({ product }: Results): Check[] {
  const { full = [], half = [] } = product?.accuracy ?? {};
  const noise = (values: readonly number[]) =>
    values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / Math.max(1, values.length - 1);
  const spread = Math.sqrt((noise(full) + noise(half)) / 2);
  const distance = Math.abs(mean(full) - mean(half));
  const value = full.length > 1 && half.length > 1 ? (distance === 0 ? 0 : distance / spread) : undefined;
  return [{ what: 'accuracies differ by standard deviations', value, limit: 2, sense: 'at most' }];
}

/** Cost of the most over that of the fewest; for each of them where `each`, which is 1 where costs are linear. */
const growth =
  (of: keyof Growth, each: boolean): Goal['checks'] =>
  ({ product }) => {
    const series = product?.growth?.[of] ?? [];
    const [few, many] = [series[0], series.at(-1)];
    const value = few && many && many.ms / few.ms / (each ? many.count / few.count : 1);
    const counts = few && many ? `${many.count} against ${few.count}:` : of;
    return [{ what: counts, value, limit: 1.1, sense: 'at most' }];
  };

/** 1 where the adapter has subgroups and some kernel was measured to be faster with them. */
function subgroupsUsed({ product, nets }: Results): Check[] {
  const has = product?.memory?.features.includes('subgroups');
  const forms = Object.values(nets).map(({ engines }) => engines['ours']?.forms ?? '');
  const value = has ? Number(forms.some((text) => text.includes('subgroup'))) : undefined;
  return [{ what: 'kernels with subgroups chosen', value, limit: 1, sense: 'at least' }];
}

const lacks =
  (feature: string): NonNullable<Goal['lacks']> =>
  ({ product }) =>
    product?.memory && !product.memory.features.includes(feature)
      ? `this adapter has no ${feature}`
      : undefined;

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
    missed:
      'Where arithmetic rules, both engines do the same multiplications on the same adapter. Next: larger register tiles for long inner axes.',
  },
  {
    row: 'step time against jax-js webgpu where overhead rules',
    goal: '>= 12x on the t- nets',
    checks: ratios('jax-js/ours', same(TINY, 12), 'at least'),
    missed:
      'Ours also gathers the batch, moves running statistics and writes the curves, which the peers do not; what is left is the browser’s time per dispatch. Next: fewer dispatches.',
  },
  {
    row: 'JavaScript per replayed step, teacher and 3 students',
    goal: '<= 0.5 ms',
    checks: scriptTimes,
    missed:
      'Every dispatch takes two or three calls into the browser. Next: shared dispatches of the lanes (k3-batched) before the script is the bound, not only where they are faster.',
  },
  {
    row: 'dispatches per step',
    goal: 'cnn <= 30, resnet <= 110, vit <= 160',
    checks: dispatches,
    missed:
      'Next: the mean loss and its gradient in one dispatch, and partial statistics of batch norm in the epilogue of the convolution.',
  },
  {
    row: 'K students with one frozen teacher, shared teacher pass',
    goal: '<= 1.05 x (teacher forward + K x student step)',
    checks: (results) => [
      ...ratios('k3/teacher+3x1', same(REAL, 1.05), 'at most')(results),
      ...ratios('k8/teacher+8x1', same(REAL, 1.05), 'at most')(results),
    ],
    missed:
      'Dispatches grow as K students need, and there is one submit; what is left is probably memory: K times the maps of one student pass between its steps. Next: lanes one after another where their maps are large.',
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
  { row: 'memory estimate before a run', goal: 'within 20 %', checks: memoryError },
  {
    row: 'first point after Start',
    goal: '<= 2 s on a GPU, <= 6 s on SwiftShader',
    checks: firstPoint,
    missed:
      'Most of it is the compilation of the teacher’s and students’ kernels on the processor. Next: fewer pipelines, and those of the students while the teacher trains.',
  },
  {
    row: 'cost growth: time per student of 8 against that of 1, teacher deducted',
    goal: 'linear: <= 1.1',
    checks: ratios('student-of-8/student-of-1', same(REAL, 1.1), 'at most'),
  },
  {
    row: 'cost growth: time of a step for each image of its batch (cnn)',
    goal: 'linear: <= 1.1',
    checks: growth('batch', true),
  },
  {
    row: 'cost growth: time of a step with the number of images in the set (thin mlp)',
    goal: 'constant: <= 1.1',
    checks: growth('images', false),
    missed:
      'The gather reads a batch from all over the set: more of it misses the caches. Next: the indices of a batch in order.',
  },
  {
    row: 'cost growth: time of an import for each file',
    goal: 'linear: <= 1.1',
    checks: growth('files', true),
  },
  {
    row: 'f16: operands of products rounded to 16 bits, sums in 32',
    goal: 'accuracy within noise over 3 seeds',
    checks: halfNoise,
  },
  {
    row: 'f16: time of a step',
    goal: 'used where the adapter has it',
    checks: unmeasured('f16'),
    lacks: lacks('shader-f16'),
  },
  {
    row: 'subgroups',
    goal: 'used where the adapter has them',
    checks: onGpu(subgroupsUsed),
    lacks: (results) =>
      lacks('subgroups')(results) ??
      (isSoftware(results)
        ? 'a software adapter: forms with subgroups are tested on it, not chosen'
        : undefined),
  },
];

const fits = ({ value, limit, sense }: Check): boolean =>
  value !== undefined && (sense === 'at least' ? value >= limit : value <= limit);

const shown = ({ what, value }: Check): string => `${what} ${(value as number).toFixed(2)}`;

export function goalRows(results: Results): GoalRow[] {
  return GOALS.map(({ row, goal, checks, missed: why = '', lacks }) => {
    const all = checks(results);
    const measured = all.filter(({ value }) => value !== undefined);
    const missed = measured.filter((check) => !fits(check)).map(shown);
    const state = measured.length === 0 ? 'not measured' : missed.length ? 'missed' : 'met';
    return {
      row,
      goal,
      measured: measured.length ? measured.map(shown).join(', ') : (lacks?.(results) ?? 'not measured'),
      state: state === 'met' && measured.length < all.length ? 'partly measured' : state,
      missed,
      why,
    };
  });
}
