import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Scalar, Tensor, Tensor2D } from '../../src/engine/types';
import { type Case, given, makePass, makeStep, net, ops, table } from '../../src/golden/kit';
import { layersOf, oneStep, type Weights, weightsOf } from '../../src/golden/tgeo-kd';
import method from '../../src/methods/tgeo-kd';
import { meanAnswers } from '../../src/methods/tgeo-kd/mix';
import { byLabel, cases as shareBy, triangles } from '../../src/methods/tgeo-kd/pictures';
import { staysFinite } from './extremes';
import { golden, goldenFile, gradientsOf, labelsOf, matrix, numberOf, numbersOf, termsOf } from './support';

golden('tgeo-kd');

const steps = table(ops.zeros([1, 1]));

const { cases } = goldenFile('tgeo-kd') as { cases: (Case & { expected: Record<string, unknown> })[] };
const step = cases.find(({ name }) => name === 'one_step_hypergradient')!;

describe('the controller', () => {
  const names = ['W1', 'b1', 'W2', 'b2', 'W3', 'b3'] as const;

  it.each(names)('gets the golden gradient at %s', async (name) => {
    const wanted = ((step.expected['grad_controller'] as Record<string, unknown>)[name] as number[][]).flat();
    const weights = weightsOf(step);
    const loss = (held: Tensor): Scalar => {
      const layers = layersOf({ ...weights, [name]: held } as Weights);
      const { byAlpha, alpha } = oneStep(given(step), given(step).matrix('W'), layers);
      return ops.sum(ops.mul(ops.stopGradient(byAlpha), alpha));
    };
    const found = await numbersOf(() => gradient(loss, weights[name]));
    const largest = Math.max(...wanted.map(Math.abs));
    for (const [i, g] of found.entries()) expect(Math.abs(g - wanted[i]!)).toBeLessThan(1e-4 * largest);
  });

  it.each([
    ['all', 36],
    ['triangle', 24],
    ['pairs', 20],
  ] as const)('that sees %s reads %i numbers of 4 classes', (features, width) => {
    const build = new NetworkBuild(1, 'extras');
    const { layers } = method.extras!(build, {
      params: { ...makeStep(method, {}).params, features },
      classes: 4,
      samples: 10,
      image: [8, 8, 1],
      student: { embedding: 5, taps: {} },
      teacher: { embedding: 5, taps: {} },
    });
    expect(build.parameters).toBe(width * 32 + 32 + 32 * 16 + 16 + 16 + 1);
    const nets = {
      student: net({ logits: matrix(3, 4), embedding: matrix(3, 5) }),
      teacher: net({ logits: matrix(3, 4, 2) }),
    };
    const memory = {
      means: table(ops.softmax(matrix(4, 4, 3)) as Tensor2D),
      held: table(ops.zeros([3, 1])),
      steps,
    };
    const terms = method.losses(
      makeStep(method, { params: { features }, extras: { layers }, memory, ...nets }),
    );
    expect(terms.labels.shape).toEqual([]);
    build.dispose();
  });
});

const n = 6;
const student = net({ logits: matrix(n, 4, 1), embedding: matrix(n, 5, 2) });
const teacher = net({ logits: matrix(n, 4, 3, 2) });
const labels = labelsOf(n, 4);
const means = () => table(ops.softmax(matrix(4, 4, 5)) as Tensor2D);
const memory = { means: means(), held: table(ops.tensor2d([[0], [1], [0], [0], [1], [0]])), steps };
const weights = { first: matrix(36, 8, 7), last: matrix(8, 1, 8) };
const extrasOf = (first: Tensor) => ({
  layers: [(x: Tensor) => ops.matMul(x, first), (x: Tensor) => ops.matMul(x, weights.last)] as ((
    x: Tensor,
  ) => Tensor)[],
});
const parts = { extras: extrasOf(weights.first), memory, student, teacher, labels };

describe('limits', () => {
  it.each([
    ['the labels', -1e9, 'labels', 'teacher'],
    ['the teacher', 1e9, 'teacher', 'labels'],
  ] as const)('a controller that wants only %s gets 98% of it', async (_, output, most, least) => {
    const extras = { layers: [() => ops.fill([n, 1], output)] };
    const none = { means: means(), held: table(ops.zeros([n, 1])), steps };
    const terms = await termsOf(method, { ...parts, memory: none, extras });
    const whole = {
      labels: await numberOf(() => ops.crossEntropy(student.logits, ops.oneHot(labels, 4))),
      teacher: await numberOf(() => ops.distillation(student.logits, teacher.logits, 4)),
    };
    const share = 1 / (1 + Math.exp(-4));
    expect(terms[most]).toBeCloseTo(share * whole[most], 5);
    expect(terms[least]).toBeCloseTo((1 - share) * whole[least], 5);
    expect(terms['judged']).toBe(0);
  });

  it('images that judge do not train the student, and the judgement does not either', async () => {
    const g = await gradientsOf(method, parts);
    for (let row = 0; row < n; row++) {
      const moved = g['0/logits']!.slice(4 * row, 4 * row + 4).some((x) => x !== 0);
      expect(moved).toBe(row !== 1 && row !== 4);
    }
    expect(g['0/embedding']!.every((x) => x === 0)).toBe(true);
  });

  it.each([true, false])('the controller learns from the judgement alone, if it may: %s', async (learn) => {
    const by = (term: 'labels' | 'teacher' | 'judged') =>
      numbersOf(() =>
        gradient((first) => {
          const terms = method.losses(
            makeStep(method, { ...parts, extras: extrasOf(first), params: { learn } }),
          );
          return ops.add(terms[term], ops.mul(0, ops.sum(first))) as Scalar;
        }, weights.first),
      );
    expect((await by('judged')).some((x) => x !== 0)).toBe(learn);
    expect((await by('labels')).every((x) => x === 0)).toBe(true);
    expect((await by('teacher')).every((x) => x === 0)).toBe(true);
  });

  it.each([4, 8])('a bound of %d keeps both from more than its share', async (limit) => {
    const extras = { layers: [() => ops.fill([n, 1], 1e9)] };
    const none = { ...memory, held: table(ops.zeros([n, 1])) };
    const whole = await numberOf(() => ops.distillation(student.logits, teacher.logits, 4));
    const terms = await termsOf(method, { ...parts, memory: none, extras, params: { limit } });
    expect(terms['teacher']! / whole).toBeCloseTo(1 / (1 + Math.exp(-limit)), 5);
  });

  it('the controller is told at the first and then at every fifth step', async () => {
    let taken = 0;
    const counting = {
      ...steps,
      read: () => ops.fill([1, 1], taken) as Tensor2D,
      write: () => void taken++,
    };
    const told: boolean[] = [];
    for (let step = 0; step < 11; step++) {
      const slope = await numbersOf(() => {
        const before = taken;
        const at = (first: Tensor) => {
          taken = before;
          const made = { ...parts, memory: { ...memory, steps: counting }, extras: extrasOf(first) };
          return method.losses(makeStep(method, made)).judged;
        };
        return gradient(at, weights.first);
      });
      told.push(slope.some((x) => x !== 0));
    }
    expect(told.map(Number)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('shows the held-out loss, with or without learning', async () => {
    const at = async (learn: boolean) => (await termsOf(method, { ...parts, params: { learn } }))['judged'];
    expect(await at(true)).toBeCloseTo((await at(false))!, 6);
    expect(await at(true)).toBeGreaterThan(0.1);
  });

  it('a step against the derivative by the shares lowers the held-out loss', async () => {
    // Shares are moved by hand: constant controller outputs per row.
    const judged = async (outputs: number[]) => {
      const extras = { layers: [() => ops.tensor2d(outputs, [n, 1])] };
      return (await termsOf(method, { ...parts, extras, params: { rate: 0.5 } }))['judged']!;
    };
    const start = Array.from({ length: n }, (_, i) => 0.3 * (i - 2));
    const slopes = await numbersOf(() =>
      gradient(
        (z) =>
          method.losses(makeStep(method, { ...parts, extras: { layers: [() => z] }, params: { rate: 0.5 } }))
            .judged,
        ops.tensor2d(start, [n, 1]),
      ),
    );
    const size = 0.5 / Math.max(...slopes.map(Math.abs));
    const before = await judged(start);
    expect(await judged(start.map((x, i) => x - size * slopes[i]!))).toBeLessThan(before);
    expect(await judged(start.map((x, i) => x + size * slopes[i]!))).toBeGreaterThan(before);
  });
});

describe('what it prepares', () => {
  const logits = Float32Array.from({ length: 400 * 3 }, (_, i) => Math.sin(i));
  const seen = Int32Array.from({ length: 400 }, (_, i) => 2 * (i % 2));

  it('the mean answer of each class, uniform where there is none', async () => {
    const found = meanAnswers(logits, seen, 3);
    expect([...found.slice(3, 6)]).toEqual([1 / 3, 1 / 3, 1 / 3].map((x) => expect.closeTo(x, 6)));
    const wanted = await numbersOf(() => {
      const rows = ops.softmax(ops.tensor2d(logits, [400, 3]));
      const even = ops.cast(ops.equal(ops.tensor1d(seen), 0), 'float32');
      return ops.div(ops.sum(ops.mul(rows, ops.expandDims(even, 1)), 0), 200);
    });
    for (const [k, p] of wanted.entries()) expect(found[k]).toBeCloseTo(p, 5);
  });

  it('holds out about a tenth of the images', async () => {
    const outputs = async () => ({ logits, embedding: new Float32Array(400), width: 1 });
    const made = await method.prepare!(makePass(seen, 3, outputs), makeStep(method, {}).params);
    const flags = await numbersOf(() => made.held.read(ops.range(0, 400, 1, 'int32')));
    const share = flags.reduce((a, b) => a + b) / 400;
    expect(new Set(flags)).toEqual(new Set([0, 1]));
    expect(Math.abs(share - 0.1)).toBeLessThan(0.045);
  });
});

describe('pictures', () => {
  it('lay triangles out with the lengths of their sides', async () => {
    const corners = {
      student: ops.tensor2d([[0.2, 0.5, 0.3]]),
      teacher: ops.tensor2d([[0.7, 0.1, 0.2]]),
      label: ops.tensor2d([[1, 0, 0]]),
    };
    const rows = await numbersOf(() => triangles(ops, corners));
    const dots = Array.from({ length: rows.length / 3 }, (_, i) => rows.slice(3 * i, 3 * i + 3));
    const [label, teacher, own] = [0, 24, 48].map((i) => dots[i]!) as [number[], number[], number[]];
    const apart = (a: number[], b: number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
    expect(apart(label, teacher)).toBeCloseTo(Math.hypot(0.3, 0.1, 0.2), 5);
    expect(apart(label, own)).toBeCloseTo(Math.hypot(0.8, 0.5, 0.3), 5);
    expect(apart(own, teacher)).toBeCloseTo(Math.hypot(0.5, 0.4, 0.1), 5);
    expect([label[0], label[1], teacher[1]]).toEqual([0, 0, 0]);
    const [same] = [ops.tensor2d([[1, 0, 0]])];
    const flat = await numbersOf(() => triangles(ops, { student: same, teacher: same, label: same }));
    expect(flat.every((x) => Math.abs(x) < 1e-5)).toBe(true);
  });

  it('average the share by who is right and how far both are apart', async () => {
    const flags = (...values: number[]) => ops.tensor1d(values);
    const table = await numbersOf(() =>
      shareBy(ops, flags(0.2, 0.4, 0.6, 0.9), {
        teacher: flags(1, 1, 0, 0),
        student: flags(1, 0, 0, 0),
        near: flags(1, 1, 1, 0),
      }),
    );
    const rounded = table.map((x) => Math.round(1000 * x) / 1000);
    expect(rounded).toEqual([20, 40, 30, Number.NaN, Number.NaN, 75, 60, 90]);
  });
});

describe('wrong labels', () => {
  it('have a mean share and a number of their own, and a dash where there are none', async () => {
    const alpha = ops.tensor1d([0.2, 0.4, 0.6, 0.9]);
    const table = (wrong: number[]) => numbersOf(() => byLabel(ops, alpha, ops.tensor1d(wrong)));
    const close = (...values: number[]) => values.map((x) => expect.closeTo(x, 4));
    expect(await table([0, 1, 1, 0])).toEqual(close(55, 2, 50, 2));
    expect(await table([0, 0, 0, 1])).toEqual(close(40, 3, 90, 1));
    expect(await table([0, 0, 0, 0])).toEqual([...close(52.5, 4), Number.NaN, 0]);
  });

  it('are those of the images in the batch, and shown only where the set-up made some', async () => {
    const outputs = async () => ({ logits: new Float32Array(40), embedding: new Float32Array(10), width: 1 });
    const known = makePass(new Int32Array(10), 4, outputs);
    const relabelled = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0, 1, 1);
    const prepared = (pass: typeof known) => method.prepare!(pass, makeStep(method, {}).params);
    const index = ops.tensor1d([9, 0, 8, 1, 2, 3], 'int32');
    // The share of the teacher is read from its answer to the first class alone.
    const layers = [(x: Tensor) => ops.slice(x, [0, 4], [-1, 1])];
    const shown = (memory: Awaited<ReturnType<typeof prepared>>) =>
      method.probe!(makeStep(method, { ...parts, extras: { layers }, memory, index }))['labels'];
    expect(shown(await prepared(known))).toBeUndefined();
    const memory = await prepared({ ...known, relabelled });
    const found = await numbersOf(() => shown(memory)!);
    const shares = await numbersOf(() =>
      ops.sigmoid(ops.reshape(ops.slice(ops.softmax(teacher.logits), [0, 0], [-1, 1]), [-1])),
    );
    const mean = (...rows: number[]) => (100 * rows.reduce((sum, i) => sum + shares[i]!, 0)) / rows.length;
    expect(found).toEqual([mean(1, 3, 4, 5), 4, mean(0, 2), 2].map((x) => expect.closeTo(x, 3)));
  });
});

describe('edges', () =>
  staysFinite(method, ({ rows, classes }) => ({
    extras: { layers: [(x: Tensor) => ops.mul(100, ops.matMul(x, matrix(9 * classes, 1, 6)))] },
    memory: {
      means: table(ops.softmax(matrix(classes, classes, 5)) as Tensor2D),
      held: table(ops.cast(ops.greater(matrix(rows, 1, 3), 0), 'float32') as Tensor2D),
      steps,
    },
  })));
