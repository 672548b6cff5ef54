import { describe, expect, it } from 'vitest';
import { Looks } from '../../src/trainer/saved/looks';
import type { Probe } from '../../src/worker/protocol';

const panel = (key: string, shape: readonly number[], ...values: number[]): Probe['panels'][number] => ({
  key,
  shape,
  data: Float32Array.from(values),
});

const look = (step: number, ...panels: Probe['panels']): Probe => ({ learner: 'kd/1', step, panels });

const large = (of: number) => panel('map', [3, 3], ...Array<number>(9).fill(of));

describe('what is kept of looks at a learner', () => {
  it('is the newest look whole, and of earlier ones the panels of a few numbers', () => {
    const looks = new Looks();
    expect(looks.all).toEqual([]);
    looks.add(look(4, panel('terms', [2], 0.1, Number.NaN), large(1)));
    looks.add(look(8, panel('share', [], 0.5), panel('terms', [2], 0.3, 0.4), large(2)));
    looks.add(look(12, panel('terms', [3], 1, 2, 3)));
    looks.add(look(16, large(4), panel('terms', [2], 5, 6)));
    expect(looks.all.map(({ step }) => step)).toEqual([4, 8, 12, 16]);
    const [first, second, third, last] = looks.all.map(({ panels }) =>
      [...panels].sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
    expect(first).toEqual([panel('terms', [2], 0.1, Number.NaN)]);
    expect(second).toEqual([panel('share', [], 0.5), panel('terms', [2], 0.3, 0.4)]);
    expect(third).toEqual([panel('terms', [3], 1, 2, 3)]);
    expect(last).toEqual([large(4), panel('terms', [2], 5, 6)]);
  });

  it('is copied: what goes with a message is not what is kept', () => {
    const looks = new Looks();
    const given = panel('terms', [1], 7);
    looks.add(look(1, given));
    given.data.fill(0);
    looks.all[0]!.panels[0]!.data.fill(0);
    expect(looks.all[0]!.panels[0]!.data[0]).toBe(7);
  });
});
