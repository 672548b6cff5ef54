import type { NetOutput, Ops, Tensor, Tensor2D } from '../../engine/types';

/** Layer of the teacher's head: from the embedding `[rows, width]` to logits `[rows, classes]`. */
export type Layer = (x: Tensor) => Tensor;

/** Logits of the head that learns from the teacher. 'cosine': only the direction of the embedding counts, times `scale`. */
export function headLogits(
  ops: Ops,
  layer: Layer,
  embedding: Tensor2D,
  { form, scale }: { readonly form: 'linear' | 'cosine'; readonly scale: number },
): Tensor2D {
  if (form === 'linear') return layer(embedding) as Tensor2D;
  return ops.mul(layer(ops.l2Normalize(embedding)), scale) as Tensor2D;
}

interface Moment {
  readonly ops: Ops;
  readonly params: { readonly head: 'linear' | 'cosine'; readonly scale: number };
  readonly extras: { readonly taught?: Layer };
}

/** Logits of what learns from the teacher: a head of its own or, where there is none, the network's. */
export function taughtLogits({ ops, params, extras }: Moment, student: NetOutput): Tensor2D {
  const { head, scale } = params;
  return extras.taught
    ? headLogits(ops, extras.taught, student.embedding, { form: head, scale })
    : student.logits;
}

/** alpha softmax(labels) + (1 - alpha) softmax(teacher / beta), `[rows, classes]`. Scalars may be tensors. */
export function blend(
  ops: Ops,
  labels: Tensor2D,
  teacher: Tensor2D,
  alpha: Tensor | number,
  beta: Tensor | number,
): Tensor2D {
  const own = ops.mul(ops.softmax(labels), alpha);
  const taught = ops.mul(ops.softmax(ops.div(teacher, beta) as Tensor2D), ops.sub(1, alpha));
  return ops.add(own, taught) as Tensor2D;
}

/** Logits whose softmax is a blend. */
export const logitsOf = (ops: Ops, probabilities: Tensor2D): Tensor2D =>
  ops.log(ops.maximum(probabilities, 1e-12)) as Tensor2D;
