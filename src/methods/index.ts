import type { Choice } from '../core/config';
import type { AnyValues } from '../core/params';
import { type Registry, registry } from '../core/registry';
import type { ClassFacts, Method, Seat } from './kit';

/** Method with its type parameters forgotten, as the trainer and the page handle it. */
// biome-ignore lint/suspicious/noExplicitAny: losses take their own parameter types; only `any` accepts them all
export type AnyMethod = Method<any, any, any, any>;

const files = import.meta.glob<AnyMethod>(['./*.ts', '!./kit.ts', '!./index.ts', '!./whole.ts'], {
  eager: true,
  import: 'default',
});

export const methods: Registry<AnyMethod> = registry('method', files);

/** What a method may object to. */
export interface Surroundings {
  readonly teacher: 'trained' | 'online' | 'saved';
  /** Whether there are images without labels. */
  readonly pool: boolean;
  /** The teacher knows other classes than those the students learn. */
  readonly otherClasses?: boolean;
  /** Labelled images are the teacher's alone. */
  readonly hidden?: boolean | undefined;
}

/** Whether a method learns from images without labels. */
export const asksPool = ({ roles }: AnyMethod): boolean =>
  roles?.pool !== undefined || roles?.images === 'pool';

/** Why a method cannot be used in such a run, with the way out; undefined when it can. */
export function objectionOf(
  method: AnyMethod,
  { teacher, pool, hidden, otherClasses }: Surroundings,
  params: AnyValues = {},
): string | undefined {
  const { name, roles } = method;
  const frozen = (roles?.teacher ?? 'frozen') === 'frozen';
  if (otherClasses && frozen && roles?.reads?.(params) !== 'features')
    return `${name} compares answers with the teacher’s, but this teacher knows other classes. Choose a method that reads features only${roles?.reads ? ', or set what it takes of the answers to 0' : ''}.`;
  if (teacher === 'online' && roles?.trained)
    return `${name} asks the teacher about all images before it begins, but the run trains it beside the students. Train the teacher first, or choose another method.`;
  if (asksPool(method) && !roles?.pool?.optional && !pool)
    return `${name} learns from images without labels, and this set-up has none. Under Data, choose a change of the training images that hides labels, or drop images with a folder called 'unlabelled' beside the classes.`;
  if (hidden && roles?.images !== 'pool')
    return `${name} learns from labelled images, and this set-up hides them from students. Choose a method that learns from a pool alone, or take that change of the training images away under Data.`;
  return undefined;
}

/** The same by id; undefined for an id that is not known here. */
export const refusalOf = (
  { id, params }: Pick<Choice, 'id' | 'params'>,
  around: Surroundings,
): string | undefined => (methods.has(id) ? objectionOf(methods.get(id), around, params) : undefined);

/** Seats for kept networks by id: what the method names, and its own teachers whose classes are known. */
export function seatsOf(
  { roles }: AnyMethod,
  params: AnyValues,
  facts: ClassFacts,
): Readonly<Record<string, Seat>> {
  const teachers = roles?.teachers?.(params, facts) ?? [];
  const own = teachers.flatMap(({ name, classNames }, teacher) =>
    classNames ? [[`teacher-${teacher + 1}`, { name, teacher, classNames }] as const] : [],
  );
  return { ...roles?.seats?.(params), ...Object.fromEntries(own) };
}
