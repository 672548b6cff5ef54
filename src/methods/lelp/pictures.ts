/** What LELP shows: where images lie inside their class, how much the targets tell, what the parts are. */
import type { Tensor } from '../../engine/types';
import type { Panel, Step } from '../kit';
import { type Memory, type Options, splitLogits } from './memory';
import { lelpTargets } from './targets';

export const panels = {
  split: {
    kind: 'scatter',
    title: 'First two projections on the own class, coloured by the finer class',
    x: 'First',
    y: 'Second',
  },
  match: {
    kind: 'bars',
    title: 'NMI of made-up subclasses and finer classes; 0 where classes were not grouped',
    x: 'Class',
    y: 'NMI',
  },
  information: { kind: 'lines', title: 'Entropy of targets: subclasses, classes', x: 'Step', y: 'nats' },
} as const satisfies Readonly<Record<string, Panel>>;

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
