import type { Ops, Scalar, Tensor, Tensor1D, Tensor2D } from '../../engine/types';

/**
 * Which of several answers convinces most, image by image: `[b]`, int32. The first of equals wins, so that the
 * student's former self, which stands first, keeps what others know no better.
 * @param targets undefined: the highest probability counts in place of that of the true class.
 */
export function sourceOf(ops: Ops, answers: readonly Tensor2D[], targets: Tensor2D | undefined): Tensor1D {
  const certainty = answers.map((logits) => {
    const p = ops.softmax(logits);
    return targets ? ops.sum(ops.mul(p, targets), -1) : ops.max(p, -1);
  });
  return ops.argMax(ops.stack(certainty, 1)) as Tensor1D;
}

/** For every image the logits of its source, `[b, classes]`. */
export function pick(ops: Ops, answers: readonly Tensor2D[], source: Tensor1D): Tensor2D {
  const chosen = ops.expandDims(ops.oneHot(source, answers.length), 2);
  return ops.sum(ops.mul(ops.stack([...answers], 1), chosen), 1) as Tensor2D;
}

/** Far enough below any logit to have no share. */
const OUT = 1e9;

/** Logits `[b, classes]` in which all but the `k` largest classes of `by` have no share; equals of the k-th stay. */
export function likeliest(ops: Ops, logits: Tensor2D, by: Tensor2D, k: number): Tensor2D {
  const classes = by.shape[1];
  if (k >= classes) return logits;
  const least = ops.min(ops.topk(by, k).values, -1, true);
  const out = ops.cast(ops.less(by, least), 'float32');
  return ops.sub(logits, ops.mul(out, OUT)) as Tensor2D;
}

/** Class of each image and what three networks said, int32 `[n]` each. */
export type Seen = Readonly<Record<'labels' | 'before' | 'teacher' | 'after', Tensor1D>>;

/** What happened to predictions between two networks, all in percent of the images unless said. */
export function flips(ops: Ops, { labels, before, teacher, after }: Seen, classes: number) {
  const right = (c: Tensor1D) => ops.cast(ops.equal(c, labels), 'float32');
  const wrong = (c: Tensor1D) => ops.cast(ops.notEqual(c, labels), 'float32');
  const percent = (x: Tensor): Scalar => ops.mul(ops.mean(x), 100);
  const perClass = (x: Tensor): Tensor =>
    ops.sum(ops.mul(ops.oneHot(labels, classes), ops.expandDims(x, 1)), 0);
  const known = ops.mul(wrong(before), right(teacher));
  const gained = ops.mul(wrong(before), right(after));
  const gain = percent(gained);
  const loss = percent(ops.mul(right(before), wrong(after)));
  return {
    gain,
    loss,
    /** Change of the accuracy. */
    delta: ops.sub(gain, loss) as Scalar,
    /** What the teacher knows and the student did not. */
    complementary: percent(known),
    /** Images of each class. */
    complementaryPerClass: perClass(known),
    gainedPerClass: perClass(gained),
    /** Share of the teacher's extra knowledge that arrived, 0 to 1. */
    transferred: ops.divNoNan(ops.sum(ops.mul(known, right(after))), ops.sum(known)) as Scalar,
    /** Images by student before (right, wrong) and teacher (right, wrong), `[2, 2]` shares. */
    matrix: ops.stack(
      [right(before), wrong(before)].map((a) =>
        ops.stack([right(teacher), wrong(teacher)].map((b) => ops.mean(ops.mul(a, b)))),
      ),
    ),
  };
}
