import { type Registry, registry } from '../core/registry';
import type { Metric } from './kit';

const files = import.meta.glob<Metric>(['./*.ts', '!./kit.ts', '!./index.ts', '!./tools.ts'], {
  eager: true,
  import: 'default',
});

export const metrics: Registry<Metric> = registry('metric', files);
