import type { Gpu } from '../../../src/engine/gpu';

/** Whole-step measurements that are not comparisons with a twin. */
export const extras = (_device: Gpu) => ({});
