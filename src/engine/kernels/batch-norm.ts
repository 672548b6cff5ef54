/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy 2015): statistics by Welford's method with
 * running averages moved in place, then scale, shift, residual and ReLU in one pass; the gradient in three.
 */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import { claimPlace } from '../gradient-places';
import { stopGradient } from '../ops/basic';
import type { Tensor, Variable } from '../types';
import { formOf, type Variant } from '../variants';
import {
  applyPlan,
  type Given,
  gradientSumsPlan,
  inputGradientPlan,
  partialStatisticsPlan,
  runningPlan,
  statisticsPlan,
} from './batch-norm-wgsl';
import {
  call,
  callList,
  gradient,
  type Inputs,
  type KernelCard,
  type Places,
  product,
  register,
  release,
} from './kernel';
import { sumSplits } from './splits';

export { batchNormGradientTwin, batchNormTwin } from './batch-norm-twin';

export const card: KernelCard = {
  id: 'batch-norm',
  summary: 'Batch norm with fused residual and ReLU, running averages in place, and its gradient.',
  shapes: 'float32, channels last, any size; scale, shift and residual optional.',
  variants: ['direct', 'tiled', 'subgroup'],
};

const sizeOf = ({ shape }: TensorInfo) => {
  const channels = shape.at(-1) as number;
  return { rows: product(shape) / channels, channels };
};

interface StatisticsAttrs {
  readonly epsilon: number;
  readonly momentum: number;
  readonly update: boolean;
}

/** Mean and 1 / sqrt(variance + epsilon) of each channel as `[2, c]`; moves the running averages in place. */
function statistics(
  gpu: Gpu,
  { x, mean, variance }: Inputs,
  attrs: StatisticsAttrs,
  form = formFor(x as TensorInfo),
): TensorInfo {
  const { rows, channels } = sizeOf(x as TensorInfo);
  const { code, groups, splits } = partialStatisticsPlan(rows, channels, form);
  const part = gpu.output([splits, 2, channels]);
  gpu.run('bn-partial', code, [x as TensorInfo, part], groups);
  const out = gpu.output([2, channels]);
  const last = statisticsPlan({ rows, channels, splits, ...attrs }, form);
  const running = attrs.update ? [mean as TensorInfo, variance as TensorInfo] : [];
  gpu.run('bn-statistics', last.code, [part, out, ...running], last.groups);
  release(gpu, part);
  return out;
}

/** The form of a layer's sums over the batch, measured on its statistics. */
function formFor(x: TensorInfo): Variant {
  const { rows, channels } = sizeOf(x);
  return formOf({
    kernel: 'batch-norm',
    size: [rows, channels],
    forms: ['direct', 'tiled', 'subgroup'],
    launch(gpu, form) {
      const input = gpu.output([rows, channels]);
      const attrs = { epsilon: 1, momentum: 1, update: false };
      release(gpu, input, statistics(gpu, { x: input }, attrs, form));
    },
  });
}

interface NormAttrs {
  readonly relu: boolean;
  readonly epsilon: number;
  /** Statistics of this batch: their own dependence on x is part of the gradient. */
  readonly training: boolean;
  readonly given: Given;
}

type Name = 'x' | 'stats' | 'mean' | 'variance' | keyof Given;

/** The inputs of the layer, in order. */
function inputNames({ training, given }: NormAttrs): Name[] {
  const optional = (['scale', 'shift', 'residual'] as const).filter((name) => given[name]);
  return ['x', ...(training ? (['stats'] as const) : (['mean', 'variance'] as const)), ...optional];
}

const none = (): Tensor => {
  throw new Error('Statistics of a batch norm have no gradient of their own.');
};

interface GradientAttrs {
  readonly relu: boolean;
  readonly training: boolean;
  readonly residual: boolean;
  /** Where the gradients of shift and scale are wanted. */
  readonly into: Places;
}

/** [dx, dscale, dshift] and, for a residual behind a ReLU, its gradient. */
function backward(gpu: Gpu, { dy, y, x, stats, scale }: Inputs, attrs: GradientAttrs): TensorInfo[] {
  const input = x as TensorInfo;
  const spec = { ...sizeOf(input), ...attrs, scale: scale !== undefined };
  const { channels } = spec;
  const mask = attrs.relu ? [y] : [];
  const first = gradientSumsPlan(spec, formFor(input));
  const part = gpu.output([first.splits, 2, channels]);
  gpu.run('bn-gradient-sums', first.code, [dy, input, stats, ...mask, part] as TensorInfo[], first.groups);
  const count = { splits: first.splits, count: 2 * channels };
  const sums = sumSplits(gpu, part, count, [[channels], [channels]], attrs.into);
  const [dShift, dScale] = sums as [TensorInfo, TensorInfo];
  const dx = gpu.output(input.shape);
  const dResidual = attrs.residual ? [gpu.output(input.shape)] : [];
  const read = [
    dy,
    ...(attrs.training ? [input, dShift, dScale] : []),
    stats,
    ...mask,
    ...(scale ? [scale] : []),
  ];
  const last = inputGradientPlan(spec);
  gpu.run('bn-gradient', last.code, [...read, dx, ...dResidual] as TensorInfo[], last.groups);
  return [dx, dScale, dShift, ...dResidual];
}

/** Storage buffers that the gradient binds when everything is there. */
const MOST_BINDINGS = 9;

function registerGradient(gpu: Gpu): void {
  register<GradientAttrs>('BatchNormGradient', (inputs, attrs) => backward(gpu, inputs, attrs));
  const fused = gpu.device.limits.maxStorageBuffersPerShaderStage >= MOST_BINDINGS;
  gradient<NormAttrs>('BatchNorm', { all: true, outputs: [true] }, (dy, saved, attrs) => {
    const { relu, training, epsilon, given } = attrs;
    const names = inputNames(attrs);
    const of = (name: Name) => saved[names.indexOf(name)] as Tensor;
    const running = () =>
      call('RunningStatistics', { mean: of('mean'), variance: of('variance') }, { epsilon });
    const stats = training ? of('stats') : (running()[0] as Tensor);
    const scale = given.scale ? of('scale') : undefined;
    const y = saved.at(-1) as Tensor;
    // Where a device binds few buffers, what passes the ReLU is written out first.
    const before = relu && given.residual && !fused;
    const d = before ? (call('ReluMask', { dy, y })[0] as Tensor) : dy;
    const into = [given.shift ? claimPlace(of('shift').dataId) : undefined, claimPlace(scale?.dataId)];
    const how = { relu: relu && !before, training, residual: relu && given.residual && fused, into };
    const parts = call('BatchNormGradient', { dy: d, y, x: of('x'), stats, scale }, how);
    const [dx, dScale, dShift, dResidual] = parts as [Tensor, Tensor, Tensor, Tensor?];
    const closures: Partial<Record<Name, () => Tensor>> = {
      x: () => dx,
      scale: () => dScale,
      shift: () => dShift,
      // A new handle where it is dy itself: the tape disposes of what it adds up.
      residual: () => dResidual ?? tf.reshape(d, d.shape),
    };
    return Object.fromEntries(names.map((name, i) => [i, closures[name] ?? none]));
  });
}

export function registerBatchNorm(gpu: Gpu): void {
  register<StatisticsAttrs>('BatchStatistics', (inputs, attrs) => statistics(gpu, inputs, attrs));
  register<{ epsilon: number }>('RunningStatistics', ({ mean, variance }, { epsilon }) => {
    const [channels] = (mean as TensorInfo).shape as [number];
    const out = gpu.output([2, channels]);
    const { code, groups } = runningPlan(channels, epsilon);
    gpu.run('bn-running', code, [mean as TensorInfo, variance as TensorInfo, out], groups);
    return out;
  });
  register<NormAttrs>('BatchNorm', (inputs, { relu, given, training, epsilon }) => {
    const listed = Object.values(inputs);
    const [x] = listed as [TensorInfo];
    const y = gpu.output(x.shape);
    const { code, groups } = applyPlan(sizeOf(x), relu, given, training ? undefined : epsilon);
    gpu.run('bn-apply', code, [...listed, y], groups);
    return y;
  });
  registerGradient(gpu);
}

export interface BatchNormOptions {
  readonly training: boolean;
  readonly update: boolean;
  readonly relu: boolean;
  readonly residual?: Tensor | undefined;
  readonly epsilon: number;
  readonly momentum: number;
}

/** The whole layer on the tape; `[..., c]` in and out. `ops/network.ts` says what it computes. */
export function batchNormKernel(
  x: Tensor,
  scale: Tensor | undefined,
  shift: Tensor | undefined,
  { mean, variance }: { readonly mean: Variable; readonly variance: Variable },
  { training, update, relu, residual, epsilon, momentum }: BatchNormOptions,
): Tensor {
  const given: Given = { scale: !!scale, shift: !!shift, residual: !!residual };
  const attrs: NormAttrs = { relu, training, epsilon, given };
  const optional = [scale, shift, residual].filter((t) => t !== undefined);
  if (!training) return callList('BatchNorm', [x, mean, variance, ...optional], attrs);
  const stats = call('BatchStatistics', { x, mean, variance }, { epsilon, momentum, update })[0] as Tensor;
  // The gradient of the layer already holds what flows through the statistics.
  return callList('BatchNorm', [x, stopGradient(stats), ...optional], attrs);
}
