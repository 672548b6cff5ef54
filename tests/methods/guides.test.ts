/** Every method has a guide, and its figure computes what the method computes. */
import { describe, expect, it, test } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import type { Tensor, Tensor2D } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import { guides } from '../../src/methods/guides/index';
import type { Figure, Shown, Toy, ToyOutput } from '../../src/methods/guides/kit';
import { methods } from '../../src/methods/index';
import { termsOf } from './support';

const SENTENCE = /^[A-Z“].*[.?!]$/;

/** Every control at its default, then one after the other at its ends or options. */
function settings({ controls }: Figure): AnyValues[] {
  const base = defaults(controls);
  return [
    base,
    ...Object.entries(controls).flatMap(([key, param]) => {
      const ends =
        param.kind === 'number'
          ? [param.min, param.max]
          : param.kind === 'choice'
            ? Object.keys(param.options)
            : [true, false];
      return ends.map((value) => ({ ...base, [key]: value }));
    }),
  ];
}

function numbersIn({ picture, terms = {}, numbers = {} }: Shown): number[] {
  const drawn =
    picture.kind === 'maps'
      ? picture.maps.flatMap(({ rows }) => rows.flat())
      : picture.series.flatMap(({ values }) => values.flat());
  return [...drawn, ...Object.values(terms), ...Object.values(numbers)];
}

const square = (cells: readonly (readonly number[])[]): number[] => {
  const side = Math.round(Math.sqrt(cells.length));
  return [side, side, cells[0]!.length];
};

const output = ({ logits, embedding, taps = {} }: ToyOutput) => {
  const rows = (x: readonly (readonly number[])[]) => ops.tensor2d(x.flat(), [x.length, x[0]!.length]);
  const maps = Object.entries(taps).map(([key, images]): [string, Tensor] => [
    key,
    ops.reshape(ops.tensor1d(images.flat(2)), [images.length, ...square(images[0]!)]),
  ]);
  return net({
    logits: rows(logits) as Tensor2D,
    ...(embedding ? { embedding: rows(embedding) as Tensor2D } : {}),
    taps: Object.fromEntries(maps),
  });
};

const partsOf = ({ params, labels, students, teacher }: Toy) => ({
  params,
  labels: ops.tensor1d(Int32Array.from(labels), 'int32'),
  students: students.map(output),
  ...(teacher ? { teacher: output(teacher) } : {}),
});

describe.each(methods.all.map((method) => [method.id, method] as const))('%s', (id, method) => {
  const guide = guides.get(id)!;

  it('says when to use it and when not', () => {
    expect(guide, `write src/methods/guides/${id}.ts`).toBeDefined();
    expect(guide.when).toMatch(SENTENCE);
    expect(guide.avoid).toMatch(SENTENCE);
  });

  it('has a figure that is whole at the ends of every control', () => {
    expect(Object.keys(guide.figure.controls).length).toBeGreaterThan(0);
    const seen = settings(guide.figure).map((values) => guide.figure.show(values));
    for (const shown of seen) {
      expect(shown.sentence).toMatch(SENTENCE);
      expect(numbersIn(shown).every(Number.isFinite)).toBe(true);
      for (const key of Object.keys(shown.terms ?? {})) expect(Object.keys(method.terms)).toContain(key);
    }
  });

  it('has controls that each change what is shown', () => {
    const { controls, show } = guide.figure;
    for (const key of Object.keys(controls)) {
      const ends = settings({ ...guide.figure, controls: { [key]: controls[key]! } });
      const seen = ends.map((values) => JSON.stringify(show({ ...defaults(controls), ...values })));
      expect(new Set(seen).size, key).toBeGreaterThan(1);
    }
  });
});

const checked = [...guides.values()].flatMap(({ id, figure }) => (figure.toy ? [{ id, figure }] : []));

test('most figures are held against the method itself', () => {
  expect(checked.length).toBeGreaterThan(14);
});

describe('the figure computes what the method computes', () => {
  it.each(checked)('$id', async ({ id, figure }) => {
    for (const values of settings(figure)) {
      const { terms = {} } = figure.show(values);
      expect(Object.keys(terms).length).toBeGreaterThan(0);
      const toy = figure.toy!(values);
      const own = await termsOf(methods.get(id), partsOf(toy));
      const random = id === 'born-again' && values['form'] === 'permuted';
      for (const [key, value] of Object.entries(terms))
        if (!(random && key === 'former'))
          expect(
            Math.abs(own[key]! - value),
            `${key} at ${JSON.stringify(values)}: ${own[key]} and ${value}`,
          ).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
    }
  });
});
