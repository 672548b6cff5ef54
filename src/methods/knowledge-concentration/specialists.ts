/** How specialists learn: each on the images of its vertical, drawn out of the batch. */
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '../../engine/types';
import type { Step } from '../kit';
import type { Layout } from './layout';
import { lessonLoss, lessonOf, parted } from './losses';

/** Room in a lesson for this many times the images a vertical has in an average batch. */
const ROOM = 1.25;

type Moment = Pick<Step<unknown, unknown, unknown>, 'ops' | 'forward' | 'images'>;

/** The losses of all specialists, added up. `hot`: `[b, outputs]`, `mask`: `[b, M]`. */
export function allLessons(
  { ops, forward, images }: Moment,
  layout: Layout,
  hot: Tensor,
  mask: Tensor,
): Scalar {
  const [batch] = images.shape;
  const truth = parted(ops, hot, layout);
  const each = layout.sizes.map((_, v) => {
    const usual = (ROOM * batch * (layout.leaves[v] as number)) / layout.classes;
    const own = ops.reshape(ops.slice(mask, [0, v], [-1, 1]), [-1]) as Tensor1D;
    const { index, counts } = lessonOf(ops, own, Math.min(batch, Math.ceil(usual)));
    const { logits } = forward(ops.gather(images, index) as Tensor4D, { teacher: v });
    return lessonLoss(ops, logits, ops.gather(truth[v] as Tensor, index), counts);
  });
  return ops.addN(each) as Scalar;
}
