/** A student whose weights are a slow average of another one's. */
import type { Clock } from '../engine/inputs';
import { ops } from '../engine/ops/index';
import type { Scalar, Tensor, Variable } from '../engine/types';
import type { Follow } from '../methods/kit';
import type { Network } from './network';
import type { Span } from './phases';

/** 1 where it is the turn of step `done` of a phase, counted from 0; else 0. */
export function dueAt(done: Scalar, every: number): Scalar {
  const rest = ops.sub(done, ops.mul(ops.floor(ops.div(done, every)), every));
  return ops.cast(ops.equal(rest, 0), 'float32') as Scalar;
}

/** `keep` times the slow values and the rest of the fast ones, where `due` is 1; the slow ones where it is 0. */
export const followed = (slow: Tensor, fast: Tensor, keep: number, due: Scalar): Tensor =>
  ops.add(slow, ops.mul(ops.sub(fast, slow), ops.mul(due, 1 - keep)));

/** Moves the follower of a phase, if it has one. Part of the step: a recording replays it. */
export function follow(students: readonly Network[], { phase, start }: Span, clock: Clock): void {
  const { follows } = phase;
  if (!follows) return;
  const { student, of, keep, every }: Follow = follows;
  const [slow, fast] = [students[student], students[of]];
  if (!slow || !fast) throw new Error(`There is no student ${slow ? of : student} to follow.`);
  const due = dueAt(ops.sub(clock.scalar('step'), start) as Scalar, every);
  const values = new Map(fast.build.entries());
  for (const [name, variable] of slow.build.entries())
    (variable as Variable).assign(followed(variable, values.get(name)!, keep, due) as Variable);
}
