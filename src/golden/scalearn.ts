import type { Ops, Tensor } from '../engine/types';
import { combine, type Form, type Joined, shares, transferParameters } from '../methods/scalearn/maths';
import { defineGolden, type Given, ops } from './kit';

const TASKS = 3;

const up = (x: Tensor, given: Given, t: number): Tensor => {
  const part = (name: string) => given.matrix(`${name}_${t}`);
  const down = ops.relu(ops.add(ops.matMul(x, part('wd')), part('bd')));
  return ops.add(ops.matMul(down, part('wu')), part('bu'));
};

/** The paper's insertion into a transformer block, with the norm that it reads from and ends with. */
function layer(given: Given) {
  const [h, input] = [given.tensor('h'), given.tensor('inp')];
  const norm = (x: Tensor) => ops.layerNorm(x, given.tensor('ln_g'), given.tensor('ln_b'));
  const x = norm(ops.add(h, input));
  const ups = Array.from({ length: TASKS }, (_, t) => up(x, given, t));
  const masks = 'dropout_mask' in given.inputs ? ops.unstack(given.tensor('dropout_mask')) : undefined;
  const joined = { plain: 'sum', mean: 'mean', softmax: 'softmax' }[String(given.params['mode'])] as Joined;
  const combined = combine(ops, ups, shares(ops, ops.unstack(given.tensor('omega')), joined, masks));
  const out = norm(ops.addN([combined, h, input]));
  const z = ops.add(
    ops.matMul(out as ReturnType<Ops['matMul']>, given.matrix('head_w')),
    given.tensor('head_b'),
  );
  const targets = ops.oneHot(given.whole('y'), z.shape[1] as number);
  const loss = ops.crossEntropy(z as Parameters<Ops['crossEntropy']>[0], targets);
  return { ups: ops.stack(ups), combined, out, loss };
}

const FORMS: Readonly<Record<string, Form>> = {
  ScaLearn: 'scalearn',
  'ScaLearn++': 'scalearn++',
  ScaLearnUniform: 'uniform',
  'ScaLearnUniform++': 'uniform++',
};

function counts(given: Given): Record<string, number> {
  const widths = new Array<number>(given.number('layers')).fill(given.number('d'));
  return Object.fromEntries(
    Object.entries(FORMS).map(([name, form]) => [name, transferParameters(form, widths, given.number('n'))]),
  );
}

export default defineGolden({
  id: 'scalearn',
  compute: (given) => (given.name === 'parameter_counts' ? counts(given) : layer(given)),
});
