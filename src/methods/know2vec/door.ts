/** The zoo as it is asked: networks of the run side by side, and kept networks behind them. */
import type { Ops, Tensor, Tensor4D } from '../../engine/types';
import type { Asked } from '../kit';
import { type Nets, probabilities } from './zoo';

interface Door {
  readonly ops: Ops;
  readonly nets: Nets;
  readonly trained: number;
  readonly asked: Pick<Asked, 'guest'>;
}

/** Probabilities, as `probabilities` has them, of networks of which some may be kept ones; those are asked one by one. */
export function answersOf(
  { ops, nets: zoo, trained, asked }: Door,
  images: Tensor4D,
  nets: readonly number[],
  own: boolean,
): Tensor {
  if (nets.every((net) => net < trained)) return probabilities(ops, zoo, images, nets, own);
  const each = images.shape[0] / (own ? nets.length : 1);
  const rows = (i: number): Tensor4D =>
    own ? ops.slice(images, [i * each, 0, 0, 0], [each, -1, -1, -1]) : images;
  const parts = nets.map((net, i) =>
    net < trained
      ? ops.reshape(probabilities(ops, zoo, rows(i), [net], own), [1, each, -1])
      : ops.expandDims(ops.softmax(asked.guest(rows(i), net - trained).logits), 0),
  );
  return ops.concat(parts, 0);
}
