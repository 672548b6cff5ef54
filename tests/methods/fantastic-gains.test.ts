import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { table as fixed, makePass, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/fantastic-gains';
import { flips, pick, sourceOf } from '../../src/methods/fantastic-gains/sources';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numberOf, numbersOf, termsOf } from './support';

golden('fantastic-gains');

const [rows, classes] = [8, 4];
const labels = labelsOf(rows, classes);
const own = matrix(rows, classes, 1, 2);
const teacher = matrix(rows, classes, 2, 2);
const memoryOf = (...answers: (typeof own)[]) => ({
  answers: answers.map(fixed),
  shown: fixed(ops.ones([rows, answers.length]) as typeof own),
});
const parts = (student: typeof own, params = {}) => ({
  params,
  phase: 'transfer',
  student: net({ logits: student }),
  teacher: net({ logits: teacher }),
  memory: memoryOf(own),
  labels,
});

describe('the transfer', () => {
  it('leaves a student as it was that has nothing to gain', async () => {
    const same = { ...parts(own), teacher: net({ logits: own }) };
    expect(await termsOf(method, same)).toEqual({ labels: 0, transfer: expect.closeTo(0, 6) });
    const gradients = await gradientsOf(method, same);
    expect(Math.max(...gradients['0/logits']!.map(Math.abs))).toBeLessThan(1e-7);
  });

  it('chooses by the former self: a student that changed is taught by the same', async () => {
    const chosen = async (student: typeof own) =>
      numbersOf(() => method.probe!(makeStep(method, parts(student) as never))['taught']!);
    expect(await chosen(own)).toEqual(await chosen(matrix(rows, classes, 9, 5)));
  });

  it('does not read labels where it must not', async () => {
    const strategy = { strategy: 'unsupervised' };
    const other = ops.tensor1d(
      Int32Array.from({ length: rows }, (_, i) => (3 * i + 1) % classes),
      'int32',
    );
    const student = matrix(rows, classes, 3);
    const first = await termsOf(method, parts(student, strategy));
    expect(await termsOf(method, { ...parts(student, strategy), labels: other })).toEqual(first);
    const supervised = await termsOf(method, { ...parts(student), labels: other });
    expect(supervised['transfer']).not.toBeCloseTo((await termsOf(method, parts(student)))['transfer']!, 4);
  });

  it('keeps the former self where both convince equally, and takes the first of equal teachers', async () => {
    const source = sourceOf(ops, [own, own, teacher, teacher], ops.oneHot(labels, classes));
    for (const one of await numbersOf(() => source)) expect([0, 2]).toContain(one);
  });

  it('gives each image the logits of its source', async () => {
    const source = ops.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32');
    const third = matrix(rows, classes, 7);
    const got = await numbersOf(() => pick(ops, [own, teacher, third], source));
    const all = await Promise.all([own, teacher, third].map((x) => numbersOf(() => x.clone())));
    const wanted = got.map((_, i) => all[Math.floor(i / classes) % 3]![i]);
    expect(got).toEqual(wanted);
  });
});

describe('the likeliest classes alone', () => {
  it('are compared as if there were no others', async () => {
    const params = { strategy: 'teacher', topK: 2 };
    const student = matrix(rows, classes, 3);
    const found = await termsOf(method, parts(student, params));
    const [z, t] = await Promise.all([student, teacher].map((x) => numbersOf(() => x.clone())));
    const wanted = Array.from({ length: rows }, (_, row) => {
      const of = (all: number[]) => all.slice(row * classes, (row + 1) * classes);
      const kept = [...of(t!).keys()].sort((a, b) => of(t!)[b]! - of(t!)[a]!).slice(0, 2);
      const share = (all: number[]) => {
        const e = kept.map((c) => Math.exp(of(all)[c]!));
        return e.map((x) => x / (e[0]! + e[1]!));
      };
      const [p, q] = [share(t!), share(z!)];
      return p.reduce((sum, x, i) => sum + x * Math.log(x / q[i]!), 0);
    });
    expect(found['transfer']).toBeCloseTo(wanted.reduce((a, b) => a + b) / rows, 5);
    const all = await termsOf(method, parts(student, { strategy: 'teacher' }));
    expect(await termsOf(method, parts(student, { ...params, topK: classes }))).toEqual(all);
  });
});

describe('teachers in turns', () => {
  const params = { ...makeStep(method, {}).params, order: 'turns', zoo: 2 } as const;
  const memory = memoryOf(own, matrix(rows, classes, 5, 2), matrix(rows, classes, 6, 2));

  it('share the steps after the first learning', () => {
    expect(Object.entries(method.phases!(params)).map(([id, { share }]) => [id, share])).toEqual([
      ['learn', 0.5],
      ...['transfer', 'transfer 2', 'transfer 3'].map((id) => [id, 0.5 / 3]),
    ]);
    expect(Object.keys(method.phases!({ ...params, order: 'together' }))).toEqual(['learn', 'transfer']);
  });

  it.each(['transfer', 'transfer 2', 'transfer 3'])(
    'teach alone, beside the former self: %s',
    async (phase) => {
      const at = { ...parts(matrix(rows, classes, 3), params), memory, phase };
      const turn = Number(phase.slice(9) || 1) - 1;
      const alone = [teacher, memory.answers[1]!, memory.answers[2]!][turn]!;
      const logits = 'read' in alone ? alone.read(ops.range(0, rows, 1, 'int32')) : alone;
      const single = { ...parts(matrix(rows, classes, 3)), teacher: net({ logits }) };
      expect((await termsOf(method, at))['transfer']).toBeCloseTo(
        (await termsOf(method, single))['transfer']!,
        6,
      );
    },
  );

  it('each find a former self that has learnt from those before', async () => {
    const filled: string[] = [];
    const answers = ['own', 'second', 'third'].map((name) => ({
      ...fixed(own),
      fill: (values: Float32Array) => filled.push(`${name} ${values[0]}`),
    }));
    const pass = (n: number) => ({
      studentOutputs: async () => [0, 1, 2].map((i) => Float32Array.of(n + i)),
    });
    const held = { answers, shown: fixed(own) } as never;
    for (const [n, phase] of ['learn', 'transfer', 'transfer 2'].entries())
      await method.begin!(phase, pass(10 * n) as never, held, params);
    expect(filled).toEqual(['own 10', 'second 11', 'third 12', 'own 20']);
  });
});

describe('what was gained', () => {
  it('is the change of the accuracy, exactly', async () => {
    const said = (seed: number) => ops.argMax(matrix(40, classes, seed)) as typeof labels;
    const seen = { labels: labelsOf(40, classes), before: said(1), teacher: said(2), after: said(3) };
    const accuracy = async (c: typeof labels) =>
      100 * (await numberOf(() => ops.mean(ops.cast(ops.equal(c, seen.labels), 'float32'))));
    const { gain, loss, matrix: four } = flips(ops, seen, classes);
    const change = (await accuracy(seen.after)) - (await accuracy(seen.before));
    expect((await numberOf(() => gain)) - (await numberOf(() => loss))).toBeCloseTo(change, 4);
    expect(await numberOf(() => ops.sum(four))).toBeCloseTo(1, 6);
  });
});

describe('the first learning', () => {
  it('shows every learner its own share of the images', async () => {
    const params = {
      strategy: 'supervised',
      temperature: 1,
      start: 0.5,
      shown: 0.5,
      zoo: 1,
      order: 'together',
      topK: 0,
      alpha: 0.5,
      twice: false,
      slow: false,
      keep: 0.99,
      every: 2,
    } as const;
    const memory = await method.prepare!(makePass(new Int32Array(400), classes), params);
    const shown = await numbersOf(() => memory.shown.read(ops.range(0, 400, 1, 'int32')));
    const [first, second] = [0, 1].map((i) => shown.filter((_, at) => at % 2 === i));
    for (const one of [first!, second!]) expect(one.reduce((a, b) => a + b) / 400).toBeCloseTo(0.5, 1);
    expect(first).not.toEqual(second);
  });

  it('is cross-entropy with those alone', async () => {
    const students = [own, teacher].map((logits) => net({ logits }));
    const shown = ops.tensor2d([1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [rows, 2]);
    const memory = { answers: [], shown: fixed(shown) };
    const terms = await termsOf(method, { phase: 'learn', students, memory, labels });
    const ce = await Promise.all(
      [own, teacher].map((z) => numbersOf(() => ops.crossEntropyRows(z, ops.oneHot(labels, classes)))),
    );
    expect(terms['labels']).toBeCloseTo((ce[0]![0]! + ce[0]![1]!) / 2 + ce[1]![2]!, 5);
    expect(terms['transfer']).toBe(0);
  });
});

describe('slow weights', () => {
  it('leave out of the copying what only the student has right', async () => {
    const truth = ops.argMax(own);
    const values = { strategy: 'teacher', slow: true };
    const students = [own, own].map((logits) => net({ logits }));
    const found = await termsOf(method, { ...parts(own, values), students, labels: truth as typeof labels });
    const [kl, right] = await Promise.all([
      numbersOf(() => ops.distillationRows(own, teacher, 1)),
      numbersOf(() => ops.cast(ops.equal(ops.argMax(teacher), truth), 'float32')),
    ]);
    expect(right).toContain(0);
    const wanted = kl.reduce((sum, x, i) => sum + x * right[i]!, 0) / rows;
    expect(found['transfer']).toBeCloseTo(wanted, 5);
    const plain = await termsOf(method, {
      ...parts(own, { strategy: 'teacher' }),
      labels: truth as typeof labels,
    });
    expect(plain['transfer']).toBeCloseTo(kl.reduce((a, b) => a + b) / rows, 5);
  });

  it('are those of the student that is reported, which follows a last one', async () => {
    const params = { ...defaults(method.params), zoo: 1, slow: true, strategy: 'teacher' } as const;
    expect(method.roles!.peers!(params)).toBe(3);
    const phases = method.phases!(params);
    expect(phases['learn']!.students).toEqual([0, 1]);
    expect(phases['transfer']!.students).toEqual([2]);
    expect(phases['transfer']!.follows).toEqual({ student: 0, of: 2, keep: 0.99, every: 2 });
    const students = [6, 7, 5].map((seed) => matrix(rows, classes, seed)).map((logits) => net({ logits }));
    const gradients = await gradientsOf(method, { ...parts(own, params), students });
    const size = (i: number) => Math.max(...(gradients[`${i}/logits`] ?? [0]).map(Math.abs));
    expect([size(0), size(1)]).toEqual([0, 0]);
    expect(size(2)).toBeGreaterThan(0);
  });
});

describe('edges', () => {
  staysFinite(method, ({ rows: n, classes: k }) => ({
    phase: 'transfer',
    memory: { answers: [fixed(ops.zeros([n, k]))], shown: fixed(ops.ones([n, 1])) },
  }));
});
