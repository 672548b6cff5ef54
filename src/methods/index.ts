import { type Registry, registry } from '../core/registry';
import type { Method } from './kit';

/** Method with its type parameters forgotten, as the trainer and the page handle it. */
// biome-ignore lint/suspicious/noExplicitAny: losses take their own parameter types; only `any` accepts them all
export type AnyMethod = Method<any, any, any, any>;

const files = import.meta.glob<AnyMethod>(['./*.ts', '!./kit.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

export const methods: Registry<AnyMethod> = registry('method', files);
