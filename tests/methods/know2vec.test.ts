import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../src/engine/types';
import { table as fixed, makePass, makeStep, net, ops } from '../../src/golden/kit';
import type { Asked } from '../../src/methods/kit';
import method from '../../src/methods/know2vec';
import { largest } from '../../src/methods/know2vec/bisection';
import { type BlackBoxes, counted, knowledgeOf, pairsOf } from '../../src/methods/know2vec/boundary';
import { boxesOf } from '../../src/methods/know2vec/boxes';
import { teaching } from '../../src/methods/know2vec/lessons';
import type { Extras, Memory } from '../../src/methods/know2vec/memory';
import { divide } from '../../src/methods/know2vec/rows';
import { accuracy, confidence, leep, meanings, translated } from '../../src/methods/know2vec/rules';
import { drawTasks, learntFrom, taskOf, zooOf } from '../../src/methods/know2vec/tasks';
import { growZoo, probabilities, zooLoss } from '../../src/methods/know2vec/zoo';
import { golden, labelsOf, matrix, normal, numberOf, numbersOf } from './support';

golden('know2vec');

const ints = (values: readonly number[]): Tensor1D => ops.tensor1d([...values], 'int32');
const pass = makePass(new Int32Array(0), 10);
const params = defaults(method.params);

/** Three classifiers of the plane whose weights stay in this closure; anything but an answer throws. */
function lockedZoo(): BlackBoxes {
  const weights = [0, 1, 2].map((m) => Array.from({ length: 9 }, (_, i) => Math.sin(5 * m + 2.3 * i)));
  const answer = (m: number, x: number, y: number): number[] => {
    const scores = [0, 1, 2].map((c) => {
      const [a = 0, b = 0, d = 0] = weights[m]!.slice(3 * c, 3 * c + 3);
      return Math.exp(3 * (a * x + b * y) + 0.3 * d);
    });
    const sum = scores.reduce((p, q) => p + q);
    return scores.map((score) => score / sum);
  };
  const about = (images: Float32Array, nets: readonly number[], own: boolean) =>
    nets.flatMap((m, at) => {
      const n = images.length / 2 / (own ? nets.length : 1);
      return Array.from({ length: n }, (_, i) => i + (own ? at * n : 0)).flatMap((row) =>
        answer(m, images[2 * row]!, images[2 * row + 1]!),
      );
    });
  const boxes: BlackBoxes = {
    count: 3,
    classes: 3,
    size: 2,
    same: async (images, nets) => Float32Array.from(about(images, nets, false)),
    own: async (images, nets) => Float32Array.from(about(images, nets, true)),
  };
  return new Proxy(boxes, {
    get(target, key, self) {
      if (!(key in target)) throw new Error(`A black box was asked for '${String(key)}'.`);
      return Reflect.get(target, key, self);
    },
  });
}

describe('black boxes', async () => {
  const probes = Float32Array.from({ length: 80 }, (_, i) => 4 * Math.sin(12.9 * i + 1));
  const { boxes, questions } = counted(lockedZoo());
  const [typical, steps] = [2, 7];
  const known = await knowledgeOf(boxes, probes, { typical, steps });
  const nets = [0, 1, 2];

  it('give a point of class i, and one halving further something else', async () => {
    expect(known.borders.length).toBe(3 * 6 * typical * 2);
    expect(largest(await boxes.own(known.borders, nets), 3)).toEqual(known.called);
    const further = largest(await boxes.own(known.beyond, nets), 3);
    for (const [i, label] of further.entries()) expect(label).not.toBe(known.called[i]);
    const wanted = nets.flatMap(() => pairsOf(3).flatMap(([i]) => Array.from({ length: typical }, () => i)));
    expect([...known.called]).toEqual(wanted);
  });

  it('are asked once per probe, and C (C - 1) times the halvings per typical image', () => {
    const spent = 40 + 6 * steps * typical;
    // Two more looks at all borders were taken by the test above.
    for (const count of questions) expect(count - 2 * 6 * typical).toBe(spent);
  });

  it('have the surest images as nodes', async () => {
    const answers = await boxes.same(probes, nets);
    const first = Math.max(...Array.from({ length: 40 }, (_, i) => answers[3 * i]!));
    const [said] = await boxes.same(known.nodes.subarray(0, 2), [0]);
    expect(said).toBe(first);
  });

  it('are all that search and rules know: no file of theirs imports the zoo', () => {
    for (const name of ['bisection', 'boundary', 'rules']) {
      const text = readFileSync(new URL(`../../src/methods/know2vec/${name}.ts`, import.meta.url), 'utf8');
      const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
      expect(imports.filter((from) => from !== './tasks' && from !== './bisection')).toEqual([]);
    }
  });
});

describe('tasks', () => {
  it('are different; the first ones hold all classes as they are and are hidden', () => {
    const zoo = zooOf({ ...params, copies: 2 }, 10);
    const tasks = drawTasks(pass.uniform, 10, zoo);
    expect(new Set(tasks.map(({ classes, domain }) => `${classes}/${domain}`)).size).toBe(24);
    const groups = tasks.slice(0, zoo.groups);
    expect(new Set(groups.flatMap(({ classes }) => classes)).size).toBe(10);
    expect(groups.every(({ domain }) => domain === 0)).toBe(true);
    expect(zoo.groups).toBeLessThanOrEqual(zoo.unseen);
    expect(learntFrom(zoo).map((m) => taskOf(zoo, m))).toEqual(Array.from({ length: 16 }, (_, i) => i + 8));
  });

  it('are as many as there can be with few classes', () => {
    for (const [classes, tasks] of [
      [2, 4],
      [3, 4],
      [4, 16],
    ] as const) {
      const zoo = zooOf(params, classes);
      expect([zoo.tasks, drawTasks(pass.uniform, classes, zoo).length]).toEqual([tasks, tasks]);
    }
  });

  it('are learnt from other images than those shown to the zoo or held out', () => {
    const labels = Int32Array.from({ length: 200 }, (_, i) => i % 4);
    const { zoo, probes, held } = divide(labels, 4, 5, pass.uniform);
    const apart = [...probes, ...held.flat()];
    expect(new Set(apart).size).toBe(apart.length);
    expect(apart.every((row) => zoo[row] === 0)).toBe(true);
    expect(zoo.reduce((a, b) => a + b)).toBe(200 - apart.length);
    for (const [c, rows] of held.entries()) {
      expect(rows.length).toBeGreaterThanOrEqual(5);
      expect(rows.every((row) => labels[row] === c)).toBe(true);
    }
  });
});

describe('the zoo', () => {
  const zoo = { ...zooOf({ ...params, tasks: 6 }, 5), perTask: 2, trained: 2, nets: 2 };
  const tasks = [
    { classes: [0, 1], domain: 0 },
    { classes: [2, 4], domain: 1 },
  ];
  const nets = growZoo(new NetworkBuild(2, 'zoo'), zoo, [8, 8, 1]);
  const images = normal([6, 8, 8, 1], 3) as Tensor4D;
  const targets = ops.oneHot(ints([0, 1, 2, 3, 4, 3]), 5);
  const shown = (...rows: number[]) =>
    ops.tensor2d(
      Array.from({ length: 6 }, (_, i) => Number(rows.includes(i))),
      [6, 1],
    );
  const loss = (...rows: number[]) =>
    numberOf(() => zooLoss(ops, { nets, tasks, zoo }, images, targets, shown(...rows)));

  it('learns from images of its own classes only, and from none it must not see', async () => {
    expect(await loss()).toBe(0);
    expect(await loss(3, 5)).toBe(0);
    expect(await loss(0, 1, 2, 3, 4, 5)).toBeCloseTo(await loss(0, 1, 2, 4), 6);
  });

  it('answers as it learns: each network in its own domain', async () => {
    const seen = ops.concat([ops.slice(images, 0, 1), ops.neg(ops.slice(images, 2, 1))]) as Tensor4D;
    const both = await numbersOf(() => probabilities(ops, nets, seen, [0, 1], true));
    expect(await loss(0, 2)).toBeCloseTo(-Math.log(both[0]!) - Math.log(both[2]!), 5);
    const [, , third, fourth] = await numbersOf(() => probabilities(ops, nets, seen, [1], false));
    expect([third, fourth]).toEqual([both[2], both[3]].map((x) => expect.closeTo(x!, 6)));
  });
});

describe('the door to the zoo', () => {
  const zoo = { ...zooOf({ ...params, tasks: 6 }, 5), perTask: 2, trained: 3, nets: 3 };
  const nets = growZoo(new NetworkBuild(3, 'zoo'), zoo, [8, 8, 1]);
  const images = normal([70, 8, 8, 1], 5) as Tensor4D;
  const asTensor = (values: Float32Array) =>
    ops.reshape(ops.tensor1d(values), [values.length / 64, 8, 8, 1]) as Tensor4D;
  const unused = () => {
    throw new Error('Only images are asked about.');
  };
  const door = {
    ops,
    image: [8, 8, 1],
    extras: { nets } as Extras,
    compute: async (make: (asked: Asked) => Tensor) =>
      Float32Array.from(
        await numbersOf(() => make({ images: asTensor, teacher: unused, student: unused, guest: unused })),
      ),
  };
  const boxes = boxesOf(door, { zoo } as Memory);

  it('is as wide as answers: no weights, layers or gradients', () => {
    expect(Object.keys(boxes).sort()).toEqual(['classes', 'count', 'own', 'same', 'size']);
  });

  it('gives what the networks answer, however many images are asked about', async () => {
    const pixels = Float32Array.from(await numbersOf(() => ops.mul(images, 1)));
    const all = await numbersOf(() => probabilities(ops, nets, images, [2, 0], false));
    expect([...(await boxes.same(pixels, [2, 0]))]).toEqual(all.map((x) => expect.closeTo(x, 6)));
    const twice = Float32Array.from([...pixels, ...pixels]);
    expect([...(await boxes.own(twice, [2, 0]))]).toEqual(all.map((x) => expect.closeTo(x, 6)));
  });
});

describe('rules', () => {
  const labels = [0, 1, 2, 0, 1, 2];
  const right = Float32Array.from(labels.flatMap((y) => [0, 1, 2].map((c) => (c === y ? 0.9 : 0.05))));
  const shifted = Float32Array.from(
    labels.flatMap((y) => [0, 1, 2].map((c) => (c === (y + 1) % 3 ? 0.9 : 0.05))),
  );
  const blind = new Float32Array(18).fill(1 / 3);

  it('find out what outputs mean, whatever their order', () => {
    for (const answers of [right, shifted]) {
      const meaning = meanings(answers, labels, 3);
      expect(accuracy(answers, labels, meaning)).toBe(1);
      const said = translated(answers, meaning, 3);
      for (let i = 0; i < 6; i++)
        expect(said[3 * i]! + said[3 * i + 1]! + said[3 * i + 2]!).toBeCloseTo(1, 5);
    }
    expect(accuracy(blind, labels, meanings(blind, labels, 3))).toBeCloseTo(1 / 3, 6);
  });

  it('mark a network that knows the labels above one that does not', () => {
    expect(leep(shifted, labels, 3)).toBeCloseTo(leep(right, labels, 3), 5);
    expect(leep(right, labels, 3)).toBeGreaterThan(leep(blind, labels, 3));
    expect(leep(blind, labels, 3)).toBeCloseTo(-Math.log(3), 5);
    expect(confidence(right, 3)).toBeCloseTo(0.9, 5);
  });
});

describe('teaching', () => {
  const rows = 6;
  const tasks = [
    { classes: [0, 1, 2], domain: 0 },
    { classes: [1, 3, 4], domain: 0 },
  ];
  const logits = matrix(rows, 5, 1, 2);
  const within = (z: Tensor2D) =>
    ops.concat(
      tasks.map(({ classes }) => ops.softmax(ops.gather(z, ints(classes), 1))),
      1,
    ) as Tensor2D;
  const costs = (taught: Tensor2D, seen: number, student = logits) => {
    const memory = {
      tasks,
      zoo: { ...zooOf(params, 5), groups: 2 },
      answers: fixed(taught),
      use: fixed(ops.add(ops.zeros([rows, 2]), seen) as Tensor2D),
    };
    const parts = { student: net({ logits: student }), labels: labelsOf(rows, 5), memory: memory as never };
    return numberOf(() => teaching(makeStep(method, parts as never)));
  };

  it('leaves a student as it is who agrees within every group', async () => {
    for (const seen of [0, 1]) expect(await costs(within(logits), seen)).toBeCloseTo(0, 6);
    const other = matrix(rows, 5, 2, 2);
    for (const seen of [0, 1]) expect(await costs(within(other), seen)).toBeGreaterThan(0.1);
  });

  it('does not change what the student thinks of groups against each other', async () => {
    const more = ops.tensor2d([5, 5, 5, 0, 0], [1, 5]);
    const apart = [{ classes: [0, 1, 2], domain: 0 }];
    const own = ops.softmax(ops.slice(matrix(rows, 5, 2, 2), [0, 0], [-1, 3])) as Tensor2D;
    const cost = (student: Tensor2D) => {
      const zoo = { ...zooOf(params, 5), groups: 1 };
      const memory = { tasks: apart, zoo, answers: fixed(own), use: fixed(ops.ones([rows, 2])) };
      const parts = { student: net({ logits: student }), labels: labelsOf(rows, 5), memory: memory as never };
      return numberOf(() => teaching(makeStep(method, parts as never)));
    };
    expect(await cost(ops.add(logits, more) as Tensor2D)).toBeCloseTo(await cost(logits), 5);
  });
});
