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

/** Why a method cannot be taught by a teacher of this kind, with the way out; undefined when it can. */
export function refusalOf(id: string, teacher: 'trained' | 'online' | 'saved'): string | undefined {
  if (teacher !== 'online' || !methods.has(id) || !methods.get(id).roles?.trained) return undefined;
  return `${methods.get(id).name} asks the teacher about all images before it begins, but the run trains it beside the students. Train the teacher first, or choose another method.`;
}
