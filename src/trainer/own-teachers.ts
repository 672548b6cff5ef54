/** Teachers that belong to a lane: made from the run's teacher model, trained by the method's own phases. */
import type { Choice } from '../core/config';
import type { AnyValues } from '../core/params';
import type { AnyMethod } from '../methods/index';
import type { ClassFacts, OwnTeacher } from '../methods/kit';
import type { ModelInput } from '../models/kit';
import { Network } from './network';

export interface OwnNetwork {
  /** What it is for, as the page shows it. */
  readonly name: string;
  readonly network: Network;
}

/** The name of the weights of teacher `i` of a lane; the first one starts as the run's teacher does. */
export const ownName = (i: number): string => (i === 0 ? 'teacher' : `teacher ${i + 1}`);

interface Making {
  /** Of the run's teacher. */
  readonly model: Choice;
  readonly input: ModelInput;
  readonly seed: number;
  /** Kept networks that take the place of teachers, by number. */
  readonly kept?: ReadonlyMap<number, Network>;
}

/** The teachers that a method asks for. */
export function ownTeachers(
  { roles }: AnyMethod,
  params: AnyValues,
  facts: ClassFacts,
  { model, input, seed, kept }: Making,
): OwnNetwork[] {
  const single: readonly OwnTeacher[] = roles?.teacher === 'learns' ? [{ name: 'Teacher' }] : [];
  const wanted = roles?.teachers?.(params, facts) ?? single;
  return wanted.map(({ name, outputs = input.classes }, i) => ({
    name,
    network: kept?.get(i) ?? new Network(model, { ...input, classes: outputs }, seed, ownName(i)),
  }));
}
