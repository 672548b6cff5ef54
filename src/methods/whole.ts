/** The methods with all that the trainer calls, also on the page, whose own registry holds their cards alone. */
import { registry } from '../core/registry';
import type { AnyMethod } from './index';

const files = import.meta.glob<AnyMethod>(['./*.ts', '!./kit.ts', '!./index.ts', '!./whole.ts'], {
  eager: true,
  import: 'default',
});

export const wholeMethods = registry('method', files);
