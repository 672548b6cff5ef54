import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { makePass, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/dho';
import { ALPHAS, BETAS, measures, search } from '../../src/methods/dho/search';
import { checkSource, importedLogits, teacherLogits } from '../../src/methods/dho/teachers';
import type { Midway, Validation } from '../../src/methods/kit';
import { staysFinite } from './extremes';
import { more, poolBatch } from './made-up';
import { golden, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('dho');

const [rows, classes, width] = [6, 4, 5];
const labels = labelsOf(rows, classes);
const weights = matrix(width, classes, 40);
const layer = (x: Parameters<typeof ops.matMul>[0]) => ops.matMul(x, weights);
const answer = (n: number, seed: number) =>
  net({ logits: matrix(n, classes, seed, 2), embedding: matrix(n, width, seed + 1) });
const pool = poolBatch(1, (_, n, seed) => answer(n, seed));
const mix = (alpha: number, beta: number) => ops.tensor1d([alpha, beta]) as never;
const parts = {
  extras: { taught: layer, mix: mix(0.5, 0.5) },
  memory: {} as never,
  student: answer(rows, 1),
  teacher: answer(rows, 2),
  labels,
  pool,
};

describe('what each head learns', () => {
  const step = (more: object = {}) => makeStep(method, { ...parts, ...more } as never);
  const terms = (more: object = {}) => termsOf(method, { ...parts, ...more } as never);

  it('no label reaches the head of the teacher, no other image that of the labels', async () => {
    const plain = await terms();
    const relabelled = await terms({ labels: ops.tensor1d([3, 3, 3, 3, 3, 3], 'int32') });
    expect(relabelled['ce']).not.toBeCloseTo(plain['ce']!, 3);
    expect([relabelled['kd'], relabelled['pool']]).toEqual([plain['kd'], plain['pool']]);
    const elsewhere = await terms({ pool: poolBatch(1, (_, n, seed) => answer(n, seed + 90)) });
    expect(elsewhere['pool']).not.toBeCloseTo(plain['pool']!, 3);
    expect([elsewhere['ce'], elsewhere['kd']]).toEqual([plain['ce'], plain['kd']]);
  });

  it('means over images with and without labels are added', async () => {
    const same = { ...pool, student: parts.student, teacher: parts.teacher };
    const { kd, pool: other } = await terms({ pool: same });
    expect(other).toBeCloseTo(kd!, 5);
  });

  it.each([
    ['single', [1, 1, 1]],
    ['kd', [0, 1, 1]],
    ['ce', [1, 0, 0]],
  ] as const)('the arm %s', async (arm, present) => {
    const { ce, kd, pool: other } = await terms({ params: { arm }, extras: { mix: mix(0.5, 0.5) } });
    expect([ce, kd, other].map((value) => Number(value !== 0))).toEqual(present);
    if (arm === 'single') {
      const one = ops.distillation(parts.student.logits, parts.teacher.logits, 2).dataSync()[0]!;
      expect(kd).toBeCloseTo(one / 2, 5);
    }
  });

  it('alpha 1 is the label head, alpha 0 the choice of the other for any beta', async () => {
    const predicted = (alpha: number, beta: number) =>
      numbersOf(() =>
        ops.softmax(method.predict!(step({ extras: { taught: layer, mix: mix(alpha, beta) } }))),
      );
    const own = await numbersOf(() => ops.softmax(parts.student.logits));
    (await predicted(1, 2)).forEach((p, i) => {
      expect(p).toBeCloseTo(own[i]!, 5);
    });
    const taught = await numbersOf(() => ops.argMax(layer(parts.student.embedding)));
    for (const beta of BETAS) {
      const found = await numbersOf(() =>
        ops.argMax(method.predict!(step({ extras: { taught: layer, mix: mix(0, beta) } }))),
      );
      expect(found).toEqual(taught);
    }
    const single = step({ params: { arm: 'single' }, extras: { mix: mix(0, 1) } });
    expect(method.predict!(single)).toBe(single.student.logits);
  });
});

describe('the blend', () => {
  const held = 40;
  const [ce, kd] = [matrix(held, classes, 7), matrix(held, classes, 8)].map((x) => x.dataSync());
  const truth = labelsOf(held, classes).dataSync();

  it('is chosen on the images it is handed, the first of equal ones', () => {
    const { grid, best, top } = search({ labels: truth, ce: ce!, kd: kd!, classes });
    expect(Math.max(...grid)).toBeCloseTo(top, 6);
    const at = grid.indexOf(Math.fround(top));
    expect(best).toEqual({ beta: BETAS[Math.floor(at / ALPHAS.length)], alpha: ALPHAS[at % ALPHAS.length] });
    const none = search({ labels: truth.map(() => 9), ce: ce!, kd: kd!, classes });
    expect([none.best, none.top]).toEqual([{ alpha: 0, beta: 1 }, 0]);
  });

  it('writes what it chose, and how heads and blend do', async () => {
    const written: number[] = [];
    const filled: Float32Array[] = [];
    const table = { fill: (values: Float32Array) => void filled.push(values) };
    const rowsHeld = Float32Array.from({ length: 2 * held * classes }, (_, at) => {
      const [row, k] = [Math.floor(at / (2 * classes)), at % (2 * classes)];
      return k < classes ? ce![row * classes + k]! : kd![row * classes + k - classes]!;
    });
    const validation = {
      extras: { mix: 'mix' },
      classes,
      labels: Int32Array.from(truth),
      answers: async () => rowsHeld,
      write: (_: unknown, values: Float32Array) => void written.push(...values),
    } as unknown as Validation<never, never>;
    const params = defaults(method.params);
    await method.choose!(validation, { grid: table, heads: table } as never, params as never);
    const { grid, best } = search({ labels: truth, ce: ce!, kd: kd!, classes });
    expect(written).toEqual([Math.fround(best.alpha), Math.fround(best.beta)]);
    expect(filled).toEqual([grid, measures({ labels: truth, ce: ce!, kd: kd!, classes }, best)]);
    await method.choose!(
      validation,
      { grid: table, heads: table } as never,
      { ...params, blend: 'fixed' } as never,
    );
    expect(written.slice(2)).toEqual([0.5, 0.5]);
  });
});

describe('teachers', () => {
  const pass = { ...makePass(new Int32Array([0, 1, 2, 3, 0, 1]), classes), ...more(rows, classes) };

  it('imported logits are those of the file, row by row', async () => {
    expect(importedLogits(pass, 'teacher', 100)).toBeUndefined();
    const given = importedLogits(pass, 'logits', 100)!;
    expect([given.own, given.pool]).toEqual([pass.numbers!.rows, pass.numbers!.pool]);
    const params = { ...defaults(method.params), source: 'logits' } as const;
    const step = makeStep(method, { ...parts, params, memory: method.prepare!(pass, params) as never });
    const said = teacherLogits(step);
    expect(await numbersOf(() => said.own)).toEqual([...given.own]);
    expect(await numbersOf(() => said.pool())).toEqual([...given.pool.slice(0, pool.rows * classes)]);
  });

  it('an imported embedding answers by its cosine with each class, from the file or the labelled images', () => {
    const embeddings = Float32Array.of(2, 0, 0, 3, 4, 0, 0, 1, 1, 0, 0, 5);
    const numbers = { name: 'e.csv', width: 2, rows: embeddings, pool: Float32Array.of(1, 1) };
    const known = { ...makePass(Int32Array.of(0, 1, 0, 1, 0, 1), 2), ...more(6, 2) };
    const classesOf = (values: number[]) => Float32Array.from(values);
    const none = { ...numbers, classes: classesOf([Number.NaN, Number.NaN, Number.NaN, Number.NaN]) };
    const means = importedLogits({ ...known, numbers: none }, 'embedding', 10)!;
    expect([...means.own].slice(0, 4)).toEqual([10, 0, 0, 10]);
    expect(means.pool[0]).toBeCloseTo(10 / Math.SQRT2, 5);
    const named = { ...numbers, classes: classesOf([0, 2, Number.NaN, Number.NaN]) };
    expect([...importedLogits({ ...known, numbers: named }, 'embedding', 10)!.own].slice(0, 2)).toEqual([
      0, 0,
    ]);
  });

  it('what is missing is said before anything is trained', () => {
    expect(() => checkSource('logits', undefined, 4)).toThrow('Drop your images again with a logits.csv');
    expect(() => checkSource('logits', 3, 4)).toThrow('3 numbers for an image, and there are 4 classes');
    expect(() => checkSource('embedding', 3, 4)).not.toThrow();
    const holes = { ...pass.numbers!, pool: pass.numbers!.pool.map((x, i) => (i < 8 ? Number.NaN : x)) };
    expect(() => importedLogits({ ...pass, numbers: holes }, 'logits', 1)).toThrow(
      'no row for 2 of the images',
    );
  });

  it('prototypes are the class means of the teacher’s directions', async () => {
    const embedding = Float32Array.of(3, 0, 0, 2, 5, 0, 0, 1);
    const written: number[] = [];
    const begun = {
      ...makePass(Int32Array.of(0, 1, 0, 1), 2, async () => ({
        logits: new Float32Array(8),
        embedding,
        width: 2,
      })),
      extras: { prototypes: 'here' },
      held: { write: (_: unknown, values: Float32Array) => void written.push(...values) },
    } as unknown as Midway<never, never>;
    await method.begin!('main', begun, undefined as never, undefined as never);
    expect(written).toEqual([1, 0, 0, 1]);
  });
});

staysFinite(method, ({ rows: n, classes: k }) => ({
  extras: { taught: (x: Parameters<typeof layer>[0]) => ops.matMul(x, matrix(6, k, 41)), mix: mix(0.5, 0.5) },
  memory: {},
  pool: poolBatch(1, (_, m, seed) => net({ logits: matrix(m, k, seed + n), embedding: matrix(m, 6, seed) })),
}));
