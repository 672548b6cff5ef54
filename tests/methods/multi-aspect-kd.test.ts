import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor2D } from '../../src/engine/types';
import { makePass, makeStep, net, ops, table } from '../../src/golden/kit';
import method, { aspectLoss } from '../../src/methods/multi-aspect-kd';
import {
  answersOf,
  checkSource,
  type Source,
  UNKNOWN,
  widthOf,
} from '../../src/methods/multi-aspect-kd/answers';
import { mistakes } from '../../src/methods/multi-aspect-kd/pictures';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numberOf, numbersOf, termsOf } from './support';

golden('multi-aspect-kd');

const labels = Int32Array.of(0, 1, 2, 0, 1, 2);
const attributes = {
  // Three values: three questions, each answered yes by two of six.
  colour: Int32Array.of(4, 4, 7, 7, 9, 9),
  // Two values: one question, half yes, so it comes first.
  round: Int32Array.of(1, 0, 1, 0, 1, 0),
  // One value: nothing to ask.
  constant: Int32Array.of(3, 3, 3, 3, 3, 3),
};
const pass = { ...makePass(labels, 3), attributes };
const asked = (aspects: number, source: Source, answers = '') => ({ aspects, source, answers });
const rowsOf = (flat: Float32Array, width: number) =>
  Array.from({ length: flat.length / width }, (_, i) => [...flat.subarray(i * width, (i + 1) * width)]);

describe('answers', () => {
  it('are one question per value, balanced ones first, and a mark where there are no more', () => {
    expect(rowsOf(answersOf(pass, asked(5, 'image')), 5)).toEqual([
      [1, 1, 0, 0, UNKNOWN],
      [0, 1, 0, 0, UNKNOWN],
      [1, 0, 1, 0, UNKNOWN],
      [0, 0, 1, 0, UNKNOWN],
      [1, 0, 0, 1, UNKNOWN],
      [0, 0, 0, 1, UNKNOWN],
    ]);
    expect(rowsOf(answersOf(pass, asked(1, 'image')), 1).flat()).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('of a class are the mean of its images', () => {
    const rows = rowsOf(answersOf(pass, asked(2, 'class')), 2);
    expect(rows[0]).toEqual([0.5, 0.5]);
    expect(rows[3]).toEqual(rows[0]);
    expect(rows[1]).toEqual([0.5, 0.5]);
    expect(rows[2]).toEqual([0.5, 0]);
  });

  it('shuffled keep whole rows', () => {
    const key = (row: number[]) => row.join();
    const [a, b] = (['image', 'shuffled'] as const).map((source) =>
      rowsOf(answersOf(pass, asked(4, source)), 4).map(key),
    );
    expect(b).not.toEqual(a);
    expect([...b!].sort()).toEqual([...a!].sort());
  });

  const own = JSON.stringify({
    questions: ['a?', 'b?'],
    classes: { 'class 2': [1, null], 'class 0': [0.25, 0] },
  });

  it('of an own table go by the name of the class; a class without a row has none', () => {
    expect(widthOf(asked(7, 'image', own))).toBe(2);
    const byName = [
      [0.25, 0],
      [UNKNOWN, UNKNOWN],
      [1, UNKNOWN],
    ];
    const expected = [...labels].map((label) => byName[label]);
    for (const source of ['image', 'class'] as const)
      expect(rowsOf(answersOf(pass, asked(7, source, own)), 2)).toEqual(expected);
    const mixed = rowsOf(answersOf(pass, asked(7, 'shuffled', own)), 2);
    expect(mixed).not.toEqual(expected);
    expect(mixed.map(String).sort()).toEqual(expected.map(String).sort());
  });

  it('of a table that fits no class leave the labels to teach alone', async () => {
    const strangers = JSON.stringify({ questions: ['a?'], classes: { lion: [1] } });
    const answers = answersOf(pass, asked(7, 'image', strangers));
    expect([...answers]).toEqual(Array(6).fill(UNKNOWN));
    const known = ops.tensor2d(answers, [6, 1]);
    expect(await numberOf(() => aspectLoss(ops, matrix(6, 1), known))).toBe(0);
  });

  it('are random code words when asked for, whatever is known', () => {
    const plain = rowsOf(answersOf(makePass(labels, 3), asked(4, 'image')), 4);
    expect(rowsOf(answersOf(pass, asked(4, 'random')), 4)).toEqual(plain);
    expect(rowsOf(answersOf(pass, asked(4, 'random', own)), 2)[0]).toHaveLength(2);
  });

  it('are random code words per class when nothing is known', () => {
    const many = Int32Array.from({ length: 40 }, (_, i) => i % 8);
    const rows = rowsOf(answersOf(makePass(many, 8), asked(6, 'image')), 6);
    for (const [i, row] of rows.entries()) expect(row).toEqual(rows[i % 8]);
    for (let q = 0; q < 6; q++) expect(rows.slice(0, 8).reduce((sum, row) => sum + row[q]!, 0)).toBe(4);
    expect(new Set(rows.slice(0, 8).map((row) => row.join())).size).toBeGreaterThan(4);
  });
});

describe('answers from a file', () => {
  const file = { aspects: 7, source: 'file', answers: '' } as const;
  const withRows = (rows: readonly number[]) => ({
    ...pass,
    numbers: {
      name: 'logits.csv',
      width: 2,
      rows: Float32Array.from(rows),
      pool: new Float32Array(),
      classes: new Float32Array(6),
    },
  });

  it('are as many as its columns, and as they are when they lie in 0..1', () => {
    expect(widthOf(file, 2)).toBe(2);
    const rows = [0, 1, 0.25, Number.NaN, 0.5, 0.5, 1, 1, 0, 0, 1, 0];
    const found = answersOf(withRows(rows), file);
    expect([...found]).toEqual(rows.map((x) => (Number.isNaN(x) ? UNKNOWN : x)));
  });

  it('are chances of yes when any of them is not', () => {
    const rows = [0, 1, 2, -3, 0.5, Number.NaN, 0, 0, 0, 0, 0, 0];
    const found = answersOf(withRows(rows), file);
    expect(found[2]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect([found[0], found[5]]).toEqual([0.5, UNKNOWN]);
  });

  it('that was not imported are asked for in words', () => {
    expect(() => checkSource('file', undefined)).toThrow(/logits\.csv/);
    expect(() => checkSource('file', 3)).not.toThrow();
    expect(() => checkSource('image', undefined)).not.toThrow();
  });
});

const student = net({ logits: matrix(6, 3, 1), embedding: matrix(6, 5, 2) });
const z = matrix(6, 4, 3);
const extras = { head: (_: Tensor) => z as Tensor };
const stored = ops.sigmoid(matrix(6, 4, 4, 3)) as Tensor2D;

describe('limits', () => {
  it('weight 0 is cross-entropy, bit for bit', async () => {
    const parts = { params: { alpha: 0 }, extras, memory: table(stored), student, labels: labelsOf(6, 3) };
    const ce = await numberOf(() => ops.crossEntropy(student.logits, ops.oneHot(labelsOf(6, 3), 3)));
    expect(await termsOf(method, parts)).toEqual({ ce, aspects: 0 });
    expect((await gradientsOf(method, parts))['0/embedding']!.every((g) => g === 0)).toBe(true);
  });

  it('the order of the questions does not matter', async () => {
    const order = ops.tensor1d([2, 0, 3, 1], 'int32');
    const shuffled = await numberOf(() =>
      aspectLoss(ops, ops.gather(z, order, 1), ops.gather(stored, order, 1)),
    );
    expect(shuffled).toBeCloseTo(await numberOf(() => aspectLoss(ops, z, stored)), 6);
  });

  it('cells without an answer do not count', async () => {
    const half = ops.concat([stored, ops.fill([6, 4], UNKNOWN)], 1);
    const twice = ops.concat([z, matrix(6, 4, 9)], 1);
    const found = await numberOf(() => aspectLoss(ops, twice, half));
    expect(found).toBeCloseTo(await numberOf(() => aspectLoss(ops, z, stored)), 6);
    expect(await numberOf(() => aspectLoss(ops, z, ops.fill([6, 4], UNKNOWN)))).toBe(0);
  });

  it('doubt moves answers towards the middle and leaves gaps alone', async () => {
    const memory = table(ops.tensor2d([[1, 0, UNKNOWN, 0.5]]));
    const one = { head: () => ops.zeros([1, 4]) };
    const parts = { extras: one, memory, student: net({ logits: matrix(1, 3) }) };
    const at = async (soft: number) =>
      (await termsOf(method, { ...parts, params: { alpha: 1, soft } }))['aspects'];
    expect(await at(0)).toBeCloseTo(Math.LN2, 6);
    expect(await at(0.3)).toBeCloseTo(Math.LN2, 6);
    const sure = { ...parts, extras: { head: () => ops.tensor2d([[2, -2, 5, 0]]) } };
    const with5 = (await termsOf(method, { ...sure, params: { alpha: 1, soft: 0.05 } }))['aspects'];
    const cell = Math.log1p(Math.exp(2)) - 2 * 0.95;
    expect(with5).toBeCloseTo((2 * cell + Math.LN2) / 3, 5);
  });

  it('class answers come from the class outputs alone', () => {
    const build = new NetworkBuild(1, 'extras');
    const made = method.extras!(build, {
      params: { ...makeStep(method, {}).params, aspects: 7 },
      classes: 3,
      samples: 6,
      image: [8, 8, 1],
      student: { embedding: 5, taps: {} },
      teacher: undefined,
    });
    expect(made.head(student.embedding).shape).toEqual([6, 7]);
    expect(build.parameters).toBe(5 * 7 + 7);
    expect(method.predict).toBeUndefined();
    build.dispose();
  });

  it('its bars count what is answered as stored', async () => {
    const memory = table(
      ops.tensor2d([
        [1, 0, 1],
        [1, 1, UNKNOWN],
      ]),
    );
    const said = {
      head: () =>
        ops.tensor2d([
          [3, 3, 3],
          [1, -1, 2],
        ]),
    };
    const parts = { extras: said, memory, student: net({ logits: matrix(2, 3) }) };
    const shown = method.probe!(makeStep(method, parts));
    expect(await numbersOf(() => shown['right']!)).toEqual([1, 0, 1]);
    // All three questions are answered more strongly for the first image.
    for (const value of await numbersOf(() => shown['together']!)) expect(value).toBeCloseTo(1, 5);
  });
});

describe('pictures', () => {
  it('the loss above the least there can be is 0 for the answers themselves', async () => {
    const answers = ops.tensor2d([
      [0.05, 0.95, UNKNOWN],
      [0.5, 0.05, 0.95],
    ]);
    const logits = ops.log(ops.div(ops.maximum(answers, 0.01), ops.sub(1, ops.maximum(answers, 0.01))));
    const at = async (z: Tensor) => {
      const parts = { params: { soft: 0 }, memory: table(answers), student: net({ logits: matrix(2, 3) }) };
      const step = makeStep(method, { ...parts, extras: { head: () => z } });
      return (await numbersOf(() => method.probe!(step)['floor']!))[0]!;
    };
    expect(await at(logits)).toBeCloseTo(0, 5);
    expect(await at(ops.neg(logits))).toBeGreaterThan(0.5);
  });

  it('pair classes by how many answers differ and how far one is taken for the other', async () => {
    const answers = ops.tensor2d([
      [1, 0],
      [1, 0],
      [0, 0],
    ]);
    const said = ops.tensor2d([
      [0.6, 0.4],
      [0.8, 0.2],
      [0.1, 0.9],
    ]);
    const targets = ops.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const rows = await numbersOf(() => mistakes(ops, answers, said, targets));
    const wanted = [0, 0, 1, 0.3, 1, 0.1, 0, 0];
    rows.forEach((x, i) => {
      expect(x).toBeCloseTo(wanted[i]!, 5);
    });
  });
});

describe('edges', () =>
  staysFinite(method, ({ rows }) => ({
    extras: { head: (x: Tensor) => ops.mul(x, 1e4) },
    memory: table(ops.cast(ops.greater(matrix(rows, 6, 4), 0), 'float32') as Tensor2D),
  })));
