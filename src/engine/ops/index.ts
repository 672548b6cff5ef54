import { argMax, basic, flatten, globalAveragePool, norm, stopGradient } from './basic';
import { decoupledDistillation, logSumExp } from './decoupled';
import {
  crossEntropy,
  crossEntropyRows,
  distillation,
  distillationRows,
  entropyRows,
  huber,
  klRows,
  l2Normalize,
  logSoftmax,
  meanPower,
  meanSquaredError,
  softmax,
  standardizeRows,
  unbiasedStd,
} from './losses';
import { poolTo, poolToSmaller, toMap } from './maps';
import { attention, avgPool2, gelu, layerNorm, maxPool2 } from './network';
import { gatherRows, pairwiseDistances, sinkhorn, topKMask } from './relations';

/** Everything a plug-in can compute with. Handed to it; it never imports this. */
export const ops = {
  ...basic,
  argMax,
  attention,
  avgPool2,
  crossEntropy,
  crossEntropyRows,
  decoupledDistillation,
  distillation,
  distillationRows,
  entropyRows,
  flatten,
  gatherRows,
  gelu,
  globalAveragePool,
  huber,
  klRows,
  l2Normalize,
  layerNorm,
  logSoftmax,
  logSumExp,
  maxPool2,
  meanPower,
  meanSquaredError,
  norm,
  pairwiseDistances,
  poolTo,
  poolToSmaller,
  sinkhorn,
  softmax,
  standardizeRows,
  stopGradient,
  toMap,
  topKMask,
  unbiasedStd,
};

export type Ops = typeof ops;
