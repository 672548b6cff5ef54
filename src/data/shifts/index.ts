/** The registry of shifts. */
import { type Registry, registry } from '../../core/registry';
import type { Shift } from './kit';

/** Shift with its parameter types forgotten, as the worker and the page handle it. */
// biome-ignore lint/suspicious/noExplicitAny: apply takes its own parameter type; only `any` accepts them all
export type AnyShift = Shift<any>;

const files = import.meta.glob<AnyShift>(['./*.ts', '!./kit.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

export const shifts: Registry<AnyShift> = registry('shift', files);
