import { normChecks } from './batch-norm';
import { convChecks } from './conv';
import { engineChecks } from './engine';
import type { Check } from './lab';
import { lossChecks } from './losses';
import { matmulChecks } from './matmul';
import { poolChecks } from './pool';
import { reduceChecks } from './reduce';
import { relationChecks } from './relations';
import { transformerChecks } from './transformer';

/** Every check by name. Shapes come from the specs as plain objects. */
export const CHECKS: Readonly<Record<string, Check<never>>> = {
  ...convChecks,
  ...engineChecks,
  ...normChecks,
  ...poolChecks,
  ...lossChecks,
  ...reduceChecks,
  ...relationChecks,
  ...matmulChecks,
  ...transformerChecks,
};
