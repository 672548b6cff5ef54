/** The student's last layers: one for all, or one for each vertical, so that verticals do not crowd each other. */
import type { Build, Ops, Tensor, Variable } from '../../engine/types';
import type { Layout } from './layout';

export type Form = 'fc' | 'fc-sc' | 'sc-sc' | 'shared';

interface Block {
  readonly weight: Variable;
  readonly bias: Variable;
}

/** Three layers; each has one block, or one for each vertical. `shared`: units of the second that all see. */
export interface Layers {
  readonly first: readonly Block[];
  readonly second: readonly Block[];
  readonly shared: Block | undefined;
  readonly last: readonly Block[];
}

export interface Widths {
  /** Of the backbone, the first and the second layer (of each block). */
  readonly widths: readonly [number, number, number];
  /** Units of the second layer that all verticals share, in the form 'shared'. */
  readonly shared: number;
}

/** Weights without biases, by the formulas of the paper. */
export function weightCount(
  form: Form,
  { widths: [b, s1, s2], shared: g }: Widths,
  verticals: number,
  outputs: number,
): number {
  const last = s2 * outputs;
  if (form === 'fc') return b * s1 + s1 * s2 + last;
  if (form === 'fc-sc') return b * s1 + s1 * s2 * verticals + last;
  if (form === 'sc-sc') return b * s1 * verticals + s1 * s2 * verticals + last;
  return b * s1 + s1 * g + s1 * (s2 - g) * verticals + last;
}

export function grow(build: Build, form: Form, { widths, shared }: Widths, layout: Layout): Layers {
  const [b, s1, s2] = widths;
  const g = form === 'shared' ? shared : 0;
  const verticals = layout.sizes.length;
  const block = (name: string, input: number, units: number, init: 'he' | 'glorot'): Block => ({
    weight: build.weight(`${name}/weight`, [input, units], init),
    bias: build.weight(`${name}/bias`, [units], 'zeros'),
  });
  const blocks = (name: string, count: number, input: number, units: number): Block[] =>
    Array.from({ length: count }, (_, v) => block(`${name} ${v + 1}`, input, units, 'he'));
  // One block over all outputs is what a dense layer is.
  const ends = form === 'fc' ? [layout.outputs] : layout.sizes;
  return {
    first: blocks('first', form === 'sc-sc' ? verticals : 1, b, s1),
    second: blocks('second', form === 'fc' ? 1 : verticals, s1, s2 - g),
    shared: g > 0 ? block('shared', s1, g, 'he') : undefined,
    last: ends.map((units, v) => block(`last ${v + 1}`, s2, units, 'glorot')),
  };
}

const dense = (ops: Ops, x: Tensor, { weight, bias }: Block): Tensor =>
  ops.add(ops.matMul(x as never, weight as never), bias);

/** Every block sees its own input, or all see the one there is. */
export const through = (ops: Ops, inputs: readonly Tensor[], blocks: readonly Block[]): Tensor[] =>
  blocks.map((block, v) => dense(ops, (inputs[v] ?? inputs[0]) as Tensor, block));

/** Logits of all outputs in their order, `[b, outputs]`, from features `[b, width]`. */
export function forward(ops: Ops, { first, second, shared, last }: Layers, features: Tensor): Tensor {
  const relu = (all: readonly Tensor[]) => all.map((x) => ops.relu(x));
  const hidden = relu(through(ops, [features], first));
  const own = relu(through(ops, hidden, second));
  const common = shared && ops.relu(dense(ops, hidden[0] as Tensor, shared));
  const before = common ? own.map((x) => ops.concat([common, x], 1)) : own;
  const ends = through(ops, before, last);
  return ends.length === 1 ? (ends[0] as Tensor) : ops.concat(ends, 1);
}
