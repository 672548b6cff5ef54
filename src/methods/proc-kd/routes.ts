/** The ways to an answer through enriched tokens: in place of the student's last layer, before its own head. */
import type { NetOutput, Ops, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import type { Forward } from '../kit';
import { augment, learnPrototypes, type Modules, teacherTokens, tokensOf } from './modules';

interface Run {
  readonly ops: Ops;
  readonly extras: Modules;
  readonly images: Tensor4D;
  readonly forward: Forward;
}

/** The enriched tokens, normalised, in the form of the layer they stand for. */
function asLayer(ops: Ops, m: Modules, tokens: Tensor, like: Tensor): Tensor {
  return ops.reshape(m.norm(augment(ops, m, tokens).tokens), like.shape);
}

/** Answers of the student's own end to the tokens that `make` makes, given its last layer. */
function through({ ops, extras, images, forward }: Run, make: (x: Tensor) => Tensor): Tensor2D {
  const tap = (name: string, x: Tensor) => (name === extras.last ? asLayer(ops, extras, make(x), x) : x);
  return forward(images, { hooks: { tap } }).logits;
}

/** By the student's own tokens: the route that is there after training. */
export const ownRoute = (run: Run): Tensor2D => through(run, (x) => tokensOf(run.ops, x, run.extras.grid));

/** By the teacher's tokens, `[b, n, layers c_t]`. */
export const teacherRoute = (run: Run, joined: Tensor): Tensor2D =>
  through(run, () => learnPrototypes(run.ops, run.extras, joined).tokens);

/** The student's tokens in the teacher's width, and what they should be. */
export function hintPair({ ops, extras }: Run, student: NetOutput, teacher: NetOutput, layers: number) {
  const tokens = tokensOf(ops, student.taps[extras.last] as Tensor, extras.grid);
  return [extras.hint(tokens), teacherTokens(ops, teacher, layers, extras.grid).last] as const;
}

interface Teachers {
  readonly params: { readonly source: string };
  readonly teacher: NetOutput;
  readonly teachers: readonly NetOutput[];
}

/** Whose features are read, when they are: the run's teacher, or the one that never learned. */
export const teacherOf = (step: Teachers) => (): NetOutput =>
  step.params.source === 'random' ? (step.teachers[0] as NetOutput) : step.teacher;
