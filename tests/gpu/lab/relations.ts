import * as tf from '@tensorflow/tfjs-core';
import { decoupledTwin } from '../../../src/engine/kernels/decoupled';
import { gatherRowsTwin } from '../../../src/engine/kernels/gather-rows';
import { type PairMetric, pairwiseTwin } from '../../../src/engine/kernels/pairwise';
import { scatterRowsTwin } from '../../../src/engine/kernels/scatter-rows';
import { sinkhornTwin } from '../../../src/engine/kernels/sinkhorn';
import { topKMaskTwin } from '../../../src/engine/kernels/top-k';
import { decoupledDistillation } from '../../../src/engine/ops/decoupled';
import * as relations from '../../../src/engine/ops/relations';
import type { Tensor1D, Tensor2D } from '../../../src/engine/types';
import type { Bench, Check } from './lab';
import { byRow, checkOp } from './op';

type Size = readonly [number, number];

/** What is wrong with one input: no number, infinite, or minus infinity, which rules something out. */
type Bad = 'nan' | 'infinite' | 'out';
const BAD = { nan: Number.NaN, infinite: Number.POSITIVE_INFINITY, out: Number.NEGATIVE_INFINITY };

/** `values` with one that is bad, at `at`. */
const spoilt = (values: Float32Array, bad: Bad | undefined, at = values.length >> 1): Float32Array =>
  bad ? values.with(at, BAD[bad]) : values;

interface PairShape {
  readonly x: Size;
  /** Without it, `x` with itself. */
  readonly y?: Size;
  readonly metric: PairMetric;
  /** One input is no number; the gradients are left open. */
  readonly nan?: boolean;
}

async function pairwise(bench: Bench, { x: size, y: other, metric, nan }: PairShape): Promise<void> {
  const shapes = other ? [size, other] : [size];
  const inputs = shapes.map((shape) => ({ values: bench.values(shape[0] * shape[1]), shape }));
  if (nan) inputs[0]!.values[0] = Number.NaN;
  await checkOp(bench, {
    inputs,
    op: ([x, y = x]) => relations.pairwiseDistances(x as Tensor2D, y as Tensor2D, metric),
    twin: ([x, y = x], dy) => {
      const { value, gradients } = pairwiseTwin(x!, y!, dy, size[1], metric);
      if (nan) return { value, gradients: [] };
      if (other) return { value, gradients: [gradients.x, gradients.y] };
      return { value, gradients: [gradients.x.map((g, i) => g + gradients.y[i]!)] };
    },
  });
}

/** Gradient by central differences of the float64 twin. */
async function sinkhorn(
  bench: Bench,
  s: { shape: Size; sweeps: number; scale?: number; bad?: Bad },
): Promise<void> {
  const { shape, sweeps, scale = 1, bad } = s;
  const step = 1e-5;
  await checkOp(bench, {
    inputs: [{ values: spoilt(bench.values(shape[0] * shape[1]), bad).map((v) => v * scale), shape }],
    op: ([x]) => relations.sinkhorn(x as Tensor2D, sweeps),
    twin: ([x], dy) => {
      const along = (i: number, by: number) => {
        const plan = sinkhornTwin(x!.with(i, x![i]! + by), shape, sweeps);
        return plan.reduce((sum, p, k) => sum + p * dy[k]!, 0);
      };
      const gradient = x!.map((_, i) => (along(i, step) - along(i, -step)) / (2 * step));
      return { value: sinkhornTwin(x!, shape, sweeps), gradients: [gradient] };
    },
  });
}

/** The plan alone, where differences would take too long. */
async function sinkhornValue(
  bench: Bench,
  { shape, sweeps }: { shape: Size; sweeps: number },
): Promise<void> {
  const values = bench.values(shape[0] * shape[1]);
  const x = bench.tensor(values, shape) as Tensor2D;
  const want = sinkhornTwin(Float64Array.from(values), shape, sweeps);
  await bench.compare('plan', relations.sinkhorn(x, sweeps), want);
  x.dispose();
}

async function topK(
  bench: Bench,
  { shape, k, ties, bad }: { shape: Size; k: number; ties?: boolean; bad?: Bad },
): Promise<void> {
  const drawn = bench.values(shape[0] * shape[1]).map((v) => (ties ? Math.round(v) : v));
  const values = spoilt(drawn, bad);
  const x = bench.tensor(values, shape);
  await bench.compare('mask', relations.topKMask(x, k), topKMaskTwin(Float64Array.from(values), shape[1], k));
  x.dispose();
}

interface TableShape {
  readonly table: Size;
  readonly n: number;
  readonly outside?: boolean;
  readonly special?: boolean;
}

/** An index into a table: with repeats, and with places outside. */
const indexOf = (bench: Bench, n: number, rows: number, outside: boolean): Int32Array =>
  Int32Array.from({ length: n }, (_, i) =>
    outside && i === 1 ? rows + 3 : outside && i === 2 ? -1 : bench.rng.below(rows),
  );

async function gatherRows(bench: Bench, s: TableShape): Promise<void> {
  const index = indexOf(bench, s.n, s.table[0], s.outside ?? false);
  const at = tf.tensor1d(index, 'int32');
  await checkOp(bench, {
    inputs: [{ values: bench.values(s.table[0] * s.table[1], s.special), shape: s.table }],
    op: ([table]) => relations.gatherRows(table as Tensor2D, at),
    twin: ([table], dy) => {
      const { value, gradients } = gatherRowsTwin(table!, index, dy, s.table[1]);
      return { value, gradients: [gradients.table] };
    },
  });
  at.dispose();
}

async function scatterRows(bench: Bench, s: TableShape): Promise<void> {
  const [rows, width] = s.table;
  const index = indexOf(bench, s.n, rows, s.outside ?? false);
  const [start, values] = [bench.values(rows * width, s.special), bench.values(s.n * width, s.special)];
  const given = bench.tensor(start, s.table);
  const table = tf.variable(given, false);
  const at = tf.tensor1d(index, 'int32') as Tensor1D;
  const news = bench.tensor(values, [s.n, width]) as Tensor2D;
  relations.scatterRows(table, at, news);
  const want = scatterRowsTwin(Float64Array.from(start), index, Float64Array.from(values), width);
  await bench.compare('table', tf.clone(table), want);
  tf.dispose([table, given, at, news]);
}

interface DecoupledShape {
  readonly shape: Size;
  readonly part: 'target' | 'rest';
  readonly scale?: number;
  /** In the logits of whom, and whether at the true class. */
  readonly bad?: Bad;
  readonly whose?: 'student' | 'teacher';
  readonly own?: boolean;
}

async function decoupled(bench: Bench, s: DecoupledShape): Promise<void> {
  const { shape, part, scale = 1, bad, whose, own } = s;
  const [rows, width] = shape;
  const labels = Int32Array.from({ length: rows }, () => bench.rng.below(width));
  const row = rows >> 1;
  const at = row * width + ((labels[row]! + (own ? 0 : 1)) % width);
  const logits = (who: string) =>
    spoilt(
      bench.values(rows * width).map((v) => v * scale),
      whose === who ? bad : undefined,
      at,
    );
  const mask = tf.oneHot(tf.tensor1d(labels, 'int32'), width, 1, 0, 'float32') as Tensor2D;
  await checkOp(bench, {
    inputs: ['student', 'teacher'].map((who) => ({ values: logits(who), shape })),
    op: ([s, t]) => decoupledDistillation(s as Tensor2D, t as Tensor2D, mask, 3)[part],
    twin: ([s, t], dy) => {
      const { value, gradients } = decoupledTwin(s!, t!, labels, width, 3)[part];
      const mean = Float64Array.of(value.reduce((a, b) => a + b, 0) / rows);
      return { value: mean, gradients: [gradients.s, gradients.t].map((g) => byRow(g, width, dy, true)) };
    },
  });
  mask.dispose();
}

export const relationChecks: Record<string, Check<never>> = {
  pairwise: pairwise as Check<never>,
  sinkhorn: sinkhorn as Check<never>,
  'sinkhorn-value': sinkhornValue as Check<never>,
  'top-k': topK as Check<never>,
  'gather-rows': gatherRows as Check<never>,
  'scatter-rows': scatterRows as Check<never>,
  decoupled: decoupled as Check<never>,
};
