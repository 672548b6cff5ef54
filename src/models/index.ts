import { type Registry, registry } from '../core/registry';
import type { Model } from './kit';

// biome-ignore lint/suspicious/noExplicitAny: build takes its own parameter type; only `any` accepts them all
export type AnyModel = Model<any>;

const files = import.meta.glob<AnyModel>(['./*.ts', '!./kit.ts', '!./index.ts', '!./whole.ts'], {
  eager: true,
  import: 'default',
});

export const models: Registry<AnyModel> = registry('model', files);
