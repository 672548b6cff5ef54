/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy 2015): statistics by Welford's method with
 * running averages moved in place, then scale, shift, residual and ReLU in one pass; the gradient in two or three.
 */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import { claimPlace } from '../gradient-places';
import type { Tensor, Variable } from '../types';
import { factsOf, formOf, type Variant } from '../variants';
import { gradientSumsPlan, inputGradientPlan, stripGradientPlan } from './batch-norm-gradient-wgsl';
import {
  applyPlan,
  type Given,
  partialStatisticsPlan,
  runningPlan,
  statisticsPlan,
  stripApplyPlan,
} from './batch-norm-wgsl';
import type { Program } from './conv-direct';
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
  variants: ['direct (in strips of rows, but for large maps on GPUs)', 'tiled', 'subgroup'],
};

const sizeOf = ({ shape }: TensorInfo) => {
  const channels = shape.at(-1) as number;
  return { rows: product(shape) / channels, channels };
};

interface NormAttrs {
  readonly relu: boolean;
  readonly epsilon: number;
  readonly momentum: number;
  /** Statistics of this batch: their own dependence on x is part of the gradient. */
  readonly training: boolean;
  /** Move the running averages in place. */
  readonly update: boolean;
  readonly given: Given;
}

type StatisticsAttrs = Pick<NormAttrs, 'epsilon' | 'momentum' | 'update'>;

/** Partial statistics of x, and what joins them. */
function partial(gpu: Gpu, x: TensorInfo, { epsilon, momentum, update }: StatisticsAttrs, form: Variant) {
  const { rows, channels } = sizeOf(x);
  const { code, groups, splits } = partialStatisticsPlan(rows, channels, form);
  const part = gpu.output([splits, 2, channels]);
  gpu.run('bn-partial', code, [x, part], groups);
  return { part, spec: { rows, channels, splits, epsilon, momentum, update } };
}

/**
 * Mean and 1 / sqrt(variance + epsilon) of each channel as `[2, c]`; moves the running averages `[mean, variance]`
 * in place.
 */
function statistics(
  gpu: Gpu,
  x: TensorInfo,
  running: readonly TensorInfo[],
  attrs: StatisticsAttrs,
  form: Variant,
): TensorInfo {
  const { part, spec } = partial(gpu, x, attrs, form);
  const stats = gpu.output([2, spec.channels]);
  const { code, groups } = statisticsPlan(spec, form);
  gpu.run('bn-statistics', code, [part, stats, ...(attrs.update ? running : [])], groups);
  release(gpu, part);
  return stats;
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
      release(gpu, input, statistics(gpu, input, [], attrs, form));
    },
  });
}

/** Entries of a map that are few enough for strips where invocations are cheap. */
const SMALL_MAP = 1 << 16;

/** Whether what joins partial results also walks along the map, which saves a dispatch but leaves fewer invocations. */
const inStrips = (form: Variant, x: TensorInfo): boolean =>
  form === 'direct' && (factsOf().software || product(x.shape) <= SMALL_MAP);

/** Storage buffers that a pass binds when everything is there. */
const MOST_BINDINGS = 9;

/** y in training, and the statistics of this batch. In strips where that is the form and the device binds enough. */
function normalise(gpu: Gpu, inputs: readonly TensorInfo[], attrs: NormAttrs): [TensorInfo, TensorInfo] {
  const [x, mean, variance, ...optional] = inputs as [TensorInfo, TensorInfo, TensorInfo, ...TensorInfo[]];
  const { relu, given, update } = attrs;
  const form = formFor(x);
  const binds = gpu.device.limits.maxStorageBuffersPerShaderStage;
  if (inStrips(form, x) && binds >= MOST_BINDINGS) {
    const { part, spec } = partial(gpu, x, attrs, form);
    const [y, stats] = [gpu.output(x.shape), gpu.output([2, spec.channels])];
    const { code, groups } = stripApplyPlan(spec, relu, given);
    const running = update ? [mean, variance] : [];
    gpu.run('bn-apply-strips', code, [part, x, ...optional, y, stats, ...running], groups);
    release(gpu, part);
    return [y, stats];
  }
  const stats = statistics(gpu, x, [mean, variance], attrs, form);
  const y = gpu.output(x.shape);
  const { code, groups } = applyPlan(sizeOf(x), relu, given);
  gpu.run('bn-apply', code, [x, stats, ...optional, y], groups);
  return [y, stats];
}

type Name = 'x' | 'mean' | 'variance' | keyof Given;

/** The inputs of the layer, in order. */
const inputNames = ({ given }: NormAttrs): Name[] => [
  'x',
  'mean',
  'variance',
  ...(['scale', 'shift', 'residual'] as const).filter((name) => given[name]),
];

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
  const form = formFor(input);
  const mask = attrs.relu ? [y] : [];
  const first = gradientSumsPlan(spec, form);
  const { splits } = first;
  const part = gpu.output([splits, 2, channels]);
  gpu.run('bn-gradient-sums', first.code, [dy, input, stats, ...mask, part] as TensorInfo[], first.groups);
  const dx = gpu.output(input.shape);
  const outputs = [dx, ...(attrs.residual ? [gpu.output(input.shape)] : [])];
  const last = (label: string, { code, groups }: Program, sums: readonly TensorInfo[]) => {
    const read = [dy, ...(attrs.training ? [input, ...sums] : []), stats, ...mask, ...(scale ? [scale] : [])];
    gpu.run(label, code, [...read, ...outputs] as TensorInfo[], groups);
  };
  const strips = inStrips(form, input);
  if (strips) last('bn-gradient-strips', stripGradientPlan(spec, splits), [part]);
  const count = { splits, count: 2 * channels, later: strips || !attrs.training };
  const sums = sumSplits(gpu, part, count, [[channels], [channels]], attrs.into);
  const [dShift, dScale] = sums as [TensorInfo, TensorInfo];
  if (!strips) last('bn-gradient', inputGradientPlan(spec), [dShift, dScale]);
  return [dx, dScale, dShift, ...outputs.slice(1)];
}

function registerGradient(gpu: Gpu): void {
  register<GradientAttrs>('BatchNormGradient', (inputs, attrs) => backward(gpu, inputs, attrs));
  const fused = gpu.device.limits.maxStorageBuffersPerShaderStage >= MOST_BINDINGS;
  gradient<NormAttrs>('BatchNorm', { all: true, outputs: [true, true] }, (dy, saved, attrs) => {
    const { relu, training, epsilon, given } = attrs;
    const names = inputNames(attrs);
    const of = (name: Name) => saved[names.indexOf(name)] as Tensor;
    const running = () =>
      call('RunningStatistics', { mean: of('mean'), variance: of('variance') }, { epsilon });
    const [y, ofBatch] = saved.slice(names.length) as [Tensor, Tensor?];
    const stats = ofBatch ?? (running()[0] as Tensor);
    const scale = given.scale ? of('scale') : undefined;
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
  register<{ epsilon: number }>('RunningStatistics', ({ mean, variance }, { epsilon }) => {
    const [channels] = (mean as TensorInfo).shape as [number];
    const out = gpu.output([2, channels]);
    const { code, groups } = runningPlan(channels, epsilon);
    gpu.run('bn-running', code, [mean as TensorInfo, variance as TensorInfo, out], groups);
    return out;
  });
  register<NormAttrs>('BatchNorm', (inputs, attrs) => {
    const listed = Object.values(inputs);
    if (attrs.training) return normalise(gpu, listed, attrs);
    const [x] = listed as [TensorInfo];
    const y = gpu.output(x.shape);
    const { code, groups } = applyPlan(sizeOf(x), attrs.relu, attrs.given, attrs.epsilon);
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
  const attrs: NormAttrs = { relu, training, update, epsilon, momentum, given };
  const optional = [scale, shift, residual].filter((t) => t !== undefined);
  return callList('BatchNorm', [x, mean, variance, ...optional], attrs)[0] as Tensor;
}
