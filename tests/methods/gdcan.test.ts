import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { gradients } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { ops } from '../../src/golden/kit';
import method from '../../src/methods/gdcan';
import { attend } from '../../src/methods/gdcan/attention';
import {
  bandwidth,
  entropy,
  groupedDiscrepancy,
  linearDiscrepancy,
} from '../../src/methods/gdcan/discrepancy';
import { answersOf, type corrected, grow } from '../../src/methods/gdcan/modules';
import { ramp, thresholdOf } from '../../src/methods/gdcan/run';
import { ready } from '../../src/share/catalogue';
import { Workspace } from '../../src/trainer/workspace';
import { play } from '../trainer/resume-support';
import { golden, matrix, normal, numberOf, numbersOf } from './support';

golden('gdcan');

const shapes = { embedding: 6, taps: { stem: [4, 4, 3], stage1: [2, 2, 6] } };
const extras = () =>
  grow(new NetworkBuild(1, 'extras'), {
    params: { reduction: 4, bottleneck: 8 },
    classes: 3,
    samples: 4,
    image: [8, 8, 1],
    student: shapes,
    teacher: undefined,
  });
const [module] = extras().modules as [ReturnType<typeof extras>['modules'][0]];
const pair = (shift: number) =>
  ops.concat([normal([2, 4, 4, 3], 1), ops.add(normal([2, 4, 4, 3], 1), shift)], 0);

describe('the gate', () => {
  it('finds nothing between equal batches, so that they share an entrance at any threshold', async () => {
    const { gap } = attend(ops, pair(0), 2, module, { eta: 0.2 });
    expect(await numberOf(() => ops.reshape(gap, [1]))).toBe(0);
  });

  it('at 0 is always separate, above 1 always shared', () => {
    expect(thresholdOf({ gates: 'separate', eta: 0.2 })).toBe(0);
    expect(thresholdOf({ gates: 'shared', eta: 0.2 })).toBeGreaterThan(1);
    expect(thresholdOf({ gates: 'chosen', eta: 0.2 })).toBe(0.2);
  });

  it('changes nothing where both entrances are the same layer', async () => {
    const same = { ...module, target: module.source };
    const at = (eta: number) => numbersOf(() => attend(ops, pair(3), 2, same, { eta }).x);
    expect(await at(0)).toEqual(await at(2));
    const apart = (eta: number) => numbersOf(() => attend(ops, pair(3), 2, module, { eta }).x);
    expect(await apart(0)).not.toEqual(await apart(2));
  });

  it('lets no gradient of the target through the source’s entrance where it is separate', async () => {
    const kernel = normal([3, 4], 4);
    const slope = (eta: number) =>
      numbersOf(() => {
        const loss = (w: Tensor): Scalar => {
          const source = Object.assign((x: Tensor) => ops.matMul(x as Tensor2D, w as Tensor2D), { out: [4] });
          const { x } = attend(ops, pair(3), 2, { ...module, source }, { eta });
          return ops.sum(ops.slice(x, [2, 0, 0, 0], [2, 4, 4, 3])) as Scalar;
        };
        return gradients(loss, [kernel])[0] as Tensor;
      });
    expect((await slope(0)).every((value) => value === 0)).toBe(true);
    expect((await slope(2)).some((value) => value !== 0)).toBe(true);
  });
});

describe('distances', () => {
  it('of equal batches without a correction are 0, and the bandwidth is never 0', async () => {
    const f = matrix(5, 4);
    expect(await numberOf(() => linearDiscrepancy(ops, f, f))).toBeCloseTo(0, 9);
    const equal = ops.ones([4, 3]) as Tensor2D;
    expect(await numberOf(() => bandwidth(ops, equal))).toBeGreaterThan(0);
    expect(await numberOf(() => linearDiscrepancy(ops, equal, equal))).toBe(0);
  });

  it('by class are those of the classes alone, added up; a class without rows adds nothing', async () => {
    const [a, b] = [matrix(5, 4, 1), matrix(5, 4, 2)];
    const labels = ops.tensor1d(Int32Array.of(0, 1, 2, 1, 0), 'int32');
    const hard = ops.oneHot(labels, 4);
    const whole = await numberOf(() => groupedDiscrepancy(ops, [a, hard], [b, hard]));
    let parts = 0;
    for (const rows of [[0, 4], [1, 3], [2]]) {
      const at = ops.tensor1d(Int32Array.from(rows), 'int32');
      const one = ops.ones([rows.length, 1]) as Tensor2D;
      const of = (x: Tensor2D) => [ops.gather(x, at) as Tensor2D, one] as const;
      parts += await numberOf(() => groupedDiscrepancy(ops, of(a), of(b)));
    }
    expect(whole).toBeCloseTo(parts, 5);
  });

  it('of entropy are 0 for a sure answer and log K for none', async () => {
    expect(
      await numberOf(() => entropy(ops, ops.oneHot(ops.range(0, 3, 1, 'int32') as Tensor1D, 3))),
    ).toBeCloseTo(0, 9);
    expect(await numberOf(() => entropy(ops, ops.fill([2, 5], 0.2) as Tensor2D))).toBeCloseTo(Math.log(5), 5);
  });

  it('come in after the first part: nothing, half, all', async () => {
    const at = (progress: number, start = 0.4) => numberOf(() => ramp(ops, ops.scalar(progress), start));
    expect(await at(0.4)).toBe(0);
    expect(await at(0.55)).toBeCloseTo(0.5, 5);
    expect(await at(0.7)).toBeCloseTo(1, 5);
    expect(await at(1, 1)).toBe(0);
  });
});

it('a correction of zero weights changes no answer', async () => {
  const zero = (x: { readonly shape: number[] }) => ops.zeros(x.shape);
  const none = ({ w1, b1, w2, b2 }: Parameters<typeof corrected>[2]) => ({
    ...{ w1: zero(w1), b1: zero(b1), w2: zero(w2), b2: zero(b2) },
  });
  const made = extras();
  const still = { ...made, features: none(made.features), answers: none(made.answers) };
  const { plain, corrected: after } = answersOf(ops, still, matrix(4, 6, 3));
  expect(await numbersOf(() => after.clone())).toEqual(await numbersOf(() => plain.clone()));
});

describe('a run', () => {
  const mlp = { id: 'mlp', params: { width: 8, layers: 1 } };
  const glyphs = {
    source: 'builtin' as const,
    id: 'glyphs',
    params: { count: 80, difficulty: 0.5, labelNoise: 0 },
  };
  const config: Config = {
    ...ready,
    dataset: glyphs,
    data: { ...ready.data, size: 8 },
    others: { target: { source: 'shift', id: 'invert', params: {} } },
    regimes: [{ id: 'two-domains', params: {} }],
    teacher: { ...ready.teacher, model: mlp, epochs: 1 },
    students: [
      {
        ...ready.students[0]!,
        method: { id: 'gdcan', params: { ...defaults(method.params), start: 0 } },
        model: mlp,
      },
    ],
    training: { ...ready.training, epochs: 2, batchSize: 16 },
  };

  let plainRun: ReturnType<typeof play> | undefined;
  const asItIs = () => {
    plainRun ??= play(config);
    return plainRun;
  };

  it('does not know the target’s labels: with others the trace of training is the same, bit by bit', async () => {
    const dataset = new Workspace().ensure(config).dataset;
    const wrong = (labels: Int32Array) => labels.map((label) => (label + 3) % 10);
    const { validation, test } = dataset.splits;
    const relabelled = {
      ...dataset,
      splits: {
        train: dataset.splits.train,
        validation: { ...validation, labels: wrong(validation.labels) },
        test: { ...test, labels: wrong(test.labels) },
      },
    };
    const [plain, other] = [await asItIs(), await play(config, { more: { dataset: relabelled } })];
    expect(plain.finished && other.finished).toBe(true);
    expect(other.heard['curves']).toEqual(plain.heard['curves']);
    // The labels were other ones: what is measured with them differs.
    expect(other.heard['evaluations']).not.toEqual(plain.heard['evaluations']);
  });

  it('reads the images of the target: with others the trace differs', async () => {
    const noise = { source: 'shift' as const, id: 'noise', params: { deviation: 50 } };
    const [plain, other] = [await asItIs(), await play({ ...config, others: { target: noise } })];
    expect(other.heard['curves']).not.toEqual(plain.heard['curves']);
  });
});
