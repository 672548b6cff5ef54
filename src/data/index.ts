/** The registries of this room: generators of built-in data, and readers of dropped files. */
import { type Registry, registry } from '../core/registry';
import type { Builtin, Importer } from './kit';

// biome-ignore lint/suspicious/noExplicitAny: generate takes its own parameter type; only `any` accepts them all
export type AnyBuiltin = Builtin<any>;

const builtinFiles = import.meta.glob<AnyBuiltin>('./builtin/*.ts', { eager: true, import: 'default' });
const importerFiles = import.meta.glob<Importer>('./importers/*.ts', { eager: true, import: 'default' });

export const builtins: Registry<AnyBuiltin> = registry('data set', builtinFiles);
export const importers: Registry<Importer> = registry('importer', importerFiles);
