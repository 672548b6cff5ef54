/** What Sinkhorn KD shows: the plan, how hard each loss pulls, and where it leads. */
import type { Ops, Tensor, Tensor1D } from '../../engine/types';
import type { Probed } from '../kit';
import { density, fits, type Hump, STEPS, TEACHER } from './toy';
import { TRANSPORT_TEMPERATURE, transport } from './transport';

interface Options {
  readonly epsilon: number;
  readonly sweeps: number;
}

/**
 * Length of the gradient by the softened logits of each row `[n, K]` against the distance of both answers, for three
 * losses: rows of distance, length and number of the loss. Transport of one image is the distance itself.
 */
export function pulls(ops: Ops, student: Tensor, teacher: Tensor): Tensor {
  const [s, t] = [student, teacher].map((z) => ops.logSoftmax(z, TRANSPORT_TEMPERATURE)) as [Tensor, Tensor];
  const [p, q] = [ops.exp(s), ops.exp(t)];
  const mean = (x: Tensor) => ops.sum(ops.mul(p, x), -1, true);
  // p (x - mean of x under p): from a slope by probabilities to one by logits.
  const byLogits = (x: Tensor) => ops.mul(p, ops.sub(x, mean(x)));
  const gap = ops.sub(p, q);
  const slopes = [gap, byLogits(ops.sub(s, t)), byLogits(ops.sign(gap))];
  const distance = ops.sum(ops.abs(gap), -1, true);
  const rows = slopes.map((slope, i) =>
    ops.concat([distance, ops.norm(slope), ops.add(ops.zerosLike(distance), i)], 1),
  );
  return ops.concat(rows, 0);
}

/**
 * The toy after the share `progress` of its steps. Densities: rows of the loss's number, 0 for the teacher, and then the
 * cells. Trails: rows of centre, width and that number, for all steps so far; later ones wait where the last one is.
 */
export function toy(ops: Ops, progress: Tensor, { epsilon, sweeps }: Options) {
  const ways = fits(epsilon, sweeps);
  const now = ops.floor(ops.add(ops.mul(progress, STEPS), 0.5));
  /** Rows of each loss's `numbers` at the steps `at`, `[steps]`, or at the present one where that comes first. */
  const until = (at: Tensor, numbers: (hump: Hump, loss: number) => readonly number[]) => {
    const steps = ways[0]!.map((_, step) => ways.flatMap((way, i) => numbers(way[step]!, i + 1)));
    const seen = ops.cast(ops.minimum(at, now), 'int32') as Tensor1D;
    return ops.reshape(ops.gather(ops.tensor2d(steps), seen), [at.size * ways.length, -1]);
  };
  const humps = until(ops.tensor1d([STEPS]), ({ centre, width }, loss) => [
    loss,
    ...density([[1, centre, width]]),
  ]);
  const trails = until(ops.range(0, STEPS + 1), ({ centre, width }, loss) => [centre, width, loss]);
  return {
    fitting: ops.concat([ops.tensor2d([[0, ...density(TEACHER)]]), humps], 0),
    trails: ops.concat([ops.tensor2d(TEACHER.map(([, centre, width]) => [centre, width, 0])), trails], 0),
  };
}

type Shown = Pick<
  Probed<Options, unknown, unknown>,
  'ops' | 'params' | 'student' | 'teacher' | 'labels' | 'classes' | 'batch' | 'progress' | 'gradientOf'
>;

export function pictures(step: Shown) {
  const { ops, params, student, teacher, labels, classes, batch, progress, gradientOf } = step;
  const { plan, cost } = transport(ops, student.logits, teacher.logits, params.epsilon, params.sweeps);
  const hot = ops.oneHot(labels, classes);
  const places = ops.range(0, batch, 1, 'int32');
  const diagonal = ops.cast(ops.equal(ops.expandDims(places, 1), places), 'float32');
  const share = (mask: Tensor) => ops.div(ops.sum(ops.mul(plan, mask)), batch);
  const order = ops.topk(ops.cast(labels, 'float32'), batch).indices as Tensor1D;
  const sorted = (x: Tensor) => ops.gather(ops.gather(x, order), order, 1);
  const length = (x: Tensor) => ops.sqrt(ops.sum(ops.square(x)));
  return {
    plan: sorted(plan),
    cost: sorted(cost),
    pairs: ops.stack([share(diagonal), share(ops.matMul(hot, hot, false, true))]),
    gap: pulls(ops, student.logits, teacher.logits),
    ...toy(ops, progress, params),
    pulls: ops.stack(['ce', 'kd', 'transport'].map((term) => length(gradientOf([term])))),
  };
}
