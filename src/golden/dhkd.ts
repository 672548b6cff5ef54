import { gradient } from '../engine/autodiff';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../engine/types';
import method from '../methods/dhkd';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

type Weights = Readonly<Record<'W' | 'A' | 'C', Tensor2D>>;

/** Terms of a student with one linear layer W, a main head A and an auxiliary head C. */
function termsOf(given: Given, { W, A, C }: Weights) {
  const embedding = ops.matMul(given.matrix('x'), W) as Tensor2D;
  const step = makeStep(method, {
    params: {
      gamma: given.number('gamma'),
      alpha: given.number('alpha'),
      temperature: given.number('T'),
      head: 'linear',
    },
    extras: (x: Tensor) => ops.matMul(x, C),
    student: net({ embedding, logits: ops.matMul(embedding, A) as Tensor2D }),
    teacher: net({ logits: given.matrix('z_t') }),
    labels: given.whole('y'),
  });
  return method.losses(step);
}

/** Both gradients over all weights as one row each, then the method's own way to combine them. */
function aligned(given: Given) {
  const weights: Weights = { W: given.matrix('W'), A: given.matrix('A'), C: given.matrix('C') };
  const keys = ['W', 'A', 'C'] as const;
  const row = (term: 'labels' | 'teacher'): Tensor1D => {
    const uses = term === 'labels' ? ['W', 'A'] : ['W', 'C'];
    const parts = keys.map((key) => {
      if (!uses.includes(key)) return ops.zerosLike(weights[key]);
      const loss = (held: Tensor): Scalar => termsOf(given, { ...weights, [key]: held as Tensor2D })[term];
      return gradient(loss, weights[key]);
    });
    return ops.concat(parts.map((part) => ops.reshape(part, [-1]))) as Tensor1D;
  };
  const rows = { labels: row('labels'), teacher: row('teacher') };
  const combine = (align: boolean) => {
    const params = { ...makeStep(method, {}).params, align };
    const memory = { projected: table(ops.zeros([2, 2])) };
    const combined = method.combineGradients?.(rows, { ops, params, memory });
    if (!combined) throw new Error('dhkd no longer combines gradients.');
    const pieces = ops.split(
      combined,
      keys.map((key) => weights[key].size),
    );
    return pieces.map((piece, i) => ops.reshape(piece, weights[keys[i] as 'W'].shape));
  };
  const [W, A, C] = combine(true);
  return { dot: ops.sum(ops.mul(rows.labels, rows.teacher)), plain: combine(false)[0], W, A, C };
}

export default defineGolden({
  id: 'dhkd',
  compute(given) {
    if ('z_s' in given.inputs) {
      const step = makeStep(method, {
        params: {
          gamma: 0,
          temperature: given.number('T'),
          head: 'none',
          match: given.name === 'binary_kl' ? 'binary' : 'normalised',
        },
        student: net({ logits: given.matrix('z_s') }),
        teacher: net({ logits: given.matrix('z_t') }),
      });
      return { loss: method.losses(step).teacher };
    }
    const terms = termsOf(given, { W: given.matrix('W'), A: given.matrix('A'), C: given.matrix('C') });
    const { dot, plain, W, A, C } = aligned(given);
    if (!plain || !W || !A || !C) throw new Error('A gradient is missing.');
    return {
      loss_ce: terms.labels,
      loss_kd: terms.teacher,
      loss: total(terms),
      dot,
      plain_grad_W: plain,
      aligned_grad_W: W,
      aligned_grad_A: A,
      aligned_grad_C: C,
    };
  },
});
