import type { Tensor, Tensor1D, Variable } from '../engine/types';
import { type Form, through, weightCount } from '../methods/knowledge-concentration/layers';
import { insideAndOut, paced, placed, sigmoidLoss } from '../methods/knowledge-concentration/losses';
import { lessons } from '../methods/knowledge-concentration/targets';
import { defineGolden, type Given, ops } from './kit';

type Rows = readonly (readonly number[])[];

/** Outputs of each vertical. */
const sizesOf = (given: Given): number[] =>
  (given.inputs['slices'] as Rows).map(([start = 0, end = 0]) => end - start);

/** The specialist of each image answers; the code under test is given the answers of all to all images. */
function student(given: Given) {
  const sizes = sizesOf(given);
  const verticals = given.inputs['vertical'] as readonly number[];
  const rows = given.inputs['x_t'] as Rows;
  const answers = sizes.map((size) =>
    Float32Array.from(rows.flatMap((row) => Array.from({ length: size }, (_, j) => row[j] ?? 0))),
  );
  const kept = lessons(answers, verticals, sizes, given.number('top_k'));
  const mask = ops.oneHot(given.whole('vertical'), sizes.length);
  const z = placed(ops, ops.tensor2d(kept, [verticals.length, Math.max(...sizes)]), mask, { sizes });
  const [inside, outside] = insideAndOut(ops, given.tensor('x'), z, mask, { sizes });
  return { z_star: z, loss: ops.add(inside, outside) };
}

function pace(given: Given): Record<string, Tensor> {
  const scope = given.params['scope'] === 'all' ? 'all' : 'vertical';
  const gamma = given.tensor('gamma') as Tensor1D;
  const y = paced(ops, given.tensor('x'), gamma, { sizes: sizesOf(given) }, scope);
  return given.name === 'self-paced-scale-invariance'
    ? { y }
    : { y, loss: sigmoidLoss(ops, y, given.tensor('z_star')) };
}

function structured(given: Given) {
  const blocks = (weight: string, bias: string) => {
    const biases = given.inputs[bias] as Rows;
    return (given.inputs[weight] as readonly Rows[]).map((rows, v) => ({
      weight: ops.tensor2d(rows.flat(), [rows.length, rows[0]?.length ?? 0]) as unknown as Variable,
      bias: ops.tensor1d([...(biases[v] ?? [])]) as unknown as Variable,
    }));
  };
  const hidden = through(ops, [given.tensor('h')], blocks('W', 'b')).map((x) => ops.relu(x));
  return {
    hidden: ops.concat(hidden, 1),
    logits: ops.concat(through(ops, hidden, blocks('V', 'c')), 1),
  };
}

const FORMS: Readonly<Record<string, Form>> = {
  'FC-FC': 'fc',
  'FC-SC': 'fc-sc',
  'SC-SC': 'sc-sc',
  'FC-SCshared': 'shared',
};

interface Row {
  readonly kind: string;
  readonly sb: number;
  readonly s1: number;
  readonly s2: number;
  readonly M: number;
  readonly N: number;
  readonly sg: number;
}

const counts = (given: Given) =>
  (given.params['rows'] as readonly Row[]).map(({ kind, sb, s1, s2, M, N, sg }) =>
    weightCount(FORMS[kind] as Form, { widths: [sb, s1, s2], shared: sg }, M, N),
  );

export default defineGolden({
  id: 'knowledge-concentration',
  compute(given) {
    switch (given.name) {
      case 'specialist-loss':
        return { loss: sigmoidLoss(ops, given.tensor('x'), given.tensor('z')) };
      case 'student-loss-top2':
      case 'student-loss-top100':
        return student(given);
      case 'sc-layers':
        return structured(given);
      case 'parameter-counts':
        return { counts: ops.tensor1d(counts(given)) };
      default:
        return pace(given);
    }
  },
});
