/** The cheapest way to move a batch of answers onto another one. */
import type { Ops, Scalar, Tensor, Tensor2D } from '../../engine/types';

/** The released code softens both answers by 2 inside the transport term, whatever the other temperature. */
export const TRANSPORT_TEMPERATURE = 2;

export interface Transport {
  /** L1 distance of student row i to teacher row j, `[n, n]`. */
  readonly cost: Tensor2D;
  /** `[n, n]`; columns add up to 1, rows nearly so. */
  readonly plan: Tensor2D;
  readonly distance: Scalar;
}

/** Entropic transport of a batch of student answers onto the teacher's, equations 4 to 8; all with gradient. */
export function transport(
  ops: Ops,
  student: Tensor,
  teacher: Tensor,
  epsilon: number,
  sweeps: number,
): Transport {
  const [p, q] = [student, teacher].map((z) => ops.softmax(z, TRANSPORT_TEMPERATURE)) as [Tensor2D, Tensor2D];
  const cost = ops.pairwiseDistances(p, q, 'absolute');
  const plan = ops.sinkhorn(ops.div(cost, -epsilon), sweeps);
  return { cost, plan, distance: ops.sum(ops.mul(plan, cost)) };
}
