import { describe, expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import kd from '../../src/methods/kd';
import { golden, gradientsOf, labelsOf, matrix, termsOf } from './support';

golden('kd');

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);
const kinds = Object.keys(kd.params.divergence.options);

describe('limits', () => {
  it.each(kinds)('%s: nothing to learn from oneself', async (divergence) => {
    const terms = await termsOf(kd, { params: { divergence }, student, teacher: student, labels });
    expect(Math.abs(terms['kd']!)).toBeLessThan(1e-5);
  });

  it.each(kinds)(
    '%s: positive for another teacher and blind to a shift of all logits',
    async (divergence) => {
      const shifted = net({ logits: ops.add(student.logits, 3) as typeof student.logits });
      const [a, b] = [
        await termsOf(kd, { params: { divergence }, student, teacher, labels }),
        await termsOf(kd, { params: { divergence }, student: shifted, teacher, labels }),
      ];
      expect(a['kd']).toBeGreaterThan(0.01);
      expect(b['kd']).toBeCloseTo(a['kd']!, 5);
    },
  );

  it('is plain cross-entropy at weights 1 and 0', async () => {
    const parts = { params: { ceWeight: 1, kdWeight: 0 }, student, teacher, labels };
    const plain = { params: { ceWeight: 1, kdWeight: 0 }, student, teacher: student, labels };
    const terms = await termsOf(kd, parts);
    const ce = await ops.crossEntropy(student.logits, ops.oneHot(labels, 5)).data();
    expect(terms['ce']! + terms['kd']!).toBe(ce[0]);
    expect((await gradientsOf(kd, parts))['0/logits']).toEqual((await gradientsOf(kd, plain))['0/logits']);
  });

  it('bounds total variation by T^2 and Jensen-Shannon by T^2 ln 2', async () => {
    const far = net({ logits: ops.mul(ops.oneHot(labels, 5), 1e4) as typeof student.logits });
    const other = net({ logits: ops.mul(ops.oneHot(labels, 5), -1e4) as typeof student.logits });
    const at = async (divergence: string) =>
      (
        await termsOf(kd, {
          params: { divergence, kdWeight: 1, temperature: 2 },
          student: far,
          teacher: other,
          labels,
        })
      )['kd'];
    expect(await at('total-variation')).toBeCloseTo(4, 4);
    expect(await at('jensen-shannon')).toBeCloseTo(4 * Math.LN2, 4);
  });
});
