import type { Ops, Tensor, Tensor1D, Tensor2D } from '../engine/types';
import { boolean, defineMethod, number } from './kit';

const STEPS = 256;

/**
 * The lower half of Beta(b, b) as a table: with x = t^(1/b) / 2, entry i is the t below which a share i / STEPS
 * of that half lies. In t the density is bounded and smooth for every b, so linear interpolation is exact to 1e-5.
 */
function betaTable(b: number): Float32Array {
  const fine = 32 * STEPS;
  const density = (t: number) => (1 - t ** (1 / b) / 2) ** (b - 1);
  const below = new Float64Array(fine + 1);
  for (let i = 1; i <= fine; i++) below[i] = (below[i - 1] as number) + density((i - 0.5) / fine);
  const all = below[fine] as number;
  let at = 0;
  return Float32Array.from({ length: STEPS + 1 }, (_, i) => {
    const wanted = (i / STEPS) * all;
    while (at < fine - 1 && (below[at + 1] as number) < wanted) at++;
    const low = below[at] as number;
    return Math.min(1, (at + (wanted - low) / ((below[at + 1] as number) - low)) / fine);
  });
}

/** Draws from Beta(b, b) by its inverse distribution function at `u`, uniform in [0, 1). */
export function betaQuantile(ops: Ops, u: Tensor, b: number): Tensor {
  const table = ops.tensor1d(betaTable(b));
  const place = ops.mul(ops.minimum(ops.mul(u, 2), ops.sub(2, ops.mul(u, 2))), STEPS);
  const cell = ops.minimum(ops.floor(place), STEPS - 1);
  const low = ops.gather(table, ops.cast(cell, 'int32') as Tensor1D);
  const high = ops.gather(table, ops.cast(ops.add(cell, 1), 'int32') as Tensor1D);
  const t = ops.add(low, ops.mul(ops.sub(high, low), ops.sub(place, cell)));
  const half = ops.div(ops.pow(t, 1 / b), 2);
  return ops.where(ops.less(u, 0.5), half, ops.sub(1, half));
}

/** Unbiased standard deviation of each row, `[n, 1]`; the floor under the root keeps its gradient finite. */
export function deviation(ops: Ops, logits: Tensor2D): Tensor {
  const centred = ops.sub(logits, ops.mean(logits, -1, true));
  const squares = ops.sum(ops.square(centred), -1, true);
  return ops.sqrt(ops.add(ops.div(squares, logits.shape[1] - 1), 1e-12));
}

/** Logits divided by their own standard deviation. With two classes that leaves only a sign, so z / T instead. */
function rescale(ops: Ops, logits: Tensor2D, params: { rescale: boolean; temperature: number }) {
  const scaled = params.rescale && logits.shape[1] > 2;
  if (!scaled) return { z: logits, t: params.temperature };
  return { z: ops.div(logits, deviation(ops, logits)) as Tensor2D, t: 1 };
}

/** Choi et al. 2023: distillation on partly mixed batches, logits rescaled by their standard deviation. */
export default defineMethod({
  id: 'mixup-kd',
  name: 'Mixup KD',
  family: 'input',
  paper: {
    title: 'Understanding the Role of Mixup in Knowledge Distillation: An Empirical Study',
    authors: 'Hongjun Choi, Eun Som Jeon, Ankita Shukla, Pavan Turaga',
    venue: 'WACV',
    year: 2023,
    url: 'https://arxiv.org/abs/2211.03946',
  },
  summary: 'Blends some of the images of a batch, and compares teacher and student at the same sharpness.',
  formula: String.raw`\begin{aligned} L &= \gamma\,\mathrm{CE}(u_s,\tilde y) + \alpha\,\mathrm{KL}\big(p(u_t)\Vert p(u_s)\big),\quad u = z/\mathrm{sd}(z)\\ \tilde x_i &= a_i x_{\pi_1(i)} + (1-a_i)\,x_{\pi_2(i)},\quad a_i\sim\mathrm{Beta}(b,b)\end{aligned}`,
  fidelity: 'adapted',
  deviations:
    'The mixed images are drawn without replacement, so the slider is the true share; the released sampler mixes 41% when told 10%. With two classes the rescaled logits carry only a sign: the method falls back to the plain temperature.',
  params: {
    gamma: number('Weight of the labels', 0.1, { min: 0, max: 1, step: 0.05, source: 'code' }),
    alpha: number('Weight of the teacher', 0.9, { min: 0, max: 1, step: 0.05, source: 'code' }),
    share: number('Share of mixed images', 0.4, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'ours',
      help: 'The rest of the batch stays clean. Released: 0.1 by name, 0.41 in effect; 1 is full mixup.',
    }),
    beta: number('Beta of the blend', 1, { min: 0.2, max: 4, step: 0.1, source: 'code' }),
    rescale: boolean('Divide logits by their deviation', true, { source: 'paper' }),
    temperature: number('Temperature without it', 4, { min: 1, max: 10, step: 0.5, source: 'code' }),
  },
  terms: { labels: 'Labels', teacher: 'Teacher' },
  input({ images, labels, targets }, { ops, params, random }) {
    const n = labels.shape[0];
    const [first, second] = [random.permutation('first', n), random.permutation('second', n)];
    // Ranks in a random order; the random offset makes the expected number of mixed images exactly share * n.
    const rank = ops.sub(ops.add(random.permutation('mixed', n), 1), random.uniform('offset', [1]));
    const drawn = betaQuantile(ops, random.uniform('blend', [n]), params.beta);
    const a = ops.where(ops.lessEqual(rank, params.share * n), drawn, ops.zerosLike(drawn));
    const blend = <T extends Tensor>(x: T): T => {
      const shaped = ops.reshape(a, [n, ...x.shape.slice(1).map(() => 1)]);
      const [kept, other] = [ops.gather(x, first), ops.gather(x, second)];
      return ops.add(kept, ops.mul(shaped, ops.sub(other, kept)));
    };
    const other = ops.greater(a, 0.5);
    return {
      images: blend(images),
      labels: ops.where(other, ops.gather(labels, second), ops.gather(labels, first)),
      targets: blend(targets),
    };
  },
  losses({ ops, params, student, teacher, targets }) {
    const s = rescale(ops, student.logits, params);
    const t = rescale(ops, teacher.logits, params);
    return {
      labels: ops.mul(ops.crossEntropy(s.z, targets), params.gamma),
      teacher: ops.mul(ops.distillation(s.z, t.z, t.t), params.alpha),
    };
  },
  predict: ({ ops, params, student }) => rescale(ops, student.logits, params).z,
});
