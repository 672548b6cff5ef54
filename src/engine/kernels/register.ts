import type { Gpu } from '../gpu';
import { registerStockForms } from '../stock-forms';
import { registerBatchNorm } from './batch-norm';
import { registerCast } from './cast';
import { registerConv } from './conv2d';
import { registerDepthwise } from './depthwise';
import { registerExtremes } from './extremes';
import { registerMatmul } from './matmul';
import { registerPool } from './pool';
import { registerReduce } from './reduce';
import { registerRows } from './register-rows';

const KERNELS: readonly ((gpu: Gpu) => void)[] = [
  registerStockForms,
  registerCast,
  registerReduce,
  registerExtremes,
  registerMatmul,
  registerConv,
  registerDepthwise,
  registerBatchNorm,
  registerPool,
  registerRows,
];

/** Registers every kernel of this folder for the 'condenser' backend. Called once at boot. */
export function registerKernels(gpu: Gpu): void {
  for (const register of KERNELS) register(gpu);
}
