/** What multi-aspect KD shows: which questions are answered, for whom, and what that has to do with mistakes. */
import type { Ops, Tensor, Tensor2D } from '../../engine/types';
import type { Step } from '../kit';

const SHOWN = 12;

/** Of every pair of classes the summed difference of their mean answers and the mean probability, `[K K, 2]`. */
export function mistakes(ops: Ops, answers: Tensor, probabilities: Tensor2D, targets: Tensor2D): Tensor {
  const [k, q] = [targets.shape[1], answers.shape[1] as number];
  const counts = ops.maximum(ops.reshape(ops.sum(targets, 0), [-1, 1]), 1e-6);
  const mean = (x: Tensor) => ops.div(ops.matMul(targets, x as Tensor2D, true), counts);
  const stored = mean(answers);
  const apart = ops.sub(ops.reshape(stored, [k, 1, q]), ops.reshape(stored, [1, k, q]));
  const differ = ops.reshape(ops.sum(ops.abs(apart), -1), [-1]);
  const taken = ops.reshape(mean(probabilities), [-1]);
  // A class with itself is no mistake: it stands at the origin.
  const others = ops.reshape(ops.sub(1, ops.oneHot(ops.range(0, k, 1, 'int32') as never, k)), [-1]);
  return ops.stack([differ, ops.mul(taken, others)], 1);
}

type Shown = Pick<Step<unknown, unknown, unknown>, 'ops' | 'student' | 'targets' | 'batch'>;

/** @param stored answers of the batch, `[n, questions]`, below 0 where there is none. */
export function pictures({ ops, student, targets, batch }: Shown, stored: Tensor2D, logits: Tensor) {
  const sides = (x: Tensor, border: number) => ops.cast(ops.greater(x, border), 'float32');
  const columns = ops.standardizeRows(ops.transpose(logits));
  const same = ops.cast(ops.equal(sides(logits, 0), sides(stored, 0.5)), 'float32');
  const known = ops.cast(ops.greaterEqual(stored, 0), 'float32');
  const answered = ops.maximum(stored, 0);
  const first = (x: Tensor) => ops.slice(x, [0, 0], [Math.min(SHOWN, batch), -1]);
  return {
    right: ops.div(ops.sum(ops.mul(same, known), 0), ops.maximum(ops.sum(known, 0), 1)),
    answers: ops.concat([first(answered), first(ops.sigmoid(logits))], 1),
    mistakes: mistakes(ops, answered, ops.softmax(student.logits) as Tensor2D, targets),
    together: ops.div(ops.matMul(columns, columns, false, true), Math.max(1, batch - 1)),
  };
}
