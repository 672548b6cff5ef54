import type { Gpu } from '../gpu';
import { registerMatmul } from './matmul';
import { registerReduce } from './reduce';

const KERNELS: readonly ((gpu: Gpu) => void)[] = [registerReduce, registerMatmul];

/** Registers every kernel of this folder for the 'condenser' backend. Called once at boot. */
export function registerKernels(gpu: Gpu): void {
  for (const register of KERNELS) register(gpu);
}
