import { describe, expect, it } from 'vitest';
import { Series } from '../../src/state/series';

const filled = (rows: number, limit?: number) => {
  const series = new Series(1, limit);
  for (let i = 1; i <= rows; i++) series.append(1, [i, i * 10]);
  return series;
};

describe('a series of numbers', () => {
  it('returns what was appended, over every growth', () => {
    const series = filled(5000);
    expect(series.length).toBe(5000);
    for (const row of [0, 511, 512, 1023, 1024, 4999]) {
      expect(series.step(row)).toBe(row + 1);
      expect(series.value(row, 0)).toBe((row + 1) * 10);
    }
  });
  it('takes several rows at once and fills a short one with NaN', () => {
    const series = new Series(2);
    series.append(2, [1, 5, 6, 2, 7]);
    expect(series.value(0, 1)).toBe(6);
    expect(series.value(1, 0)).toBe(7);
    expect(series.value(1, 1)).toBeNaN();
  });
  it('thins itself at its limit and stays evenly spread from the first step on', () => {
    const series = filled(1000, 64);
    expect(series.length).toBeLessThanOrEqual(64);
    expect(series.length).toBeGreaterThan(31);
    const gaps = Array.from({ length: series.length - 1 }, (_, i) => series.step(i + 1) - series.step(i));
    expect(new Set(gaps).size).toBe(1);
    expect(series.step(0)).toBe(1);
    expect(series.lastStep).toBeGreaterThan(1000 - 2 * gaps[0]!);
    for (let i = 0; i < series.length; i++) expect(series.value(i, 0)).toBe(series.step(i) * 10);
  });
  it('finds the row closest to a step', () => {
    const series = new Series(1);
    for (const step of [10, 20, 40]) series.append(1, [step, 0]);
    expect([0, 14, 16, 29, 31, 99].map((s) => series.nearest(s))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(new Series(1).nearest(3)).toBe(-1);
  });
});
