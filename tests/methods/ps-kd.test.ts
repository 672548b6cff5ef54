import { describe, expect, it } from 'vitest';
import { makePass, makeStep, net, ops, table, total } from '../../src/golden/kit';
import method from '../../src/methods/ps-kd';
import { staysFinite } from './extremes';
import { golden, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('ps-kd');

const student = net({ logits: matrix(4, 3, 1, 2) });
const labels = labelsOf(4, 3);
const empty = () => table(ops.zeros([4, 3]));

describe('limits', () => {
  it('is cross-entropy while the memory is empty, whatever the weight', async () => {
    const terms = await termsOf(method, {
      student,
      labels,
      memory: empty(),
      epoch: ops.scalar(6),
      epochs: 10,
    });
    const ce = await numberOf(() => ops.crossEntropy(student.logits, ops.oneHot(labels, 3)));
    expect(terms['past']).toBeGreaterThan(0.1);
    expect(terms['labels']! + terms['past']!).toBeCloseTo(ce, 6);
  });

  it('raises the weight by equal steps up to the given one', async () => {
    const weight = (epoch: number) =>
      numberOf(() => {
        const memory = empty();
        const step = makeStep(method, { student, memory, epoch: ops.scalar(epoch), epochs: 8 });
        return method.probe!(step)['weight']!;
      });
    expect(await weight(0)).toBeCloseTo(0.1, 6);
    expect(await weight(3)).toBeCloseTo(0.4, 6);
    expect(await weight(7)).toBeCloseTo(0.8, 6);
  });

  it('writes the softmax of the student to the rows of the batch', async () => {
    const memory = table(normal([9, 3]) as ReturnType<typeof matrix>);
    const index = ops.tensor1d([8, 0, 3, 5], 'int32');
    await termsOf(method, { student, labels, memory, index });
    expect(memory.writes).toHaveLength(1);
    expect([...(await memory.writes[0]!.index.data())]).toEqual([8, 0, 3, 5]);
  });

  it('stores probabilities', async () => {
    const stored = await numbersOf(() => {
      const memory = empty();
      total(method.losses(makeStep(method, { student, labels, memory })));
      return memory.writes[0]!.values;
    });
    const wanted = await numbersOf(() => ops.softmax(student.logits));
    expect(stored).toEqual(wanted);
  });

  it('starts with a memory of one row per sample, empty', async () => {
    const memory = await method.prepare!(makePass(new Int32Array(5), 3), { strength: 0.8 });
    expect([memory.rows, memory.columns]).toEqual([5, 3]);
    expect(await numbersOf(() => memory.read(ops.tensor1d([0, 4], 'int32')))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('edges', () => {
  staysFinite(method, ({ rows, classes }) => ({ memory: table(ops.zeros([rows, classes])), epochs: 4 }));
});
