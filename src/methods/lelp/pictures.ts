/** What LELP shows: where images lie inside their class, how much the targets tell, what the parts are. */
import type { Tensor } from '../../engine/types';
import type { Step } from '../kit';
import { type Memory, type Options, splitLogits } from './memory';
import type { panels } from './panels';
import { lelpTargets } from './targets';

type Shown = Options & { readonly temperature: number; readonly beta: number };

export function pictures(step: Step<Shown, unknown, Memory>): Record<keyof typeof panels, Tensor> {
  const { ops, params, memory, teacher, targets, classes, batch, index } = step;
  const logits = splitLogits(ops, memory, params.directions, teacher.embedding, index);
  const each = ops.reshape(logits, [batch, classes, -1]);
  const own = ops.sum(ops.mul(each, ops.expandDims(targets, 2)), 1);
  const two = ops.slice(ops.concat([own, ops.zerosLike(own)], 1), [0, 0], [-1, 2]);
  const parts = lelpTargets(ops, logits, teacher.logits, params.temperature, params.beta);
  const entropy = (p: Tensor) => ops.neg(ops.mean(ops.sum(ops.mul(p, ops.log(ops.maximum(p, 1e-12))), -1)));
  const whole = ops.softmax(teacher.logits, params.temperature);
  return {
    split: ops.concat([two, memory.finer.read(index)], 1),
    match: ops.reshape(memory.match.read(ops.range(0, classes, 1, 'int32')), [classes]),
    information: ops.stack([entropy(parts), entropy(whole)]),
  };
}
