/** From encoded images to vectors of length 1: of a network, and of a query. */
import type { Build, Ops, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { type BiLstm, biLstm, growBiLstm, growLstm, type Lstm, lstm } from './lstm';

/** Width of every recurrent layer. */
const HIDDEN = 32;
/** Width of a vector. */
export const VECTOR = 32;
const LEAK = 0.01;

interface Dense {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

export interface Encoders {
  /** One BiLSTM per row of the boundary images, side by side. */
  readonly rows: BiLstm;
  readonly top: Lstm;
  readonly query: BiLstm;
  readonly out: Dense;
  /** Tells tasks apart by the raw vector of a network. */
  readonly head: readonly Dense[];
}

const growDense = (build: Build, name: string, input: number, units: number): Dense => ({
  weight: build.weight(`${name}/weight`, [input, units], 'glorot'),
  bias: build.weight(`${name}/bias`, [units], 'zeros'),
});

/** @param width of an encoded image. @param tasks that the head tells apart. */
export function growEncoders(build: Build, perTask: number, width: number, tasks: number): Encoders {
  return {
    rows: growBiLstm(build, 'encoder/rows', [perTask, width, HIDDEN]),
    top: growLstm(build, 'encoder/top', [1, 2 * HIDDEN, VECTOR]),
    query: growBiLstm(build, 'encoder/query', [1, width, HIDDEN]),
    out: growDense(build, 'encoder/out', 2 * HIDDEN, VECTOR),
    head: [
      growDense(build, 'encoder/head', VECTOR, HIDDEN),
      growDense(build, 'encoder/tasks', HIDDEN, tasks),
    ],
  };
}

const dense = (ops: Ops, x: Tensor, { weight, bias }: Dense): Tensor => ops.add(ops.matMul(x, weight), bias);

/**
 * Networks as vectors, `[n, V]`. @param encoded `[n, C, C, D]`: row i holds the typical image of class i at place i
 * and the boundary images towards every class j at place j.
 */
export function modelVectors(
  ops: Ops,
  encoded: Tensor,
  { rows, top }: Pick<Encoders, 'rows' | 'top'>,
  ends = false,
): { readonly raw: Tensor2D; readonly vector: Tensor2D } {
  const byRow = ops.transpose(encoded, [1, 0, 2, 3]);
  const seen = ops.transpose(biLstm(ops, byRow, rows, ends), [1, 0, 2]);
  const order = Array.from({ length: encoded.shape[1] as number }, (_, i) => i);
  const last = lstm(ops, ops.expandDims(seen, 0), top, order);
  const raw = ops.reshape(last, [encoded.shape[0] as number, -1]) as Tensor2D;
  return { raw, vector: ops.l2Normalize(raw) as Tensor2D };
}

/** Queries as vectors, `[n, V]`. @param means of the encoded images of each class, `[n, C, D]`. */
export function queryVectors(
  ops: Ops,
  means: Tensor,
  { query, out }: Pick<Encoders, 'query' | 'out'>,
  ends = false,
): Tensor2D {
  const seen = biLstm(ops, ops.expandDims(means, 0), query, ends);
  const flat = ops.reshape(seen, [means.shape[0] as number, -1]);
  return ops.l2Normalize(dense(ops, flat, out)) as Tensor2D;
}

/** Logits of the task of each raw vector. */
export function taskLogits(ops: Ops, raw: Tensor2D, head: Encoders['head']): Tensor2D {
  return head.reduce((x: Tensor, layer, i) => {
    const y = dense(ops, x, layer);
    return i < head.length - 1 ? ops.maximum(y, ops.mul(y, LEAK)) : y;
  }, raw) as Tensor2D;
}

export const taskLoss = (ops: Ops, raw: Tensor2D, head: Encoders['head'], task: Tensor1D, tasks: number) =>
  ops.crossEntropy(taskLogits(ops, raw, head), ops.oneHot(task, tasks));
