import type { Tensor, Tensor2D } from '../engine/types';
import { betaQuantile, boolean, choice, defineMethod, number } from './kit';
import { rescale, teacherOf } from './mixup-kd/blend';
import { panels } from './mixup-kd/panels';
import { pictures } from './mixup-kd/pictures';

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
    'The mixed images are drawn without replacement, so the slider is the true share; the released sampler mixes 41% when told 10%. With two classes the rescaled logits carry only a sign: the method falls back to the plain temperature. The released teachers are trained apart; one that learns from blends learns here in the first half of the run.',
  params: {
    gamma: number('Weight of the labels', 0.1, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'code',
      help: 'How much the blended labels count.',
    }),
    alpha: number('Weight of the teacher', 0.9, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'code',
      help: 'How much the teacher counts.',
    }),
    share: number('Share of mixed images', 0.4, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'ours',
      help: 'The rest of the batch stays clean. Released: 0.1 by name, 0.41 in effect; 1 is full mixup.',
    }),
    beta: number('Beta of the blend', 1, {
      min: 0.2,
      max: 4,
      step: 0.1,
      source: 'code',
      help: '1: any blend; small: mostly one image.',
    }),
    rescale: boolean('Divide logits by their deviation', true, {
      source: 'paper',
      help: 'Compares at one sharpness for all.',
    }),
    teacher: choice(
      'Teacher',
      'run',
      { run: 'That of the run, which saw images as they are', blends: 'One of its own, trained on blends' },
      {
        source: 'paper',
        fixed: true,
        advanced: true,
        help: 'The second one takes half of the steps.',
      },
    ),
    temperature: number('Temperature without it', 4, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'code',
      help: 'With two classes, or if off above.',
    }),
  },
  terms: { labels: 'Labels', teacher: 'Teacher' },
  roles: { teachers: ({ teacher }) => (teacher === 'blends' ? [{ name: 'Teacher of blends' }] : []) },
  phases: ({ teacher }) =>
    teacher === 'blends'
      ? {
          teach: { label: 'Teacher of blends', share: 0.5, trains: ['teacher'] },
          main: { label: 'Distillation', share: 0.5, trains: ['student'] },
        }
      : { main: { label: 'Distillation', share: 1 } },
  panels,
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
  losses(step) {
    const { ops, params, phase, student, targets } = step;
    const teacher = teacherOf(step);
    if (phase === 'teach')
      return { labels: ops.crossEntropy(teacher.logits, targets), teacher: ops.scalar(0) };
    const s = rescale(ops, student.logits, params);
    const t = rescale(ops, ops.stopGradient(teacher.logits) as Tensor2D, params);
    return {
      labels: ops.mul(ops.crossEntropy(s.z, targets), params.gamma),
      teacher: ops.mul(ops.distillation(s.z, t.z, t.t), params.alpha),
    };
  },
  predict: ({ ops, params, student }) => rescale(ops, student.logits, params).z,
  probe: (step) => pictures(step, teacherOf(step)),
});
