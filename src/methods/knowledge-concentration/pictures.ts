import type { Ops, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { type Form, weightCount } from './layers';
import { cells, parted, placed } from './losses';
import type { Memory } from './memory';
import { type Choices, type Extras, scalesOf, scoresOf, truthOf } from './student';

const FORMS: readonly Form[] = ['fc', 'fc-sc', 'sc-sc', 'shared'];

/** The part of a step that the pictures read. */
interface Moment {
  readonly ops: Ops;
  readonly params: Choices;
  readonly extras: Extras;
  readonly memory: Memory;
  readonly student: { readonly embedding: Tensor2D };
  readonly targets: Tensor2D;
  readonly index: Tensor1D;
}

/** Scales and losses of the verticals for one batch, and the weights of every form of last layers. */
export function pictures(moment: Moment): Readonly<Record<'pace' | 'losses' | 'weights', Tensor>> {
  const { ops, params, extras, memory, student, targets, index } = moment;
  const { layout, widths } = extras;
  const verticals = layout.sizes.length;
  const { hot, mask } = truthOf(ops, extras, targets);
  const y = scoresOf(ops, extras, params, student.embedding);
  const z = params.distill ? placed(ops, memory.answers.read(index), mask, layout) : hot;
  const lossOf = (each: Tensor) => ops.mean(ops.sum(each, -1));
  const scales = scalesOf(ops, extras, params);
  const all = 'shape' in scales ? scales : ops.tensor1d([...scales]);
  const byClass = params.pace === 'class' && layout.outputs !== verticals;
  const means = () => parted(ops, ops.expandDims(all, 0), layout).map((part) => ops.mean(part));
  const counts = FORMS.map((form) => weightCount(form, widths, verticals, layout.outputs));
  return {
    pace: params.pace === 'none' ? ops.ones([verticals]) : byClass ? ops.stack(means()) : ops.mul(all, 1),
    losses: ops.stack(parted(ops, cells(ops, y, z), layout).map(lossOf)),
    weights: ops.tensor1d(counts),
  };
}
