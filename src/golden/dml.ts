import dml, { partnerLoss } from '../methods/dml';
import { defineGolden, makeStep, net, ops, total } from './kit';

export default defineGolden({
  id: 'dml',
  // By the loss that is trained: the other peers hold this one fixed, so its gradient is that of its own part.
  gradients: { grad_z_1: ['total', 'z_1'] },
  compute(c) {
    const logits = ['z_1', 'z_2', 'z_3'].map((input) => c.matrix(input));
    const labels = c.whole('y');
    const params = { peers: 3, temperature: c.number('T'), weight: 1 };
    const step = makeStep(dml, { params, students: logits.map((each) => net({ logits: each })), labels });
    const own = logits.map((z, i) =>
      ops.add(ops.crossEntropy(z, step.targets), partnerLoss(ops, logits, i, params.temperature)),
    );
    const [loss_1, loss_2, loss_3] = own;
    return { loss_1: loss_1!, loss_2: loss_2!, loss_3: loss_3!, total: total(dml.losses(step)) };
  },
});
