/** The registry of generators alone: the page shows their cards without loading readers of files. */
import { type Registry, registry } from '../core/registry';
import type { Builtin } from './kit';

/** Built-in data set with its parameter types forgotten, as the worker and the page handle it. */
// biome-ignore lint/suspicious/noExplicitAny: generate takes its own parameter type; only `any` accepts them all
export type AnyBuiltin = Builtin<any>;

const files = import.meta.glob<AnyBuiltin>('./builtin/*.ts', { eager: true, import: 'default' });

export const builtins: Registry<AnyBuiltin> = registry('data set', files);
