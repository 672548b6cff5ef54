import { crossEntropyTwin } from '../../../src/engine/kernels/cross-entropy';
import { differenceTwin } from '../../../src/engine/kernels/difference';
import { distillationTwin, entropyTwin, klTwin } from '../../../src/engine/kernels/distillation';
import { logSoftmaxTwin } from '../../../src/engine/kernels/log-softmax';
import { meanPowerTwin } from '../../../src/engine/kernels/mean-power';
import { scaleTwin, stdTwin } from '../../../src/engine/kernels/row-norm';
import { softmaxTwin } from '../../../src/engine/kernels/softmax';
import { logSoftmaxRows } from '../../../src/engine/kernels/twins';
import * as losses from '../../../src/engine/ops/losses';
import type { Tensor, Tensor2D } from '../../../src/engine/types';
import type { Bench, Check } from './lab';
import { byRow, checkOp } from './op';

/** How inputs look: standard normal, +-1e4, one NaN, one infinity. */
type Kind = 'normal' | 'extreme' | 'nan' | 'infinite';

interface RowsShape {
  readonly shape: readonly [number, number];
  readonly mean?: boolean;
  readonly kind?: Kind;
}

interface RowTwin {
  readonly value: Float64Array;
  readonly gradients: object;
}

type Prepare = (values: Float32Array, width: number, kind: Kind) => Float32Array;

interface Loss {
  readonly inputs: readonly Prepare[];
  readonly rows: (x: Tensor[]) => Tensor;
  readonly mean?: (x: Tensor[]) => Tensor;
  readonly twin: (x: Float64Array[], width: number) => RowTwin;
}

const logits: Prepare = (values, _, kind) => {
  if (kind === 'extreme') return values.map((v, i) => (i % 3 ? 1e4 : -1e4) + v);
  if (kind === 'normal') return values;
  return values.with(values.length >> 1, kind === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY);
};
const weights: Prepare = (values) => values.map((v) => Math.abs(v) / 3);
const logProbabilities: Prepare = (values, width) =>
  Float32Array.from(logSoftmaxRows(Float64Array.from(values), width));
const two = (x: Tensor[]) => x as [Tensor2D, Tensor2D];

const LOSSES: Readonly<Record<string, Loss>> = {
  'cross-entropy': {
    inputs: [logits, weights],
    rows: (x) => losses.crossEntropyRows(...two(x)),
    mean: (x) => losses.crossEntropy(...two(x)),
    twin: ([z, t], width) => crossEntropyTwin(z!, t!, width),
  },
  distillation: {
    inputs: [logits, (values, width, kind) => logits(values.toReversed(), width, kind)],
    rows: (x) => losses.distillationRows(...two(x), 3),
    mean: (x) => losses.distillation(...two(x), 3),
    twin: ([s, t], width) => distillationTwin(s!, t!, width, 3),
  },
  kl: {
    inputs: [logProbabilities, logProbabilities],
    rows: ([p, q]) => losses.klRows(p!, q!),
    twin: ([p, q], width) => klTwin(p!, q!, width),
  },
  entropy: {
    inputs: [logProbabilities],
    rows: ([p]) => losses.entropyRows(p!),
    twin: ([p], width) => entropyTwin(p!, width),
  },
  'mean-square': {
    inputs: [logits],
    rows: ([x]) => losses.meanPower(x!, 2),
    twin: ([x], width) => meanPowerTwin(x!, width, 2),
  },
  'mean-cube': {
    inputs: [logits],
    rows: ([x]) => losses.meanPower(x!, 3),
    twin: ([x], width) => meanPowerTwin(x!, width, 3),
  },
  std: { inputs: [logits], rows: ([x]) => losses.unbiasedStd(x!), twin: ([x], width) => stdTwin(x!, width) },
};

const average = (values: Float64Array) => Float64Array.of(values.reduce((a, b) => a + b, 0) / values.length);

const lossCheck =
  (loss: Loss) =>
  async (bench: Bench, { shape, mean = false, kind = 'normal' }: RowsShape) => {
    const width = shape[1];
    await checkOp(bench, {
      inputs: loss.inputs.map((prepare) => ({
        values: prepare(bench.values(shape[0] * width), width, kind),
        shape,
      })),
      op: mean ? loss.mean! : loss.rows,
      twin: (x, dy) => {
        const { value, gradients } = loss.twin(x, width);
        const list = Object.values(gradients) as Float64Array[];
        return {
          value: mean ? average(value) : value,
          gradients: list.map((g) => byRow(g, width, dy, mean)),
        };
      },
    });
  };

type MapTwin = (
  x: Float64Array,
  dy: Float64Array,
  width: number,
) => { value: Float64Array; gradients: { x: Float64Array } };

/** Row operations `[rows, width]` -> `[rows, width]`. */
const MAPS: Readonly<Record<string, readonly [(x: Tensor) => Tensor, MapTwin]>> = {
  'log-softmax': [(x) => losses.logSoftmax(x, 2), (x, dy, width) => logSoftmaxTwin(x, dy, width, 2)],
  softmax: [(x) => losses.softmax(x, 0.5), (x, dy, width) => softmaxTwin(x, dy, width, 0.5)],
  'unit-rows': [(x) => losses.l2Normalize(x), (x, dy, width) => scaleTwin(x, dy, width, 1e-12, 'unit')],
  'standard-rows': [
    (x) => losses.standardizeRows(x, 0.1),
    (x, dy, width) => scaleTwin(x, dy, width, 0.1, 'standard'),
  ],
};

const mapCheck =
  ([op, twin]: readonly [(x: Tensor) => Tensor, MapTwin]) =>
  async (bench: Bench, { shape, kind = 'normal' }: RowsShape) => {
    const width = shape[1];
    await checkOp(bench, {
      inputs: [{ values: logits(bench.values(shape[0] * width), width, kind), shape }],
      op: ([x]) => op(x!),
      twin: ([x], dy) => {
        const { value, gradients } = twin(x!, dy, width);
        return { value, gradients: [gradients.x] };
      },
    });
  };

const differenceCheck =
  (kind: 'squared' | 'huber') =>
  async (bench: Bench, { shape }: { shape: number[] }) => {
    const n = shape.reduce((a, b) => a * b, 1);
    await checkOp(bench, {
      inputs: [0, 1].map(() => ({ values: bench.values(n), shape })),
      op: ([a, b]) => (kind === 'squared' ? losses.meanSquaredError(a!, b!) : losses.huber(a!, b!)),
      twin: ([a, b], dy) => {
        const { value, gradients } = differenceTwin(a!, b!, kind);
        return { value, gradients: Object.values(gradients).map((g) => g.map((v) => v * dy[0]!)) };
      },
    });
  };

const entries = <T>(checks: Readonly<Record<string, T>>, make: (item: T) => unknown) =>
  Object.entries(checks).map(([name, item]) => [name, make(item) as Check<never>]);

export const lossChecks: Record<string, Check<never>> = Object.fromEntries([
  ...entries(LOSSES, lossCheck),
  ...entries(MAPS, mapCheck),
  ...entries({ squared: 'squared', huber: 'huber' } as const, differenceCheck),
]);
