import { describe, expect, it } from 'vitest';
import { Measurements } from '../../src/trainer/saved/measurements';
import type { Evaluation } from '../../src/worker/protocol';

const BINS = { count: [3], confidence: [0.5], accuracy: [0.25] };
const NO_BINS = { count: [], confidence: [], accuracy: [] };

const whole = (step: number, more: Partial<Evaluation> = {}): Evaluation => ({
  ...{ learner: 'kd/1', split: 'validation', step, epoch: step / 10 },
  ...{ metrics: { accuracy: step / 100, nll: 1 / 3 }, reliability: BINS },
  ...{ classErrors: [0.1, 0.2], confusion: Int32Array.of(1, 2, 3, step) },
  ...more,
});

/** The same without what is only drawn of the newest. */
const outlined = ({ classErrors: _, scaled: __, ...rest }: Evaluation): Evaluation => ({
  ...rest,
  reliability: NO_BINS,
  confusion: new Int32Array(0),
});

describe('what is kept of measurements', () => {
  it('is the newest of a learner and split whole, and of earlier ones the metrics, in order', () => {
    const told = [
      whole(10),
      whole(10, { learner: 'teacher' }),
      whole(20),
      whole(20, { learner: 'teacher' }),
      // A metric that cannot be computed is absent, one that is not a number stays one.
      whole(30, { metrics: { accuracy: Number.NaN } }),
      whole(40, { parameters: 12 }),
      whole(50, { parameters: 11 }),
      whole(50, { split: 'test' }),
      whole(60),
    ];
    const kept = new Measurements();
    expect(kept.all).toEqual([]);
    for (const one of told) kept.add(one);
    const newest = [3, 7, 8];
    expect(kept.all).toEqual(told.map((one, i) => (newest.includes(i) ? one : outlined(one))));
  });

  it('is copied: what goes with a message is not what is kept', () => {
    const kept = new Measurements();
    const given = whole(10);
    kept.add(given);
    given.confusion.fill(0);
    kept.all[0]!.confusion.fill(0);
    expect(kept.all).toEqual([whole(10)]);
  });
});
