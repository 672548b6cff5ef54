import { type Nested, tensorOf } from '../engine/autodiff';
import type { Tensor1D } from '../engine/types';
import bornAgain, { confidenceWeights, permuteOthers } from '../methods/born-again';
import { defineGolden, fixedRandom, makeStep, net, ops, total } from './kit';

export default defineGolden({
  id: 'born-again',
  // The permutation that the file used: an input in fact.
  ignore: ['dkpp_perm'],
  compute(c) {
    const order = tensorOf(c.expected['dkpp_perm'] as Nested, 'int32') as Tensor1D;
    const step = (form: 'probabilities' | 'confidence' | 'permuted') =>
      bornAgain.losses(
        makeStep(bornAgain, {
          params: { form, ceWeight: 1, weight: 1, temperature: c.number('T') },
          student: net({ logits: c.matrix('z_s') }),
          teacher: net({ logits: c.matrix('z_prev') }),
          labels: c.whole('y'),
          random: { ...fixedRandom(), permutation: () => order },
        }),
      );
    return {
      loss: total(step('probabilities')),
      cwtm_loss: step('confidence').former,
      cwtm_weights: confidenceWeights(ops, c.matrix('z_prev')),
      dkpp_target: permuteOthers(ops, c.matrix('z_prev'), order),
      dkpp_soft_ce: step('permuted').former,
    };
  },
});
