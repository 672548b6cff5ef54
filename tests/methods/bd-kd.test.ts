import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/engine/autodiff';
import type { Scalar, Tensor } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/bd-kd';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('bd-kd');

const student = net({ logits: matrix(6, 4, 1, 2) });
const teacher = net({ logits: matrix(6, 4, 2, 1.5) });
const labels = labelsOf(6, 4);
const gates = ['hard', 'soft', 'equal', 'flip'] as const;

describe('limits', () => {
  it('weight 0 in the student leaves the label gradient, bit for bit, whoever the teacher is', async () => {
    const ce = await numbersOf(() =>
      gradient((z) => ops.crossEntropy(z as typeof student.logits, ops.oneHot(labels, 4)), student.logits),
    );
    for (const other of [teacher, net({ logits: matrix(6, 4, 9, 4) })]) {
      const found = await gradientsOf(method, { params: { student: 0 }, student, teacher: other, labels });
      expect(found['0/logits']).toEqual(ce);
    }
  });

  it('delta 1 makes all gates the same', async () => {
    const all = await Promise.all(
      gates.map((gate) => termsOf(method, { params: { gate, delta: 1 }, student, teacher, labels })),
    );
    for (const terms of all)
      for (const key of Object.keys(terms)) expect(terms[key]).toBeCloseTo(all[0]![key]!, 6);
  });

  it('two equal nets have no divergence', async () => {
    const terms = await termsOf(method, { student, teacher: student, labels });
    for (const key of ['forward', 'reverse', 'teacherKd']) expect(Math.abs(terms[key]!)).toBeLessThan(1e-6);
  });

  it('exchanging the nets exchanges the divergences', async () => {
    const params = { gate: 'equal', delta: 1 };
    const one = await termsOf(method, { params, student, teacher, labels });
    const two = await termsOf(method, { params, student: teacher, teacher: student, labels });
    expect(one['forward']).toBeCloseTo(two['reverse']!, 5);
    expect(one['reverse']).toBeCloseTo(two['forward']!, 5);
  });

  it('the student part does not move the teacher, nor the teacher part the student', async () => {
    const by = (
      keys: readonly ('labels' | 'forward' | 'reverse' | 'teacherLabels' | 'teacherKd')[],
      moves: 'student' | 'teacher',
    ) =>
      numbersOf(() => {
        const held = moves === 'student' ? student : teacher;
        const loss = (z: Tensor): Scalar => {
          const nets = { student, teacher, [moves]: net({ logits: z as typeof held.logits }) };
          const terms = method.losses(makeStep(method, { ...nets, labels }));
          return ops.addN([...keys.map((key) => terms[key]), ops.mul(0, ops.sum(z))]) as Scalar;
        };
        return gradient(loss, held.logits);
      });
    expect((await by(['labels', 'forward', 'reverse'], 'teacher')).every((g) => g === 0)).toBe(true);
    expect((await by(['teacherLabels', 'teacherKd'], 'student')).every((g) => g === 0)).toBe(true);
    expect((await by(['forward'], 'student')).some((g) => Math.abs(g) > 1e-3)).toBe(true);
    expect((await by(['teacherKd'], 'teacher')).some((g) => Math.abs(g) > 1e-3)).toBe(true);
  });

  it('the gate carries no gradient: only its value scales the soft divergences', async () => {
    // With one sample the weights are two numbers, so the gradient is the weighted sum of the plain ones.
    const one = {
      student: net({ logits: matrix(1, 4, 5) }),
      teacher: net({ logits: matrix(1, 4, 6) }),
      labels: labelsOf(1, 4),
    };
    const at = async (gate: string, delta: number) =>
      (await gradientsOf(method, { params: { gate, delta, kappa: 30 }, ...one }))['0/logits'] as number[];
    const [plain, hard, flip] = [await at('hard', 1), await at('hard', 2), await at('flip', 2)];
    const soft = await at('soft', 2);
    // soft = plain + share (hard or flip - plain) + (1 - share) (the other - plain), the same share everywhere.
    const shares = soft.map((g, i) => (g - flip[i]!) / (hard[i]! - flip[i]!));
    for (const share of shares) expect(share).toBeCloseTo(shares[0]!, 3);
    expect(plain).not.toEqual(hard);
    expect(shares[0]).toBeGreaterThan(0.5);
  });
});

describe('edges, hard gate', () => staysFinite(method));
describe('edges, soft gate', () => staysFinite(method, () => ({ params: { gate: 'soft' } })));
