import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor2D } from '../../src/engine/types';
import { makePass, makeStep, net, ops, table } from '../../src/golden/kit';
import { dot, eigen, gram, orthonormal, solve } from '../../src/methods/kit/algebra';
import method from '../../src/methods/lelp';
import { principal, rotation } from '../../src/methods/lelp/axes';
import { headBasis, without } from '../../src/methods/lelp/fit';
import { classLogits, lelpTargets, project } from '../../src/methods/lelp/targets';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('lelp');

const stream = (name: string) => {
  const rng = new Rng(3, name);
  return { uniform: () => rng.uniform(), normal: () => rng.normal() };
};
const rows = (n: number, width: number, name: string, scale = (_: number) => 1) => {
  const { normal } = stream(name);
  return Array.from({ length: n }, () => Float64Array.from({ length: width }, (_, j) => scale(j) * normal()));
};

describe('algebra', () => {
  it('diagonalises', () => {
    const x = rows(9, 6, 'eigen');
    const symmetric = gram(x);
    const { values, vectors } = eigen(symmetric);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    for (const [i, v] of vectors.entries()) {
      const image = symmetric.map((row) => dot(row, v));
      for (const [j, y] of image.entries()) expect(y).toBeCloseTo(values[i]! * v[j]!, 9);
    }
  });

  it('solves', () => {
    const x = rows(9, 5, 'solve');
    const a = gram(x);
    const [answer] = solve(a, [Float64Array.of(1, 2, 3, 4, 5)]);
    for (const [i, row] of a.entries()) expect(dot(row, answer!)).toBeCloseTo(i + 1, 9);
  });

  it('drops what is dependent', () => {
    const [a, b] = rows(2, 4, 'drop');
    const basis = orthonormal([a!, b!, a!.map((x, i) => x - 2 * b![i]!), new Float64Array(4)]);
    expect(basis).toHaveLength(2);
    expect(dot(basis[0]!, basis[1]!)).toBeCloseTo(0, 14);
  });

  it('turns without stretching', () => {
    const q = rotation(6, stream('turn').uniform);
    for (const [i, a] of q.entries())
      for (const [j, b] of q.entries()) expect(dot(a, b)).toBeCloseTo(Number(i === j), 12);
  });

  it('finds the leading directions of many dimensions', () => {
    // Variances 100, 64, 36 on three axes, 1 on the others.
    const x = rows(400, 40, 'axes', (j) => [10, 8, 6][j] ?? 1);
    const exact = eigen(gram(x).map((row) => row.map((v) => v / 400)));
    const found = principal(x, 3, stream('start').uniform);
    for (let i = 0; i < 3; i++) {
      expect(found.values[i]).toBeCloseTo(exact.values[i]!, 6);
      expect(Math.abs(dot(found.vectors[i]!, exact.vectors[i]!))).toBeCloseTo(1, 8);
    }
  });
});

describe('what the head reads', () => {
  it('is found from its logits, dead units or not, and disappears', () => {
    const x = rows(60, 12, 'x', (j) => (j === 4 ? 0 : 1 + j / 4));
    const w = rows(3, 12, 'w');
    // Logits and embeddings come back from the device in float32.
    const z = x.map((row) => Float64Array.from(w, (v, k) => Math.fround(dot(row, v) + k)));
    const rounded = x.map((row) => row.map(Math.fround));
    const basis = headBasis(rounded, z);
    expect(basis).toHaveLength(3);
    for (const row of x) {
      const rest = without(row, basis);
      for (const v of w) expect(Math.abs(dot(rest, v))).toBeLessThan(2e-5);
      expect(Math.sqrt(dot(rest, rest))).toBeGreaterThan(0.1);
    }
  });
});

const classes = 3;
const labels = Int32Array.from({ length: 90 }, (_, i) => (i * 7) % classes);
const embeddings = rows(90, 8, 'embedding');
const outputs = async () => ({
  logits: Float32Array.from(embeddings.flatMap((h) => [h[0]! + h[3]!, h[1]!, h[2]! - h[0]!])),
  embedding: Float32Array.from(embeddings.flatMap((h) => [...h])),
  width: 8,
});
const { params } = makeStep(method, { params: { subclasses: 3 } });
const prepared = async (values = {}) =>
  (await method.prepare!(makePass(labels, classes, outputs), { ...params, ...values })).splits;

describe('targets', () => {
  const teacher = matrix(5, classes, 7, 2);
  const embedding = matrix(5, 8, 8);

  it('add up to the teacher over the parts of a class', async () => {
    const memory = await prepared();
    expect([memory.rows, memory.columns]).toEqual([9, 9]);
    const sums = await numbersOf(() => {
      const p = lelpTargets(ops, project(ops, memory, embedding), teacher, 2, 0.5);
      return ops.sum(ops.reshape(p, [5, classes, 3]), 2);
    });
    const whole = await numbersOf(() => ops.softmax(teacher, 2));
    for (const [i, x] of sums.entries()) expect(x).toBeCloseTo(whole[i]!, 6);
  });

  it('have mean 0 and mean square 1 on the class they were fitted to', async () => {
    const memory = await prepared();
    const own = embeddings.filter((_, i) => labels[i] === 1).map((h) => [...h]);
    const a = (await (project(ops, memory, ops.tensor2d(own)) as Tensor2D).array()).map((r) => r.slice(3, 6));
    for (let s = 0; s < 3; s++) expect(a.reduce((sum, r) => sum + r[s]!, 0) / a.length).toBeCloseTo(0, 5);
    expect(a.flat().reduce((sum, x) => sum + x * x, 0) / (3 * a.length)).toBeCloseTo(1, 5);
  });

  it('do not depend on the order of the training images', async () => {
    const memory = await prepared({ rotate: false });
    const order = Array.from({ length: 90 }, (_, i) => (i * 31) % 90);
    const shuffled = async () => {
      const { logits, embedding: all } = await outputs();
      const pick = (flat: Float32Array, w: number) =>
        Float32Array.from(order.flatMap((i) => [...flat.subarray(i * w, i * w + w)]));
      return { logits: pick(logits, classes), embedding: pick(all, 8), width: 8 };
    };
    const pass = makePass(
      Int32Array.from(order, (i) => labels[i]!),
      classes,
      shuffled,
    );
    const { splits: other } = await method.prepare!(pass, { ...params, rotate: false });
    const read = (m: typeof memory) =>
      numbersOf(() => lelpTargets(ops, project(ops, m, embedding), teacher, 2, 0.5));
    const [a, b] = [await read(memory), await read(other)];
    for (const [i, x] of a.entries()) expect(x).toBeCloseTo(b[i]!, 4);
  });

  it.each([
    { directions: 'random' },
    { directions: 'clusters' },
    { nullSpace: false },
    { subclasses: 1 },
    { subclasses: 16 },
  ])('%o', async (values) => {
    const memory = await prepared(values);
    const numbers = await numbersOf(() => project(ops, memory, embedding));
    expect(numbers).toHaveLength(5 * classes * Math.min(8, { ...params, ...values }.subclasses));
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(Math.max(...numbers.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('take a class without images and a teacher that says the same of all', async () => {
    const flat = async () => ({
      logits: new Float32Array(90 * 3),
      embedding: new Float32Array(90 * 8).fill(0.3),
      width: 8,
    });
    for (const pass of [
      makePass(
        labels.map((y) => Math.min(y, 1)),
        classes,
        outputs,
      ),
      makePass(labels, classes, flat),
    ]) {
      const { splits: memory } = await method.prepare!(pass, params);
      const p = await numbersOf(() => lelpTargets(ops, project(ops, memory, embedding), teacher, 2, 0.5));
      expect(p.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the classes before grouping', () => {
  const finer = labels.map((label, i) => 10 * label + (Math.floor(i / classes) % 2));
  const pass = { ...makePass(labels, classes, outputs), attributes: { 'finer class': finer } };
  const directions = 'finer' as const;
  const nets = { teacher: net({ logits: matrix(90, classes, 3), embedding: matrix(90, 8, 4) }) };

  it('split the own class by what the image was, the others evenly, and keep the teacher’s classes', async () => {
    const { splits } = await method.prepare!(pass, { ...params, directions });
    const read = splits.read(ops.range(0, 90, 1, 'int32'));
    const p = await numbersOf(() => lelpTargets(ops, read, nets.teacher.logits, 2, 0.5));
    const whole = await numbersOf(() => ops.softmax(nets.teacher.logits, 2));
    for (let row = 0; row < 90; row++)
      for (let k = 0; k < classes; k++)
        for (let s = 0; s < 3; s++) {
          const own = Number(s === finer[row]! % 10);
          const share = labels[row] === k ? own : s < 2 ? 0.5 : 0;
          expect(p[(row * classes + k) * 3 + s]).toBeCloseTo(share * whole[row * classes + k]!, 6);
        }
  });

  it('are one part each where classes were not grouped: plain distillation', async () => {
    const memory = await method.prepare!(makePass(labels, classes, outputs), { ...params, directions });
    const extras = { head: (x: Tensor) => ops.matMul(x, matrix(6, 9, 5)) };
    const student = net({ logits: matrix(90, classes, 1), embedding: matrix(90, 6, 2) });
    const parts = { params: { subclasses: 3, directions, temperature: 2 }, extras, memory, student, ...nets };
    const index = ops.range(0, 90, 1, 'int32');
    const { split } = await termsOf(method, { ...parts, labels: ops.tensor1d(labels, 'int32'), index });
    const wanted = await numbersOf(() => {
      const z = ops.reshape(extras.head(student.embedding), [90, classes, 3]);
      const firsts = ops.reshape(ops.slice(z, [0, 0, 0], [-1, -1, 1]), [90, classes]);
      const all = ops.logSumExp(ops.div(ops.reshape(z, [90, 9]), 2));
      const log = ops.sub(ops.div(firsts, 2), ops.expandDims(all, 1));
      return ops.mul(-4, ops.mean(ops.sum(ops.mul(ops.softmax(nets.teacher.logits, 2), log), 1)));
    });
    expect(split).toBeCloseTo(wanted[0]!, 4);
  });
});

describe('the student', () => {
  const nets = {
    student: net({ logits: matrix(5, classes, 1), embedding: matrix(5, 6, 2) }),
    teacher: net({ logits: matrix(5, classes, 3), embedding: matrix(5, 8, 4) }),
  };
  const build = new NetworkBuild(1, 'extras');
  const extras = method.extras!(build, {
    params,
    classes,
    samples: 90,
    image: [8, 8, 1],
    student: { embedding: 6, taps: {} },
    teacher: { embedding: 8, taps: {} },
  });

  it('has one output per part of a class', () => {
    expect(build.parameters).toBe(6 * 9 + 9);
  });

  it('learns nothing from labels at weight 0 and nothing else through its plain head', async () => {
    const memory = await prepared();
    const parts = {
      params: { subclasses: 3 },
      extras,
      memory: {
        splits: memory,
        finer: table(ops.zeros([5, 1])),
        match: table(ops.zeros([classes, 1])),
      },
      ...nets,
      labels: labelsOf(5, classes),
    };
    expect((await termsOf(method, parts))['ce']).toBe(0);
    const gradients = await gradientsOf(method, parts);
    expect(gradients['0/logits']!.every((g) => g === 0)).toBe(true);
    expect(gradients['0/embedding']!.some((g) => g !== 0)).toBe(true);
  });

  it('predicts the sum over the parts of a class', async () => {
    const z = matrix(5, 9, 5);
    const found = await numbersOf(() => ops.softmax(classLogits(ops, z, classes)));
    const wanted = await numbersOf(() => ops.sum(ops.reshape(ops.softmax(z), [5, classes, 3]), 2));
    for (const [i, x] of found.entries()) expect(x).toBeCloseTo(wanted[i]!, 6);
    const shown = makeStep(method, { params, extras, student: nets.student });
    expect(method.predict!(shown).shape).toEqual([5, classes]);
  });
});

describe('edges', () =>
  staysFinite(method, ({ classes: k }) => ({
    params: { alpha: 0.3 },
    extras: { head: (x: Tensor) => ops.matMul(x, matrix(6, 2 * k, 5, 1e3)) },
    memory: { splits: table(matrix(7, 2 * k, 6, 100)) },
  })));
