import { describe, expect, it } from 'vitest';
import { integer, number } from '../../src/core/params';
import { mergeBins, overconfidence } from '../../src/state/bins';
import { Series } from '../../src/state/series';
import type { BandKind } from '../../src/state/view';
import { labelRoom, placeLabels, shortened } from '../../src/ui/charts/labels';
import { bandOf, type ChartLine, lineValues, spine, valueNear } from '../../src/ui/charts/line';
import { bandPath, extent, type Frame, linePath, smoothed } from '../../src/ui/charts/path';
import { growingEnd, niceDomain, stepTicks } from '../../src/ui/charts/scale';
import { fromShare, grainOf, snap, toShare } from '../../src/ui/controls/scale';
import { rowShares, sumConfusion, worstMistakes } from '../../src/ui/panels/confusion';
import { groupSizes } from '../../src/ui/panels/GroupPictures';
import { rangeText } from '../../src/ui/panels/range';

function series(values: readonly number[]): Series {
  const out = new Series(1);
  values.forEach((v, i) => {
    out.append(1, [i + 1, v]);
  });
  return out;
}
const frame = (perStep: number): Frame => ({ left: 0, perStep, stepMin: 0, zero: 100, perUnit: -1 });
const pathOf = (values: readonly number[], perStep: number) => {
  const s = series(values);
  return linePath(s, (row) => s.value(row, 0), frame(perStep));
};

describe('live lines', () => {
  it('draws every point where there is room', () => {
    expect(pathOf([1, 2, 3], 10)).toBe('M10 99L20 98L30 97');
  });
  it('leaves a gap at NaN and infinity', () => {
    expect(pathOf([1, Number.NaN, 3, Number.POSITIVE_INFINITY, 5], 10)).toBe('M10 99M30 97M50 95');
  });
  it('keeps the lowest and highest value of a pixel column, in their order', () => {
    const d = pathOf([5, 90, 1, 6], 0.1);
    expect(d.match(/-?\d+(\.\d+)?/g)?.filter((_, i) => i % 2 === 1)).toEqual(['95', '10', '99', '94']);
  });
  it('stays short for long series', () => {
    const values = Array.from({ length: 30_000 }, (_, i) => 50 + 40 * Math.sin(i * 12.9898));
    expect(pathOf(values, 500 / 30_000).split('L').length).toBeLessThanOrEqual(4 * 502);
  });
  it('smooths without a bias at the start and passes over gaps', () => {
    const at = smoothed(4, (i) => [2, Number.NaN, 2, 2][i]!, 0.9);
    expect([0, 1, 2, 3].map(at)).toEqual([2, Number.NaN, 2, 2]);
    const step = smoothed(2, (i) => [0, 1][i]!, 0.5);
    expect(step(1)).toBeCloseTo(0.5 / 0.75, 6);
  });
  it('finds limits of finite values only', () => {
    const values = [9, Number.NaN, 1, 4];
    expect(extent(4, (i) => values[i]!)).toEqual([1, 9]);
    expect(extent(4, (i) => values[i]!, 2)).toEqual([1, 4]);
    expect(extent(1, () => Number.NaN)).toBeUndefined();
  });
  it('averages seeds up to the shortest one', () => {
    const line = {
      key: 's1',
      label: '',
      look: { hue: 0, dash: '', marker: 'circle', width: 2 },
      color: '',
      members: [
        { series: series([1, 3, 5]), column: 0 },
        { series: series([3, 5]), column: 0 },
      ],
    } satisfies ChartLine;
    expect(spine(line)?.length).toBe(2);
    const values = lineValues(line, 0);
    expect([values(0), values(1)]).toEqual([2, 4]);
    expect(valueNear(line, 99, values)).toEqual({ step: 2, value: 4 });
  });
});

describe('several seeds', () => {
  const line = {
    key: 's1',
    label: '',
    look: { hue: 0, dash: '', marker: 'circle', width: 2 },
    color: '',
    members: [
      [1, 3, 9],
      [3, 5],
      [2, 10],
    ].map((values) => ({ series: series(values), column: 0 })),
  } satisfies ChartLine;
  const limits = (kind: BandKind, row: number) => {
    const band = bandOf(line, 0, kind)!;
    return [band.low(row), band.high(row)];
  };
  it('have a band of their standard deviation, standard error, 95 % interval or all runs', () => {
    expect(limits('sd', 0)).toEqual([1, 3]);
    expect(limits('se', 0)[1]).toBeCloseTo(2 + 1 / Math.sqrt(3), 6);
    expect(limits('ci', 0)[1]).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 5);
    expect(limits('range', 1)).toEqual([3, 10]);
    expect(limits('sd', 2)).toEqual([Number.NaN, Number.NaN]);
    expect(bandOf({ ...line, members: line.members.slice(1, 2) }, 0, 'sd')).toBeUndefined();
  });
  it('smooth every run before its spread is taken', () => {
    const at = bandOf(line, 0.5, 'range')!;
    expect(at.high(1)).toBeCloseTo((0.5 * 10 + 0.25 * 2) / 0.75, 5);
  });
  it('are drawn as one closed area, in pieces where a value is missing', () => {
    const s = series([1, 2, Number.NaN, 3, 4, 5]);
    const d = bandPath(
      s,
      (row) => s.value(row, 0),
      (row) => s.value(row, 0) + 1,
      frame(10),
    );
    expect(d).toBe('M10 98L20 97L20 98L10 99ZM40 96L50 95L60 94L60 95L50 96L40 97Z');
  });
});

describe('names at line ends', () => {
  const ends = (ys: readonly number[]) => ys.map((y, i) => ({ key: `${i}`, y }));
  const places = (ys: readonly number[], top = 0, bottom = 100) => {
    const map = placeLabels(ends(ys), top, bottom, 10);
    return ys.map((_, i) => map.get(`${i}`));
  };
  it('stay where they are when there is room, and inside the plot', () => {
    expect(places([50, 20, 80])).toEqual([50, 20, 80]);
    expect(places([-40, 300])).toEqual([0, 100]);
  });
  it('never overlap, keep their order and leave out the last when there is no room', () => {
    const crowded = [50, 51, 49, 50.5, 99, 100, 98];
    const found = places(crowded) as number[];
    const sorted = [...found].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(10);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...found)).toBeLessThanOrEqual(100);
    const order = (ys: readonly number[]) => ys.map((_, i) => i).sort((a, b) => ys[a]! - ys[b]!);
    expect(order(found)).toEqual(order(crowded));
    expect(places([5, 5, 5, 5], 0, 20).map((y) => y !== undefined)).toEqual([true, true, true, false]);
  });
  it('are cut to their room; narrow charts have none', () => {
    const measure = (text: string) => 10 * text.length;
    expect(shortened('Labels', measure, 60)).toBe('Labels');
    expect(shortened('Labels only', measure, 80)).toBe('Labels…');
    expect(labelRoom(['Labels'], 300, measure)).toBeUndefined();
    expect(labelRoom(['Labels', 'KD'], 500, measure)).toBe(78);
  });
});

describe('axes', () => {
  it('rounds limits outward', () => {
    expect(niceDomain(0.42, 0.93)).toEqual({ min: 0.4, max: 1, ticks: [0.4, 0.6, 0.8, 1] });
    expect(niceDomain(0, 3)).toMatchObject({ min: 0, max: 3 });
  });
  it('opens a range around a constant and survives no data', () => {
    const flat = niceDomain(2, 2);
    expect(flat.min).toBeLessThanOrEqual(2);
    expect(flat.max).toBeGreaterThan(flat.min);
    expect(niceDomain(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY).ticks.length).toBeGreaterThan(2);
  });
  it('grows the step axis in jumps and stops at the planned end', () => {
    expect(growingEnd(5, 1000)).toBe(20);
    expect(growingEnd(21, 1000)).toBe(25);
    expect(growingEnd(990, 1000)).toBe(1000);
    expect(growingEnd(3, 8)).toBe(8);
    expect(growingEnd(12, 8)).toBe(12);
  });
  it('puts whole numbers on the step axis', () => {
    for (const end of [3, 8, 20, 137, 999]) {
      const ticks = stepTicks(end);
      expect(ticks.every((t) => Number.isInteger(t) && t <= end)).toBe(true);
      expect(ticks[0]).toBe(0);
    }
  });
});

describe('sliders', () => {
  const rate = number('Rate', 0.003, { min: 1e-5, max: 1, log: true });
  it.each([rate, number('T', 4, { min: 1, max: 20 }), integer('n', 3, { min: 1, max: 6 })])(
    'returns to the value it started from (%o)',
    (param) => {
      for (const share of [0, 0.1, 0.37, 0.5, 0.99, 1]) {
        const value = fromShare(param, share);
        expect(fromShare(param, toShare(param, value))).toBe(value);
        expect(value).toBeGreaterThanOrEqual(param.min);
        expect(value).toBeLessThanOrEqual(param.max);
      }
    },
  );
  it.each([
    rate,
    number('T', 4, { min: 1, max: 20 }),
    integer('n', 3, { min: 1, max: 6 }),
    number('m', 0, { min: 0, max: 0.5, step: 0.05 }),
  ])('reaches another value with every arrow key press (%o)', (param) => {
    const grain = grainOf(param);
    for (let value = param.min; value < param.max; ) {
      const next = fromShare(param, Math.min(1, toShare(param, value) + grain));
      expect(next).toBeGreaterThan(value);
      value = next;
    }
  });
  it('puts a tenfold change at equal distances on a logarithmic slider', () => {
    expect(toShare(rate, 1e-3) - toShare(rate, 1e-4)).toBeCloseTo(toShare(rate, 1) - toShare(rate, 0.1), 10);
  });
  it('keeps to the grid of the parameter', () => {
    expect(snap(number('m', 0, { min: 0, max: 0.5, step: 0.05 }), 0.1234)).toBe(0.1);
    expect(snap(integer('n', 1, { min: 1, max: 9 }), 3.6)).toBe(4);
  });
});

describe('bins and confusion', () => {
  it('weighs bins of several seeds by their counts', () => {
    const a = { count: [1, 0], confidence: [0.2, 0], accuracy: [0, 0] };
    const b = { count: [3, 2], confidence: [0.4, 0.9], accuracy: [1, 0.5] };
    const bins = mergeBins([a, b]);
    expect(bins[0]).toMatchObject({ count: 4, accuracy: 0.75 });
    expect(bins[0]?.confidence).toBeCloseTo((0.2 + 1.2) / 4, 10);
    expect(overconfidence(mergeBins([b]))).toBeCloseTo((3 * -0.6 + 2 * 0.4) / 5, 10);
    expect(mergeBins([])).toEqual([]);
    expect(overconfidence([])).toBe(0);
  });
  it('adds matrices, gives shares of the true class and names the worst mistake', () => {
    const sum = sumConfusion([Int32Array.of(3, 1, 0, 0), Int32Array.of(1, 3, 0, 0)]);
    expect([...sum]).toEqual([4, 4, 0, 0]);
    expect([...rowShares(sum, 2)]).toEqual([0.5, 0.5, 0, 0]);
    expect(worstMistakes(sum, 2, 1)).toEqual([{ truth: 0, answer: 1, count: 4 }]);
    expect(worstMistakes(Float64Array.of(4, 0, 0, 4), 2, 5)).toEqual([]);
  });
});

describe('pictures of groups', () => {
  const groups = ['a', 'b'];
  const data = (shape: number[], values: number[]) => ({ key: 'k', shape, data: Float32Array.from(values) });
  it('say the mean share of each group', () => {
    expect(groupSizes('shares', data([2], [0.25, 0.75]), groups)).toEqual(['25%', '75%']);
    expect(groupSizes('shares', data([2, 2], [1, 0, 0.5, 0.5]), groups)).toEqual(['75%', '25%']);
  });
  it('count points by colour, and say how high each named bar is', () => {
    const points = data([3, 3], [0, 9, 1, 1, 9, 0, 2, 9, 1]);
    expect(groupSizes('scatter', points, groups)).toEqual(['1', '2']);
    expect(groupSizes('bars', data([2], [0.25, 3]), groups)).toEqual(['0.25', '3']);
    expect(groupSizes('heatmap', points, groups)).toBeUndefined();
  });
  it('say how far they reach, without the numbers of groups', () => {
    const card = { title: 't', x: 'Left', y: 'Up' };
    expect(rangeText({ ...card, kind: 'scatter' }, data([2, 3], [0, 5, 7, 2, 6, 8]))).toEqual([
      'Left 0 to 2 × Up 5 to 6',
    ]);
    expect(rangeText({ ...card, kind: 'curves' }, data([2, 3], [0, 5, 7, 9, 6, 8]))).toEqual([
      'Left × Up',
      '5 to 8',
    ]);
    expect(rangeText({ ...card, kind: 'heatmap' }, data([2, 2], [1, 2, 3, 4]))).toEqual([
      'Left × Up',
      '1 to 4',
    ]);
    expect(rangeText({ ...card, kind: 'images' }, data([1], [1]))).toEqual(['Left × Up']);
    expect(rangeText({ ...card, kind: 'bars' }, data([2], [2, 3]))).toEqual(['Left × Up', '0 to 3']);
    expect(rangeText({ ...card, kind: 'bars' }, data([2], [0, 0]))).toEqual(['Left × Up', '0']);
  });
  it('count the curves of each group', () => {
    expect(groupSizes('curves', data([3, 3], [1, 0, 5, 0, 1, 1, 1, 2, 2]), groups)).toEqual(['1', '2']);
  });
});
