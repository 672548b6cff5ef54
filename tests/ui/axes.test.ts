import { describe, expect, it } from 'vitest';
import { Curves } from '../../src/state/curves';
import { Stopwatch } from '../../src/state/run-clock';
import { Series } from '../../src/state/series';
import { type AxesChoice, setAxes, useView } from '../../src/state/view';
import { linearTicks, logTicks, onAxis, timed, xMapOf, xText, zoomed } from '../../src/ui/charts/axes';
import { measure } from '../../src/ui/charts/domains';
import { type ChartLine, valueNear } from '../../src/ui/charts/line';
import { linePath } from '../../src/ui/charts/path';
import { learner } from '../state/fixtures';

const PLAIN: AxesChoice = { x: 'step', logX: false, logY: false, zoom: undefined };

function series(rows: readonly (readonly [number, number])[]): Series {
  const out = new Series(1);
  for (const row of rows) out.append(1, row);
  return out;
}

const line = (values: readonly number[], more: Partial<ChartLine> = {}): ChartLine => ({
  key: 's1',
  label: 'KD',
  look: { hue: 0, dash: '', marker: 'circle', width: 2 },
  color: '',
  members: [{ series: series(values.map((v, i) => [i + 1, v])), column: 0 }],
  ...more,
});

describe('units of the x axis', () => {
  const times = series([
    [0, 5],
    [10, 7],
    [20, 17],
  ]);
  const facts = { stepsPerEpoch: 4, batchSize: 32, times };

  it('count epochs and images by the step', () => {
    expect(xMapOf('step', facts)).toBeUndefined();
    expect(xMapOf('epoch', facts)?.at(6)).toBe(1.5);
    expect(xMapOf('images', facts)?.at(6)).toBe(192);
    expect(xMapOf('epoch', facts)?.step(1.5)).toBe(6);
  });

  it('count seconds from the start of the learner, between and beyond what was told, both ways', () => {
    const { at, step } = timed(times);
    expect([0, 5, 10, 15, 20, 30].map(at)).toEqual([0, 1, 2, 7, 12, 22]);
    for (const seconds of [0.5, 2, 9, 20]) expect(at(step(seconds))).toBeCloseTo(seconds, 9);
    expect(timed(series([[0, 5]])).at(7)).toBe(0);
  });

  it('find the value under the crosshair whatever the unit', () => {
    const by = line([10, 20, 30, 40], { x: xMapOf('images', facts) });
    const values = (row: number) => by.members[0]!.series.value(row, 0);
    expect(valueNear(by, 3 * 32 + 1, values)).toEqual({ step: 3, value: 30 });
  });

  it('have words', () => {
    expect(xText('images', 12_800)).toBe('12,800 images');
    expect(xText('epoch', 1.25)).toBe('epoch 1.25');
  });
});

describe('time of a run', () => {
  it('leaves pauses out and is noted once per step', () => {
    let now = 0;
    const clock = new Stopwatch(() => now);
    clock.go();
    now = 2000;
    clock.stop();
    now = 9000;
    clock.go();
    now = 9500;
    expect(clock.seconds).toBe(2.5);
    const curves = new Curves();
    curves.reset([learner('s1')]);
    curves.at('s1/1', 0, 1);
    curves.addPoints([{ learner: 's1/1', rows: 2, data: Float32Array.of(1, 9, 0, 4, 2, 8, 1, 3) }], 3);
    curves.at('s1/1', 2, 4);
    const times = curves.times.get('s1/1')!;
    expect([times.length, times.step(1), times.value(1, 0)]).toEqual([2, 2, 3]);
  });
});

describe('limits', () => {
  it('fit the part that is zoomed into', () => {
    const chart = { lines: [line([100, 4, 5, 6, 2])], planned: 5 };
    expect(measure(chart, PLAIN, 'sd')).toMatchObject({ from: 0, end: 5, whole: [0, 5], high: 100 });
    const part = measure(chart, { ...PLAIN, zoom: [1.5, 4] }, 'sd');
    expect([part.from, part.end]).toEqual([1.5, 4]);
    expect(part.high).toBeLessThan(7);
    expect(part.low).toBeGreaterThan(3);
  });

  it('of a logarithm leave out what has none', () => {
    const chart = { lines: [line([1, 0, 100])], planned: 3 };
    const found = measure(chart, { ...PLAIN, logX: true, logY: true }, 'sd');
    expect(found.low).toBeCloseTo(-0.08, 6);
    expect(found.high).toBeCloseTo(2.08, 6);
    expect(found.from).toBe(0);
    const drawn = chart.lines[0]!.members[0]!.series;
    const at = onAxis((row) => drawn.value(row, 0), true);
    const frame = { left: 0, perStep: 10, stepMin: 0, zero: 0, perUnit: -10 };
    expect(linePath(drawn, at, frame)).toBe('M10 0M30 -20');
    const place = (step: number) => Math.log10(step);
    expect(
      linePath(
        series([
          [1, 1],
          [100, 1],
        ]),
        () => 0,
        { ...frame, place },
      ),
    ).toBe('M0 0L20 0');
  });

  it('reach to the planned end in epochs, and only as far as the run got in seconds', () => {
    const by = line([1, 2], { planned: 40, x: { at: (s) => s / 4, step: (x) => x * 4 } });
    expect(measure({ lines: [by], planned: 0 }, { ...PLAIN, x: 'epoch' }, 'sd').whole[1]).toBe(1);
    const late = line(Array(39).fill(1), { planned: 40, x: { at: (s) => s / 4, step: (x) => x * 4 } });
    expect(measure({ lines: [late], planned: 0 }, { ...PLAIN, x: 'epoch' }, 'sd').whole[1]).toBe(10);
    expect(measure({ lines: [late], planned: 0 }, { ...PLAIN, x: 'seconds' }, 'sd').whole[1]).toBeLessThan(
      15,
    );
  });
});

describe('ticks', () => {
  it('of a logarithm are round values, few over many decades', () => {
    expect(logTicks(0, 1).map((t) => Number((10 ** t).toPrecision(3)))).toEqual([1, 2, 5, 10]);
    for (const [low, high] of [
      [-5, 3],
      [0, 8],
      [-0.1, 0.1],
      [2, 2.05],
    ] as const) {
      const ticks = logTicks(low, high);
      expect(ticks.length, `${low} to ${high}`).toBeGreaterThan(1);
      expect(ticks.length, `${low} to ${high}`).toBeLessThanOrEqual(8);
      expect(ticks.every((t) => t >= low - 1e-9 && t <= high + 1e-9)).toBe(true);
    }
  });
  it('of a zoomed axis lie inside it', () => {
    expect(linearTicks(101, 119).every((t) => t >= 101 && t <= 119 && Number.isInteger(t))).toBe(true);
    expect(linearTicks(0.1, 0.4).length).toBeGreaterThan(1);
  });
});

describe('zoom', () => {
  it('keeps the place under the crosshair, stays inside, and ends where all is shown', () => {
    expect(zoomed([0, 100], [0, 100], 20, 0.5)).toEqual([10, 60]);
    expect(zoomed([0, 100], [0, 100], 0, 0.5)).toEqual([0, 50]);
    expect(zoomed([80, 100], [0, 100], 100, 2)).toEqual([60, 100]);
    expect(zoomed([10, 60], [0, 100], 20, 2)).toBeUndefined();
  });
  it('and crosshair are given up with the unit of x', () => {
    useView.setState({ cursor: 3 });
    setAxes({ zoom: [1, 2] });
    setAxes({ logY: true });
    expect(useView.getState()).toMatchObject({ cursor: 3, axes: { zoom: [1, 2], logY: true } });
    setAxes({ x: 'epoch' });
    expect(useView.getState()).toMatchObject({ cursor: undefined, axes: { x: 'epoch', zoom: undefined } });
  });
});
