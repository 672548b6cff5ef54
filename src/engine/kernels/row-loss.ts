/**
 * Kernels that turn every row of some `[rows, width]` inputs into one number, and their gradients. Written as a
 * definition of a few expressions; this file makes the dispatches: one for the value of each row or for the mean
 * of few rows (two when rows are many), one for the gradient of each input that needs it.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Scalar, Tensor, Tensor1D } from '../types';
import { bindings, cover, main } from '../wgsl';
import { callOne, constants, rowsOf } from './define';
import { call, gradient, register, release } from './kernel';
import { countOf, elements, fusesMean, meanKernel, type RowStep, rowKernel, sumKernel } from './rows';

type Named<T> = Readonly<Record<string, T>>;

interface Attributes {
  readonly mean: boolean;
  readonly constants: readonly number[];
  /** For gradients: of which input. */
  readonly input?: string;
}

/** Expressions are WGSL; stages as in rows.ts. */
export interface RowLoss {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Numbers the expressions read as `c[0]`, `c[1]` ... come with each call. */
  readonly constants?: boolean;
  readonly prelude?: string;
  readonly steps: readonly RowStep[];
  /** The row's number. */
  readonly value: string;
  /** What gradients need of a row, by name; at least one. */
  readonly stats: Named<string>;
  /** d value / d input[j], by input; see `stats`, inputs and `j`. Inputs left out carry no gradient. */
  readonly gradients: Named<string>;
}

const CONSTANT = 'c: f32';

/** Values and stats of all rows, or the mean of the values. */
function forward(gpu: Gpu, loss: RowLoss, inputs: Named<TensorInfo>, attributes: Attributes): TensorInfo[] {
  const given = loss.inputs.map((name) => inputs[name] as TensorInfo);
  const { rows, width } = rowsOf((given[0] as TensorInfo).shape);
  const names = Object.keys(loss.stats);
  const stats = gpu.output([rows, names.length]);
  const save = names.map((name, k) => `stats[row * ${names.length} + ${k}] = ${loss.stats[name]};`).join(' ');
  const bound = [
    ...loss.inputs.map((name) => `${name}: T`),
    ...(loss.constants ? [CONSTANT] : []),
    'stats: f32!',
  ];
  const program = { rows, width, steps: [...loss.steps, { once: save }], prelude: loss.prelude ?? '' };
  const resources = [...given, ...(loss.constants ? [constants(gpu, attributes.constants)] : []), stats];
  if (attributes.mean && fusesMean(rows, width)) {
    const mean = gpu.output([]);
    const { code, groups } = meanKernel({
      ...program,
      bindings: [...bound, 'mean: f32!'],
      value: loss.value,
    });
    gpu.run(`${loss.name} mean`, code, [...resources, mean], groups);
    return [mean, stats];
  }
  const values = gpu.output([rows]);
  const steps = [...program.steps, { once: `values[row] = ${loss.value};` }];
  const { code, groups } = rowKernel({ ...program, steps, bindings: [...bound, 'values: f32!'] });
  gpu.run(loss.name, code, [...resources, values], groups);
  if (!attributes.mean) return [values, stats];
  const mean = gpu.output([]);
  const sum = sumKernel(rows, rows);
  gpu.run('mean of rows', sum.code, [values, mean], sum.groups);
  release(gpu, values);
  return [mean, stats];
}

/** Gradient of one input; `dy` is a scalar for means and `[rows]` otherwise. */
function backward(gpu: Gpu, loss: RowLoss, inputs: Named<TensorInfo>, attributes: Attributes): TensorInfo {
  const given = loss.inputs.map((name) => inputs[name] as TensorInfo);
  const { shape } = given[0] as TensorInfo;
  const { rows, width } = rowsOf(shape);
  const count = countOf(width);
  const stats = Object.keys(loss.stats);
  const wanted = attributes.input as string;
  const expression = loss.gradients[wanted] as string;
  // Bindings a program does not use are dropped from its layout, so only those are bound.
  const used = (name: string) => new RegExp(`\\b${name}\\[`).test(expression);
  const names = loss.inputs.filter(used);
  const hasConstants = loss.constants && used('c');
  const reads = stats.filter((name) => new RegExp(`\\b${name}\\b`).test(expression));
  const code = `${elements(width)}${loss.prelude ?? ''}${bindings(
    ...names.map((name) => `${name}: T`),
    ...(hasConstants ? [CONSTANT] : []),
    ...(reads.length ? ['stats: f32'] : []),
    'dy: f32',
    'out: T!',
  )}${main(rows * count)}  let j = idx;
  let row = idx / ${count};
${reads.map((name) => `  let ${name} = stats[row * ${stats.length} + ${stats.indexOf(name)}];`).join('\n')}
  let g = ${attributes.mean ? `dy[0] / ${rows}.0` : 'dy[row]'};
  out[j] = T(${expression}) * g;
}`;
  const out = gpu.output(shape);
  const resources = [
    ...names.map((name) => inputs[name] as TensorInfo),
    ...(hasConstants ? [constants(gpu, attributes.constants)] : []),
    ...(reads.length ? [inputs['stats'] as TensorInfo] : []),
    inputs['dy'] as TensorInfo,
    out,
  ];
  gpu.run(`${loss.name} gradient`, code, resources, cover(rows * count));
  return out;
}

/** Registers the kernels of a definition and their gradient. */
export function defineRowLoss(gpu: Gpu, loss: RowLoss): void {
  register<Attributes>(loss.name, (inputs, attributes) => forward(gpu, loss, inputs, attributes));
  register<Attributes>(`${loss.name}Grad`, (inputs, attributes) => backward(gpu, loss, inputs, attributes));
  const kept = { inputs: loss.inputs, outputs: [false, true] };
  gradient<Attributes>(loss.name, kept, (dy, saved, attributes) => {
    const inputs = Object.fromEntries(loss.inputs.map((name, k) => [name, saved[k] as Tensor]));
    const all = { ...inputs, stats: saved[loss.inputs.length] as Tensor, dy };
    const of = (input: string) => () => callOne(`${loss.name}Grad`, all, { ...attributes, input });
    return Object.fromEntries(Object.keys(loss.gradients).map((input) => [input, of(input)]));
  });
}

/** The mean over rows, a scalar. */
export const rowMean = (
  loss: RowLoss,
  inputs: Record<string, Tensor>,
  constant: readonly number[] = [],
): Scalar => call(loss.name, inputs, { mean: true, constants: constant })[0] as Scalar;

/** One number for each row. */
export const rowValues = (
  loss: RowLoss,
  inputs: Record<string, Tensor>,
  constant: readonly number[] = [],
): Tensor1D => call(loss.name, inputs, { mean: false, constants: constant })[0] as Tensor1D;
