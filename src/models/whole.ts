/** The models with their layers, also on the page, whose own registry holds their cards alone. */
import { registry } from '../core/registry';
import type { AnyModel } from './index';

const files = import.meta.glob<AnyModel>(['./*.ts', '!./kit.ts', '!./index.ts', '!./whole.ts'], {
  eager: true,
  import: 'default',
});

export const wholeModels = registry('model', files);
