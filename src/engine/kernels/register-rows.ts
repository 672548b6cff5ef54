import type { Gpu } from '../gpu';
import { registerAttention } from './attention';
import { registerCrossEntropy } from './cross-entropy';
import { registerDecoupled } from './decoupled';
import { registerDifference } from './difference';
import { registerDistillation } from './distillation';
import { registerGatherRows } from './gather-rows';
import { registerGelu } from './gelu';
import { registerLayerNorm } from './layer-norm';
import { registerLogSoftmax } from './log-softmax';
import { registerMeanPower } from './mean-power';
import { registerPairwise } from './pairwise';
import { registerRowNorm } from './row-norm';
import { registerSinkhorn } from './sinkhorn';
import { registerSoftmax } from './softmax';
import { registerTopK } from './top-k';

const KERNELS: readonly ((gpu: Gpu) => void)[] = [
  registerAttention,
  registerCrossEntropy,
  registerDifference,
  registerDistillation,
  registerGelu,
  registerLayerNorm,
  registerLogSoftmax,
  registerRowNorm,
  registerDecoupled,
  registerGatherRows,
  registerMeanPower,
  registerPairwise,
  registerSinkhorn,
  registerTopK,
  registerSoftmax,
];

/** Registers the kernels of losses, normalisations and attention. */
export function registerRows(gpu: Gpu): void {
  for (const register of KERNELS) register(gpu);
}
