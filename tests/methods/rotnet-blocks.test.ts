/** How well classes can be read from each layer of RotNet's student. */
import { describe, expect, it } from 'vitest';
import type { Tensor, Tensor2D, Tensor4D, Variable } from '../../src/engine/types';
import { makePass, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/rotnet';
import { accuracies, layersOf, readoutAccuracy } from '../../src/methods/rotnet/blocks';
import { midwayOf } from './made-up';
import { matrix, normal, numbersOf } from './support';

const { params } = makeStep(method, {});

describe('what can be read from each layer', () => {
  const vector = (...values: number[]) => Float64Array.from(values);

  it('is a linear rule, which takes in what it was not shown', () => {
    const known = { columns: [vector(3, 4, 7, 8, 5, 6)], labels: [0, 0, 1, 1, 0, 1] };
    const at = (...values: number[]) => ({ columns: [vector(...values)], labels: [0, 0, 1, 1] });
    expect(readoutAccuracy(known, at(1, 5.4, 5.6, 9), 2)).toBe(1);
    expect(readoutAccuracy(known, at(1, 5.6, 5.6, 9), 2)).toBe(0.75);
    // The same where nothing is known of the second class but its name, and where a number never changes.
    const still = { ...known, columns: [...known.columns, vector(2, 2, 2, 2, 2, 2)] };
    const asked = { ...at(1, 5.4, 5.6, 9), columns: [vector(1, 5.4, 5.6, 9), vector(7, -7, 7, -7)] };
    expect(readoutAccuracy(still, asked, 3)).toBe(1);
  });

  it('does not reach what no line separates', () => {
    const [x, y] = [vector(0, 0, 1, 1), vector(0, 1, 0, 1)];
    const corners = { columns: [x, y], labels: [0, 1, 1, 0] };
    expect(readoutAccuracy(corners, corners, 2)).toBe(0.5);
    const both = { ...corners, columns: [x, y, vector(0, 0, 0, 1)] };
    expect(readoutAccuracy(both, both, 2)).toBe(1);
  });

  it('goes by the cells of a map where there are few channels, by its mean where there are many', () => {
    const taps = { few: normal([2, 8, 8, 4]), many: normal([2, 8, 8, 100]), tokens: normal([2, 9, 16]) };
    const layers = layersOf(ops, { taps, embedding: matrix(2, 5) });
    expect(layers.map(({ shape }) => shape)).toEqual([
      [2, 64],
      [2, 100],
      [2, 144],
      [2, 5],
    ]);
  });

  it('is measured on validation images before the first step and once turns are learnt', async () => {
    // Pixels say the class by their sign: of the last layer only, the first one sees nothing.
    const classOf = (row: number) => Number(row % 3 === 0);
    const labels = Int32Array.from({ length: 450 }, (_, row) => classOf(row));
    const held = labels.slice(0, 60);
    const answer = (x: Tensor4D) => {
      const embedding = ops.reshape(x, [-1, 1]) as Tensor2D;
      return net({ embedding, taps: { stem: ops.reshape(ops.zerosLike(x), [-1, 1, 1, 1]) } });
    };
    const pixel = (row: number) => 2 * classOf(row) - 1;
    const written: { name: string; values: number[] }[] = [];
    const states = ['untrained', 'turned'].map((name) => ({ name }) as unknown as Variable);
    const extras = { turns: (x: Tensor) => x, readout: undefined, pool: false, reached: states };
    const asked: number[] = [];
    const teacher = () => net({});
    const known = midwayOf(makePass(labels, 2), extras, [1, 1, 1], { teacher, student: answer });
    const pass = {
      ...known,
      imagesOf: (rows: ArrayLike<number>) => {
        asked.push(...Array.from(rows));
        return Float32Array.from(rows, pixel);
      },
      held: {
        ...known.held,
        labels: held,
        answers: async (read: (step: never) => Tensor2D) => {
          const images = ops.reshape(
            ops.tensor1d(Array.from(held, (_, row) => pixel(row))),
            [60, 1, 1, 1],
          ) as Tensor4D;
          return Float32Array.from(await read({ ops, student: answer(images) } as never).data());
        },
        write: (state: { name: string }, values: Float32Array) =>
          void written.push({ name: state.name, values: [...values] }),
      },
    } as never;
    const begin = (phase: string, pretext = 0.4) =>
      method.begin!(phase, pass, undefined, { ...params, pretext });
    await begin('guide');
    expect(written).toEqual([]);
    await begin('pretext');
    // The first layer tells nothing, so the more frequent class is named: two thirds.
    expect(written.pop()).toEqual({ name: 'untrained', values: [expect.closeTo(2 / 3, 6), 1] });
    expect([asked.length, new Set(asked).size, asked.at(-1)! > 440]).toEqual([400, 400, true]);
    await begin('distil');
    expect(written.pop()!.name).toBe('turned');
    await begin('distil', 0);
    expect(written.pop()!.name).toBe('untrained');
    expect(await accuracies(pass)).toHaveLength(2);
  });

  it('is drawn by the state of the student, and only what has been reached', async () => {
    const states = [
      [0.2, 0.4, 0.3],
      [0.3, 0.6, 0.5],
    ].map((values) => ops.tensor1d(values) as Tensor as Variable);
    const extras = { turns: () => ops.zeros([24, 4]), readout: undefined, pool: false, reached: states };
    const curves = (phase: string, pretext: number) => {
      const own = net({ embedding: matrix(6, 5) });
      const step = {
        phase,
        extras,
        student: own,
        params: { pretext },
        images: normal([6, 4, 4, 1]) as Tensor4D,
      };
      return numbersOf(() => method.probe!(makeStep(method, step))['layers']!);
    };
    const close = (...values: number[]) => values.map((x) => expect.closeTo(x, 6));
    expect(await curves('distil', 0.4)).toEqual(close(0, 0.2, 0.4, 0.3, 1, 0.3, 0.6, 0.5));
    expect(await curves('distil', 0)).toEqual(close(0, 0.2, 0.4, 0.3));
    const turned = { phase: 'pretext', extras: { ...extras, turns: () => ops.zeros([8, 4]) } };
    const batch = { student: net({ embedding: matrix(8, 5) }), images: normal([8, 4, 4, 1]) as Tensor4D };
    const first = await numbersOf(() => method.probe!(makeStep(method, { ...turned, ...batch }))['layers']!);
    expect(first).toEqual(close(0, 0.2, 0.4, 0.3));
  });
});
