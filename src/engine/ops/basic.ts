/** The part of TensorFlow.js that plug-ins may use, plus what it lacks. Everything here has a gradient. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '../types';

export const basic = {
  abs: tf.abs,
  add: tf.add,
  addN: tf.addN,
  avgPool: tf.avgPool,
  batchMatMul: tf.matMul,
  cast: tf.cast,
  clip: tf.clipByValue,
  concat: tf.concat,
  conv2d: tf.conv2d,
  cos: tf.cos,
  cumsum: tf.cumsum,
  depthwiseConv2d: tf.depthwiseConv2d,
  div: tf.div,
  divNoNan: tf.divNoNan,
  elu: tf.elu,
  equal: tf.equal,
  erf: tf.erf,
  exp: tf.exp,
  expandDims: tf.expandDims,
  fill: tf.fill,
  floor: tf.floor,
  gather: tf.gather,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  log: tf.log,
  logicalAnd: tf.logicalAnd,
  logicalNot: tf.logicalNot,
  logicalOr: tf.logicalOr,
  matMul: tf.matMul,
  max: tf.max,
  maxPool: tf.maxPool,
  maximum: tf.maximum,
  mean: tf.mean,
  min: tf.min,
  minimum: tf.minimum,
  mul: tf.mul,
  neg: tf.neg,
  notEqual: tf.notEqual,
  oneHot: (labels: Tensor1D, classes: number): Tensor2D =>
    tf.cast(tf.oneHot(labels, classes), 'float32') as Tensor2D,
  ones: tf.ones,
  pad: tf.pad,
  pow: tf.pow,
  range: tf.range,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  reshape: tf.reshape,
  reverse: tf.reverse,
  rsqrt: tf.rsqrt,
  scalar: tf.scalar,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  silu: (x: Tensor): Tensor => tf.mul(x, tf.sigmoid(x)),
  sin: tf.sin,
  slice: tf.slice,
  softplus: tf.softplus,
  split: tf.split,
  sqrt: tf.sqrt,
  square: tf.square,
  squaredDifference: tf.squaredDifference,
  squeeze: tf.squeeze,
  stack: tf.stack,
  sub: tf.sub,
  sum: tf.sum,
  tanh: tf.tanh,
  tensor1d: tf.tensor1d,
  tensor2d: tf.tensor2d,
  tile: tf.tile,
  topk: tf.topk,
  transpose: tf.transpose,
  unstack: tf.unstack,
  where: tf.where,
  zeros: tf.zeros,
  zerosLike: tf.zerosLike,
};

/** The same values, cut off from the tape: no gradient flows back through the result. */
export function stopGradient<T extends Tensor>(x: T): T {
  const engine = tf.engine();
  const { backend } = engine as unknown as { backend: { incRef(id: object): void } };
  backend.incRef(x.dataId);
  return engine.makeTensorFromDataId(x.dataId, x.shape, x.dtype) as T;
}

/** Index of the largest entry of each row, int32; the lowest index wins a tie. No gradient. */
export const argMax = (x: Tensor, axis = -1): Tensor => tf.argMax(x, axis);

/** Euclidean norm over the last axis, kept as an axis of size 1; `epsilon` under the root. */
export const norm = (x: Tensor, epsilon = 1e-12): Tensor =>
  tf.sqrt(tf.add(tf.sum(tf.square(x), -1, true), epsilon));

/** Rows of length 1: x / max(|x|, epsilon), as torch.nn.functional.normalize. */
export const l2Normalize = (x: Tensor, epsilon = 1e-12): Tensor =>
  tf.div(x, tf.maximum(tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), epsilon * epsilon)), epsilon));

/** Everything after the batch axis in one row. */
export const flatten = (x: Tensor): Tensor2D => tf.reshape(x, [x.shape[0] as number, -1]) as Tensor2D;

/** Mean over height and width of `[b, h, w, c]`, or over tokens of `[b, t, d]`. */
export const globalAveragePool = (x: Tensor): Tensor2D =>
  tf.mean(tf.reshape(x, [x.shape[0] as number, -1, x.shape.at(-1) as number]), 1) as Tensor2D;
