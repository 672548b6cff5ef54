import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { softmax } from '../../src/core/logits';
import { Rng } from '../../src/core/rng';
import { metrics } from '../../src/metrics/index';
import type { Predictions } from '../../src/metrics/kit';
import {
  binOf,
  classErrors,
  confusion,
  fitTemperature,
  perClassAccuracy,
  predictionsOf,
  reliability,
  TEMPERATURES,
} from '../../src/metrics/tools';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly inputs: { readonly z: number[][]; readonly y: number[] };
    readonly expected: Record<'acc' | 'ece' | 'nll' | 'brier', number> & { readonly bins: number[][] };
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/23-bd-kd.json', import.meta.url), 'utf8'));
const reference = golden.cases.find((c) => c.name === 'calibration_metrics_15_bins')!;
const { z, y } = reference.inputs;
const float64 = (rows: number[][]) => Float64Array.from(rows.flat());
const fixed = predictionsOf(float64(z), Int32Array.from(y), 3, { teacher: float64([...z].reverse()) });

const measure = (id: string, p: Predictions) => metrics.get(id).compute(p);

/** Rows of random logits; `sharpness` scales them. */
function random(seed: number, rows = 200, classes = 5, sharpness = 2): Predictions {
  const rng = new Rng(seed, 'metrics');
  const draw = () => Float64Array.from({ length: rows * classes }, () => sharpness * rng.normal());
  const labels = Int32Array.from({ length: rows }, () => rng.below(classes));
  const seen = Array.from({ length: classes }, (_, k) => 2 ** (classes - k));
  return predictionsOf(draw(), labels, classes, { teacher: draw(), seen });
}

function reordered(p: Predictions, seed: number): Predictions {
  const order = [...new Rng(seed, 'order').permutation(p.rows)];
  const rows = (values: Float64Array | Float32Array) =>
    Float64Array.from(order.flatMap((row) => [...values.subarray(row * p.classes, (row + 1) * p.classes)]));
  const labels = Int32Array.from(order, (row) => p.labels[row]!);
  return { ...predictionsOf(rows(p.logits), labels, p.classes, { seen: p.seen }), teacher: rows(p.teacher!) };
}

describe('float64 references', () => {
  test.each([
    ['accuracy', reference.expected.acc],
    ['ece', reference.expected.ece],
    ['nll', reference.expected.nll],
    ['brier', reference.expected.brier],
    // From numpy on the same logits z and labels y, with t = z[::-1] as the teacher's logits and p, q their
    // softmax: bins by rank 15 r / n of argsort(max p); per class bins by ceil(15 p_k) - 1;
    // mean(argmax p == argmax q); mean(sum(q log(q / p))).
    ['adaptive-ece', 0.22887353361784785],
    ['classwise-ece', 0.14985140409466513],
    ['agreement', 0.5],
    ['kl-to-teacher', 1.480139063070793],
  ])('%s', (id, expected) => {
    expect(measure(id, fixed)).toBeCloseTo(expected, 11);
  });

  test('the classwise error is the mean of those of the classes, none without a finite answer', () => {
    const errors = classErrors(fixed)!;
    expect(errors).toHaveLength(fixed.classes);
    expect(new Set(errors).size).toBeGreaterThan(1);
    expect(errors.reduce((a, b) => a + b, 0) / fixed.classes).toBeCloseTo(0.14985140409466513, 11);
    const broken = predictionsOf(Float32Array.of(Number.NaN, 0), Int32Array.of(0), 2);
    expect(classErrors(broken)).toBeUndefined();
  });

  test('reliability bins', () => {
    const { count, accuracy, confidence } = reliability(fixed);
    reference.expected.bins.forEach((bin, i) => {
      expect(count[i]).toBe(bin[0]);
      expect(accuracy[i]).toBeCloseTo(bin[1]!, 11);
      expect(confidence[i]).toBeCloseTo(bin[2]!, 11);
    });
  });

  test('confusion counts and per-class accuracy', () => {
    const counts = confusion(fixed);
    expect([...counts]).toEqual([16, 2, 1, 2, 6, 1, 2, 2, 8]);
    expect(perClassAccuracy(counts, 3)).toEqual([16 / 19, 6 / 9, 8 / 12]);
    expect(perClassAccuracy(new Int32Array([3, 1, 0, 0]), 2)).toEqual([0.75, undefined]);
  });

  test('temperature and NLL after it', () => {
    // Golden-section search of the numpy NLL over ln T, 200 steps: T flat to about 1e-8 there.
    const temperature = fitTemperature(fixed)!;
    expect(temperature).toBeCloseTo(1.54908509, 6);
    const scaled = predictionsOf(float64(z), Int32Array.from(y), 3, { temperature });
    expect(measure('nll', scaled)).toBeCloseTo(0.6904012850177427, 11);
    expect(measure('accuracy', scaled)).toBe(reference.expected.acc);
  });
});

/** All but those that are there for a long tail only. */
const always = metrics.all.filter(({ id }) => !id.endsWith('-shot'));

describe('invariants', () => {
  test('a perfect, certain learner', () => {
    const p = predictionsOf(new Float32Array([900, 0, 0, 0, 900, 0]), new Int32Array([0, 1]), 3, {
      teacher: new Float32Array([900, 0, 0, 0, 900, 0]),
    });
    for (const id of ['nll', 'brier', 'ece', 'adaptive-ece', 'classwise-ece', 'kl-to-teacher'])
      expect(measure(id, p), id).toBe(0);
    expect([measure('accuracy', p), measure('agreement', p)]).toEqual([1, 1]);
  });

  test('a learner that says nothing: uniform answers', () => {
    const p = predictionsOf(
      new Float32Array(40),
      Int32Array.from({ length: 10 }, (_, i) => i % 4),
      4,
    );
    expect(measure('nll', p)).toBeCloseTo(Math.log(4), 12);
    expect(measure('brier', p)).toBeCloseTo(0.75, 12);
    expect(measure('accuracy', p)).toBe(0.3); // ties go to class 0, which 3 of 10 rows have
    expect(measure('ece', p)).toBeCloseTo(0.05, 12);
  });

  test('no metric depends on the order of rows', () => {
    for (let seed = 0; seed < 20; seed++) {
      const p = random(seed);
      for (const { id } of metrics.all)
        expect(measure(id, reordered(p, seed)), id).toBeCloseTo(measure(id, p)!, 12);
    }
  });

  test('no metric depends on a constant added to every logit', () => {
    const p = random(3);
    const { seen } = p;
    const shifted = predictionsOf(p.logits.map((v) => v + 64) as Float64Array, p.labels, p.classes, { seen });
    for (const { id } of metrics.all)
      expect(measure(id, { ...shifted, teacher: p.teacher }), id).toBeCloseTo(measure(id, p)!, 10);
  });

  test('bounds', () => {
    for (let seed = 0; seed < 50; seed++) {
      const p = random(seed, 1 + seed, 2 + (seed % 9), 10 ** ((seed % 7) - 3));
      for (const id of ['accuracy', 'ece', 'adaptive-ece', 'classwise-ece', 'agreement']) {
        expect(measure(id, p), id).toBeGreaterThanOrEqual(0);
        expect(measure(id, p), id).toBeLessThanOrEqual(1);
      }
      expect(measure('brier', p)).toBeLessThanOrEqual(2);
      expect(measure('kl-to-teacher', p)).toBeGreaterThanOrEqual(0);
    }
  });

  test('extreme finite logits give numbers, not NaN', () => {
    const p = predictionsOf(new Float32Array([3e38, -3e38, 1e-38, 0]), new Int32Array([1, 0]), 2, {
      teacher: new Float32Array([-3e38, 3e38, 0, 0]),
    });
    for (const { id } of always) expect(Number.isFinite(measure(id, p)), id).toBe(true);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%s among the logits: no number at all',
    (bad) => {
      const p = predictionsOf(new Float32Array([1, 2, bad, 0]), new Int32Array([1, 0]), 2, {
        teacher: new Float32Array(4),
      });
      for (const { id } of metrics.all) expect(measure(id, p), id).toBeUndefined();
      expect(fitTemperature(p)).toBeUndefined();
      expect(reliability(p).count.every((n) => n === 0)).toBe(true);
      expect(confusion(p).every((n) => n === 0)).toBe(true);
    },
  );

  test('no rows and no teacher: undefined', () => {
    const none = predictionsOf(new Float32Array(0), new Int32Array(0), 3);
    for (const { id } of metrics.all) expect(measure(id, none), id).toBeUndefined();
    const alone = predictionsOf(new Float32Array(3), new Int32Array(1), 3);
    for (const { id, needsTeacher } of always)
      expect(measure(id, alone) === undefined, id).toBe(needsTeacher === true);
  });

  test('a teacher whose logits are not finite has no agreement', () => {
    const p = predictionsOf(new Float32Array(2), new Int32Array(1), 2, {
      teacher: new Float32Array([Number.NaN, 1]),
    });
    expect([measure('agreement', p), measure('kl-to-teacher', p)]).toEqual([undefined, undefined]);
  });
});

describe('tools', () => {
  test('rows of a softmax add up to one', () => {
    const p = softmax(
      Float32Array.from({ length: 300 }, (_, i) => (i * 7919) % 101),
      3,
    );
    for (let row = 0; row < 100; row++)
      expect(p[3 * row]! + p[3 * row + 1]! + p[3 * row + 2]!).toBeCloseTo(1, 14);
  });

  test('bins are open below and closed above', () => {
    for (let b = 1; b <= 15; b++) {
      expect(binOf(b / 15, 15)).toBe(b - 1);
      expect(binOf(b / 15 - 1e-9, 15)).toBe(b - 1);
      if (b < 15) expect(binOf(b / 15 + 1e-9, 15)).toBe(b);
    }
    expect([binOf(0, 15), binOf(1, 15)]).toEqual([0, 14]);
  });

  test('temperature undoes a known sharpening', () => {
    const rng = new Rng(5, 'calibrated');
    const rows = 4000;
    const logits = Float64Array.from({ length: rows * 3 }, () => 2 * rng.normal());
    const p = softmax(logits, 3);
    const labels = Int32Array.from({ length: rows }, (_, row) => {
      const u = rng.uniform();
      return u < p[3 * row]! ? 0 : u < p[3 * row]! + p[3 * row + 1]! ? 1 : 2;
    });
    const fitted = (sharpness: number) =>
      fitTemperature(predictionsOf(logits.map((v) => v * sharpness) as Float64Array, labels, 3))!;
    expect(fitted(1)).toBeGreaterThan(0.93);
    expect(fitted(1)).toBeLessThan(1.07);
    expect(fitted(5) / fitted(1)).toBeCloseTo(5, 9);
  });

  test('temperature stays inside its bounds', () => {
    const fit = (logits: number[], labels: number[]) =>
      fitTemperature(predictionsOf(Float32Array.from(logits), Int32Array.from(labels), 2));
    expect(fit([2, 0, 0, 2], [0, 1])).toBe(TEMPERATURES.min);
    expect(fit([2, 0, 0, 2], [1, 0])).toBe(TEMPERATURES.max);
    expect(fit([0, 0, 0, 0], [1, 0])).toBe(1);
  });
});

describe('accuracy on thirds of the classes', () => {
  /** Six images of each of six classes; class k is answered right k times. */
  const labels = Int32Array.from({ length: 36 }, (_, i) => Math.floor(i / 6));
  const logits = Float64Array.from({ length: 36 * 6 }, (_, at) => {
    const [row, k] = [Math.floor(at / 6), at % 6];
    const label = labels[row]!;
    const right = row % 6 < label;
    return Number(k === (right ? label : (label + 1) % 6));
  });
  const ids = ['many-shot', 'medium-shot', 'few-shot'];
  const at = (seen: readonly number[] | undefined) =>
    ids.map((id) => measure(id, predictionsOf(logits, labels, 6, { seen })));

  test('goes by the training images, not by the number of the class', () => {
    expect(at([100, 50, 25, 12, 6, 3])).toEqual([1 / 12, 5 / 12, 9 / 12]);
    expect(at([3, 6, 12, 25, 50, 100])).toEqual([9 / 12, 5 / 12, 1 / 12]);
    // Of equal counts the smaller number first: 0, 5 | 1, 2 | 3, 4.
    expect(at([9, 2, 2, 1, 1, 9])).toEqual([5 / 12, 3 / 12, 7 / 12]);
  });

  test('is not there without a tail', () => {
    const none = [undefined, undefined, undefined];
    expect(at(undefined)).toEqual(none);
    expect(at([10, 10, 10, 10, 10, 10])).toEqual(none);
    expect(at([10, 19, 10, 10, 10, 10])).toEqual(none);
    const two = predictionsOf(Float64Array.of(1, 0), Int32Array.of(0), 2, { seen: [9, 1] });
    expect(ids.map((id) => measure(id, two))).toEqual(none);
  });
});
