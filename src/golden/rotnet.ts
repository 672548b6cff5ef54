import type { Tensor, Tensor2D, Tensor4D } from '../engine/types';
import method from '../methods/rotnet';
import { allTurns, quarterTurns } from '../methods/views/turns';
import { rateAt } from '../trainer/phases';
import { defineGolden, type Given, makeStep, net, ops } from './kit';

const accuracyOf = (logits: Tensor2D, labels: Tensor): Tensor =>
  ops.mean(ops.cast(ops.equal(ops.argMax(logits), labels), 'float32'));

/** The first phase on logits of the rotation head. */
function pretext(given: Given) {
  const z = given.matrix('z');
  const extras = { turns: () => z, readout: undefined, pool: false, reached: [] };
  const student = net({ embedding: z });
  const step = makeStep(method, { phase: 'pretext', extras, student, teacher: student });
  return { loss: method.losses(step).rotation, accuracy: accuracyOf(z, given.whole('labels')) };
}

/** The readout without its normalisation, as the case has none. */
function readout(given: Given) {
  const [weight, bias] = [given.tensor('W'), given.tensor('b')];
  const embedding = given.matrix('features');
  const head = (x: Tensor) => ops.add(ops.matMul(x, weight), bias);
  const targets = ops.oneHot(given.whole('y'), weight.shape[1] as number);
  const logits = ops.zerosLike(targets);
  const step = makeStep(method, {
    phase: 'distil',
    params: { features: 'frozen', weight: 0 },
    extras: { turns: head, readout: (_, { embedding: x }) => head(x) as Tensor2D, pool: false, reached: [] },
    student: net({ embedding, logits }),
    teacher: net({ logits }),
    targets,
  });
  return { loss: method.losses(step).labels };
}

/** The first phase's own table, at the epochs of the case and on the first rate and length of its table. */
function ratesOf(given: Given): number[] {
  const table = given.params['table'] as (readonly [epoch: number, rate: number])[];
  const [length, first] = [table.at(-1)?.[0] ?? 1, table[0]?.[1] ?? 1];
  const phases = method.phases?.(makeStep(method, { params: { rates: 'released' } }).params);
  const rates = phases?.['pretext']?.rates ?? [];
  return (given.inputs['epochs'] as number[]).map((epoch) => first * rateAt(rates, epoch / length));
}

export default defineGolden({
  id: 'rotnet',
  gradients: { grad_W: ['loss', 'W'] },
  compute(given) {
    switch (given.name) {
      case 'rotate': {
        const x = given.tensor('x') as Tensor4D;
        const turns = ops.tile(ops.range(0, 4, 1), [x.shape[0]]);
        return { expanded: allTurns(ops, x), labels: turns };
      }
      case 'rotate-rect': {
        const x = given.tensor('x') as Tensor4D;
        const turned = [0, 1, 2, 3].map((r) => ops.reshape(quarterTurns(ops, x, r), [-1]));
        return { rotations: ops.concat(turned) };
      }
      case 'pretext-ce':
        return pretext(given);
      case 'linear-readout':
        return readout(given);
      case 'pretext-distillation': {
        const step = makeStep(method, {
          phase: 'distil',
          params: { weight: 1, temperature: given.number('T') },
          extras: { turns: (x: Tensor) => x, readout: undefined, pool: false, reached: [] },
          student: net({ logits: given.matrix('z_s') }),
          teacher: net({ logits: given.matrix('z_t') }),
        });
        return { loss: method.losses(step).teacher };
      }
      case 'lr-table':
        return { lr: ops.tensor1d(ratesOf(given)) };
      default:
        throw new Error(`The case '${given.name}' has no adapter.`);
    }
  },
});
