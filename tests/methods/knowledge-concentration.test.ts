import { describe, expect, it } from 'vitest';
import { gradient, tidy } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/knowledge-concentration';
import { confusionOf, together } from '../../src/methods/knowledge-concentration/confusion';
import { type Form, forward, grow, weightCount } from '../../src/methods/knowledge-concentration/layers';
import { chosenLayout, layoutOf } from '../../src/methods/knowledge-concentration/layout';
import {
  cells,
  insideAndOut,
  lessonLoss,
  lessonOf,
  paced,
  placed,
} from '../../src/methods/knowledge-concentration/losses';
import { group, type Memory } from '../../src/methods/knowledge-concentration/memory';
import { averagePrecision, reviewed } from '../../src/methods/knowledge-concentration/review';
import {
  classLogits,
  type Extras,
  equip,
  firstScales,
  scalesOf,
  truthOf,
} from '../../src/methods/knowledge-concentration/student';
import { lessons } from '../../src/methods/knowledge-concentration/targets';
import { golden, labelsOf, matrix, numberOf, numbersOf } from './support';

golden('knowledge-concentration');

const SCRIPTS = { name: 'top folder', names: ['Greek', 'Latin'], of: [0, 1, 0, 1, 1] };
const layout = layoutOf(SCRIPTS);
const sizes = [2, 3];
const { params } = makeStep(method, {});
const made = (chosen: object, facts: object = {}): Extras => {
  const all = { ...params, first: 5, second: 4, shared: 2, groups: 'lot', count: 2, ...chosen } as never;
  const shapes = { student: { embedding: 6, taps: {} }, teacher: undefined, samples: 9, image: [8, 8, 1] };
  return equip(new NetworkBuild(1, 'extras'), { params: all, classes: 5, ...shapes, ...facts });
};
const near = (found: readonly number[], wanted: readonly number[], digits = 5) => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, x] of wanted.entries()) expect(found[i]).toBeCloseTo(x, digits);
};

describe('outputs', () => {
  it('are the classes by vertical, then the groups above them', () => {
    expect(layout).toMatchObject({ sizes, leaves: sizes, outputs: 5, leaf: [0, 2, 1, 3, 4] });
    const facts = { groups: [SCRIPTS], classNames: ['a', 'b', 'c', 'd', 'e'], classes: 5 };
    const all = chosenLayout({ groups: 'auto', count: 2, ancestors: true }, facts);
    expect(all).toMatchObject({ names: ['Greek', 'Latin'], sizes: [3, 4], leaves: [2, 3] });
    // Class 3, of Latin: itself and its script.
    expect([...all.hot.subarray(3 * 7, 4 * 7)]).toEqual([0, 0, 0, 0, 1, 0, 1]);
    const finer = { name: 'top 2 folders', names: ['x', 'y', 'z'], of: [0, 1, 0, 1, 2] };
    const deep = chosenLayout(
      { groups: 'auto', count: 2, ancestors: true },
      { ...facts, groups: [SCRIPTS, finer] },
    );
    // Group x is all of Greek, and z is one class: neither is a node of its own.
    expect(deep).toMatchObject({ sizes: [3, 5] });
  });

  it('fall back to names and to lots where the data says nothing', () => {
    const at = (classNames: string[]) =>
      chosenLayout(
        { groups: 'auto', count: 3, ancestors: false },
        { classNames, classes: classNames.length },
      );
    expect(at(['red ring', 'red moon', 'blue ring']).names).toEqual(['red', 'blue']);
    expect(at(['0', '1', '2', '3', '4', '5', '6']).sizes).toEqual([3, 2, 2]);
  });
});

describe('targets', () => {
  const answers = [Float32Array.of(2, -1, 9, 9), Float32Array.of(9, 9, 9, 0.5, 3, 0.5)];
  const mask = ops.oneHot(ops.tensor1d([0, 1], 'int32'), 2);
  const at = (k: number) =>
    numbersOf(() => placed(ops, ops.tensor2d(lessons(answers, [0, 1], sizes, k), [2, 3]), mask, { sizes }));
  const p = (x: number) => 1 / (1 + Math.exp(-x));

  it('are whole inside the vertical and exactly 0 elsewhere', async () => {
    const found = await at(100);
    near(found, [p(2), p(-1), 0, 0, 0, 0, 0, p(0.5), p(3), p(0.5)]);
    expect(found.filter((x) => x === 0)).toHaveLength(5);
  });

  it('keep the k largest, the first of equal ones', async () => {
    near(await at(2), [p(2), p(-1), 0, 0, 0, 0, 0, p(0.5), p(3), 0]);
    near(await at(1), [p(2), 0, 0, 0, 0, 0, 0, 0, p(3), 0]);
  });

  it('leave a student alone whose scores say the same', async () => {
    const x = ops.tensor2d([0.3, -2, 1.1, 0.2, -0.7], [1, 5]);
    const own = ops.tensor2d([0, 1], [1, 2]);
    const z = placed(ops, ops.sigmoid(ops.slice(x, [0, 2], [1, 3])), own, { sizes });
    const loss = (y: Tensor): Scalar => {
      const [inside, outside] = insideAndOut(ops, y, z, own, { sizes });
      return ops.add(inside, outside);
    };
    const slope = [...(await tidy(() => gradient(loss, x)).data())];
    near(slope.slice(2), [0, 0, 0], 7);
    expect(slope.slice(0, 2).every((g) => g > 0)).toBe(true);
  });
});

describe('pace', () => {
  it.each(['vertical', 'all'] as const)('does not hear how long logits are, over %s', async (scope) => {
    const x = matrix(4, 5, 3);
    const at = (by: number) => numbersOf(() => paced(ops, ops.mul(x, by), [1.4, 2], { sizes }, scope));
    near(await at(7), await at(1));
    const squares = (await at(1)).map((y) => y * y);
    if (scope === 'vertical') expect(squares[0]! + squares[1]!).toBeCloseTo(1.96, 4);
  });

  it('starts where logits have a mean square of 1', async () => {
    const extras = made({ pace: 'vertical' });
    expect(await numbersOf(() => ops.mul(extras.pace!, 1))).toSatisfy((all: number[]) =>
      all.every((x) => Math.abs(x) < 0.01),
    );
    const scales = (stride: number) =>
      numbersOf(() => scalesOf(ops, extras, { ...params, stride }) as Tensor1D);
    const [start, learnt] = [firstScales(params, extras.layout), await scales(1)];
    near(
      await scales(10),
      learnt.map((x, v) => start[v]! + 10 * (x - start[v]!)),
      4,
    );
    expect(made({ pace: 'fixed' }).pace).toBeUndefined();
    expect(made({ pace: 'class' }).pace!.shape).toEqual([5]);
  });
});

describe('last layers', () => {
  const widths = { widths: [6, 5, 4], shared: 2 } as const;
  const weightsOf = (form: Form, of: typeof layout) => {
    const build = new NetworkBuild(1, 'extras');
    const layers = grow(build, form, widths, of);
    const count = [...build.weights].reduce((n, [name, w]) => n + (name.endsWith('/weight') ? w.size : 0), 0);
    return { layers, count };
  };

  it.each(['fc', 'fc-sc', 'sc-sc', 'shared'] as const)('%s has the weights of its formula', (form) => {
    expect(weightsOf(form, layout).count).toBe(weightCount(form, widths, 2, 5));
  });

  it('are one dense map where there is one vertical', async () => {
    const one = layoutOf({ name: 'all', names: ['all'], of: [0, 0, 0, 0, 0] });
    const x = matrix(3, 6, 2);
    const fc = weightsOf('fc', one);
    for (const form of ['fc-sc', 'sc-sc'] as const) {
      const sc = weightsOf(form, one);
      expect(sc.count).toBe(fc.count);
      const wanted = await numbersOf(() => forward(ops, fc.layers, x));
      expect(await numbersOf(() => forward(ops, sc.layers, x))).toEqual(wanted);
    }
  });
});

describe('specialists', () => {
  it('learn from images of their vertical, each once', async () => {
    const mask = ops.tensor1d([0, 1, 0, 1, 1, 0]);
    const at = async (rows: number, of: Tensor1D = mask) => {
      const index = await numbersOf(() => ops.cast(lessonOf(ops, of, rows).index, 'float32'));
      return [index, await numbersOf(() => lessonOf(ops, of, rows).counts)];
    };
    const third = 1 / 3;
    const [index, counts] = await at(5);
    expect(index).toEqual([1, 3, 4, 1, 3]);
    near(counts!, [third, third, third, 0, 0]);
    expect(await at(2)).toEqual([
      [1, 3],
      [0.5, 0.5],
    ]);
    expect((await at(3, ops.zeros([6]) as Tensor1D))[1]).toEqual([0, 0, 0]);
  });

  it('are charged the mean over these images', async () => {
    const [x, z] = [matrix(4, 3, 1), ops.oneHot(labelsOf(4, 3), 3)];
    const { index, counts } = lessonOf(ops, ops.tensor1d([1, 0, 1, 0]) as Tensor1D, 4);
    const rows = (t: Tensor) => ops.gather(t, index);
    const found = await numberOf(() => lessonLoss(ops, rows(x), rows(z), counts));
    const each = await numbersOf(() => ops.sum(cells(ops, x, z), -1));
    expect(found).toBeCloseTo((each[0]! + each[2]!) / 2, 5);
  });
});

describe('predictions', () => {
  it('are brought to one scale without touching the student', async () => {
    const extras = made({});
    const student = net({ logits: matrix(4, 5, 1), embedding: matrix(4, 6, 2) });
    const answers = { rows: 1, columns: 3, read: () => ops.zeros([4, 3]) };
    const memory = { answers, layout: extras.layout, classAt: new Int32Array(5) } as unknown as Memory;
    const scale = (embedding: Tensor): Scalar => {
      const step = { params, extras, memory, labels: labelsOf(4, 5), phase: 'learn' };
      const moved = net({ logits: student.logits, embedding: embedding as Tensor2D });
      const loss = method.losses(makeStep(method, { ...step, student: moved }) as never).scale;
      return ops.add(loss, ops.mul(0, ops.sum(embedding)));
    };
    expect(await numberOf(() => scale(student.embedding))).toBeGreaterThan(0);
    const slope = await tidy(() => gradient(scale, student.embedding)).data();
    expect([...slope].every((g) => g === 0)).toBe(true);
  });

  it('find classes that are confused, and answer in the order of the run', async () => {
    const classes = 6;
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % classes);
    // Odd classes are taken for each other, and so are even ones.
    const logits = Float32Array.from({ length: 60 * classes }, (_, at) => {
      const [row, c] = [Math.floor(at / classes), at % classes];
      return (c - labels[row]!) % 2 === 0 ? 2 : 0;
    });
    const order = together(confusionOf(logits, labels, classes), classes, [3, 3]);
    const first = [...order.subarray(0, 3)].map((c) => c % 2);
    expect(new Set(first).size).toBe(1);
    const facts = { classes, classNames: ['a', 'b', 'c', 'd', 'e', 'f'] };
    const extras = made({ groups: 'confusion' }, facts);
    const memory = { classAt: new Int32Array(classes), layout: extras.layout } as unknown as Memory;
    const held = {
      write: (state: { assign(x: Tensor): void }, values: Float32Array) =>
        state.assign(ops.tensor2d(values, [6, 6])),
    };
    const pass = { ...facts, labels, extras, held, teacherOutputs: async () => ({ logits }) };
    await group(pass as never, memory);
    expect([...memory.classAt]).toEqual([...order]);
    const targets = ops.oneHot(labelsOf(6, classes), classes);
    const all = { ...params, groups: 'confusion', calibrate: false } as never;
    const back = await numbersOf(() => classLogits(ops, extras, all, truthOf(ops, extras, targets).hot));
    expect(back).toEqual([...(await targets.data())]);
  });
});

describe('the review', () => {
  it('has the average precision of a ranking', () => {
    expect(averagePrecision([3, 2, 1], [true, false, true])).toBeCloseTo((1 + 2 / 3) / 2, 9);
    expect(averagePrecision([1, 2], [false, false])).toBe(0);
  });

  it('measures each vertical over its own images, and how often answers leave it', async () => {
    const labels = Int32Array.of(0, 2, 1, 3, 4);
    const logits = Float32Array.from({ length: 25 }, (_, at) =>
      Number(at % 5 === labels[Math.floor(at / 5)]),
    );
    logits.set([0, 9, 0, 0, 0], 5);
    const none = async () => [];
    const seen = {
      classes: 5,
      classNames: [],
      groups: [],
      phase: 'learn',
      labels,
      logits,
      ownTeacherOutputs: none,
      tasks: [],
    };
    const { precision, blocks, mean } = await reviewed(seen, layout, Int32Array.of(0, 1, 2, 3, 4));
    // Class 2 gets no more than class 0 where it is true, so that its only image comes second.
    expect(precision.data).toEqual([0, 0.75, 1]);
    expect(blocks.data).toEqual([0.5, 0.5, 0, 1]);
    expect(mean.data).toEqual([0.875]);
  });
});
