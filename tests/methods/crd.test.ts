import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor2D } from '../../src/engine/types';
import { makePass, makeStep, net, ops, table } from '../../src/golden/kit';
import crd from '../../src/methods/crd';
import { drawOthers, memoryLosses, remember } from '../../src/methods/crd/memory';
import labelsOnly from '../../src/methods/labels-only';
import { golden, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('crd');

const labels = labelsOf(6, 3);
const student = net({ logits: matrix(6, 3, 1), embedding: matrix(6, 5, 2) });
const teacher = net({ logits: matrix(6, 3, 3), embedding: matrix(6, 7, 4) });
const params = { form: 'batch' as const, weight: 0.8, temperature: 0.1, width: 32, negatives: 8 };
const tapless = (embedding: number) => ({ embedding, taps: {} });
const given = { params, classes: 3, samples: 12, image: [1, 1, 1], student: tapless(5), teacher: tapless(7) };
const build = new NetworkBuild(1, 'extras');
const extras = crd.extras!(build, given)!;
const identity = { student: (x: Tensor2D) => x, teacher: (x: Tensor2D) => x } as unknown as typeof extras;

describe('in the batch', () => {
  it('is ln B in all when every view is the same', async () => {
    const same = net({ logits: student.logits, embedding: ops.ones([6, 5]) });
    const terms = await termsOf(crd, {
      params: { weight: 1 },
      extras: identity,
      student: same,
      teacher: same,
      labels,
    });
    expect(terms['student']! + terms['teacher']!).toBeCloseTo(Math.log(6), 5);
  });

  it('is 0 when the views of an image agree and others are at right angles', async () => {
    const apart = net({ logits: student.logits, embedding: ops.oneHot(ops.range(0, 6, 1, 'int32'), 6) });
    const terms = await termsOf(crd, {
      params: { temperature: 0.05 },
      extras: identity,
      student: apart,
      teacher: apart,
      labels,
    });
    expect(terms['student']! + terms['teacher']!).toBeLessThan(1e-5);
  });

  it('does not depend on the length of the features', async () => {
    const longer = net({ logits: student.logits, embedding: ops.mul(student.embedding, 9) as Tensor2D });
    const at = (each: typeof student) =>
      termsOf(crd, { extras: identity, student: each, teacher: student, labels });
    expect((await at(longer))['student']).toBeCloseTo((await at(student))['student']!, 5);
  });

  it('is labels-only at weight 0', async () => {
    const terms = await termsOf(crd, { params: { weight: 0 }, extras, student, teacher, labels });
    expect(terms).toEqual({ ...(await termsOf(labelsOnly, { student, labels })), student: 0, teacher: 0 });
  });
});

describe('with a memory', () => {
  const classOf = Int32Array.from([2, 0, 1, 2, 1, 0, 2, 2, 1, 0, 1, 2]);

  it('draws every row of another class and none of the own', async () => {
    const memory = remember(makePass(classOf, 3), 4);
    const uniform = ops.reshape(ops.range(0, 300), [3, 100]);
    const wanted = ops.tensor1d([0, 1, 2], 'int32');
    const drawn = await numbersOf(() =>
      drawOthers(
        ops,
        memory,
        wanted,
        ops.div(ops.cast(ops.sub(uniform, [[0], [100], [200]]), 'float32'), 100),
      ),
    );
    for (const label of [0, 1, 2]) {
      const seen = new Set(drawn.slice(100 * label, 100 * label + 100));
      const others = [...classOf.keys()].filter((row) => classOf[row] !== label);
      expect([...seen].sort((a, b) => a - b)).toEqual(others);
    }
  });

  it('stays inside the table when the uniform number rounds up to 1', async () => {
    const memory = remember(makePass(classOf, 3), 4);
    const drawn = await numbersOf(() =>
      drawOthers(ops, memory, ops.tensor1d([0, 2], 'int32'), ops.ones([2, 1])),
    );
    for (const [i, row] of drawn.entries()) expect(classOf[row]).not.toBe([0, 2][i]);
  });

  it('starts with rows within 1 / sqrt(width / 3), different on both sides', async () => {
    const memory = remember(makePass(classOf, 3), 12);
    const all = ops.range(0, 12, 1, 'int32');
    const [a, b] = [
      await numbersOf(() => memory.student.read(all)),
      await numbersOf(() => memory.teacher.read(all)),
    ];
    expect(Math.max(...a.map(Math.abs))).toBeLessThanOrEqual(0.5);
    expect(Math.max(...a.map(Math.abs))).toBeGreaterThan(0.4);
    expect(a).not.toEqual(b);
  });

  it('keeps the normalisers of the first batch', async () => {
    const unit = (seed: number) => ops.l2Normalize(matrix(2, 4, seed)) as Tensor2D;
    const rows = ops.tensor2d([0, 1, 2, 3, 4, 5], [2, 3], 'int32');
    const memory = {
      student: table(matrix(12, 4, 1)),
      teacher: table(matrix(12, 4, 2)),
      constants: table(ops.tensor2d([[7, 9]])),
    };
    memoryLosses(ops, memory, { student: unit(3), teacher: unit(4) }, rows, 0.1);
    expect(await numbersOf(() => ops.mul(memory.constants.writes[0]!.values, 1))).toEqual([7, 9]);
  });

  it('writes rows of length 1 for the images of the batch', async () => {
    const memory = remember(makePass(classOf, 3), 32);
    const noted = { ...memory, student: table(matrix(12, 32, 5)) };
    const index = ops.tensor1d([4, 0, 7, 2, 9, 1], 'int32');
    const params = { form: 'memory' as const, negatives: 8 };
    crd.losses(makeStep(crd, { params, extras, memory: noted, student, teacher, labels, index }));
    const write = noted.student.writes[0]!;
    expect(await numbersOf(() => ops.mul(write.index, 1))).toEqual([4, 0, 7, 2, 9, 1]);
    for (const length of await numbersOf(() => ops.sum(ops.square(write.values), -1)))
      expect(length).toBeCloseTo(1, 5);
    expect(noted.student.writes).toHaveLength(1);
  });
});
