import { describe, expect, it } from 'vitest';
import { TEACHER_LOOK } from '../../src/state/looks';
import { placeLegend } from '../../src/ui/charts/figure';

describe('the legend of a saved chart', () => {
  const entries = ['Teacher', 'Labels only', 'Knowledge distillation'].map((label) => ({
    label,
    look: TEACHER_LOOK,
    color: '#000',
  }));

  it('stands in one row where there is room', () => {
    const placed = placeLegend(entries, 800);
    expect(placed.map(({ row }) => row)).toEqual([0, 0, 0]);
    const xs = placed.map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(xs[1]! - xs[0]!).toBeGreaterThan('Teacher'.length * 6);
  });

  it('breaks into rows, each with at least one entry', () => {
    expect(placeLegend(entries, 240).map(({ row, x }) => [row, x === 0])).toEqual([
      [0, true],
      [0, false],
      [1, true],
    ]);
    expect(placeLegend(entries, 10).map(({ row }) => row)).toEqual([0, 1, 2]);
  });
});
