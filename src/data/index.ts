/** The registries of this room: generators of built-in data, and readers of dropped files. */
import { type Registry, registry } from '../core/registry';
import type { Importer } from './kit';

export { type AnyBuiltin, builtins } from './builtins';

const files = import.meta.glob<Importer>('./importers/*.ts', { eager: true, import: 'default' });

export const importers: Registry<Importer> = registry('importer', files);
