/** The limits of a chart's axes: around the lines, within the zoom, in the coordinates of the axes. */
import type { AxesChoice, BandKind } from '../../state/view';
import { onAxis, toAxis } from './axes';
import { bandOf, type ChartLine, lineValues, memberValues, placeOf, spine } from './line';
import { extent } from './path';
import { growingEnd, niceDomain } from './scale';

export interface Domains {
  /** No number has come in yet. */
  readonly empty: boolean;
  /** Ends of the x axis, in its coordinates: of what is shown, and of all there is. */
  readonly from: number;
  readonly end: number;
  readonly whole: readonly [number, number];
  readonly low: number;
  readonly high: number;
}

export interface Measured {
  readonly lines: readonly ChartLine[];
  /** Planned last step. */
  readonly planned: number;
  readonly smoothing?: number;
  /** Hard limits of the values, where the quantity has them. */
  readonly limits?: readonly [number, number];
  readonly fromZero?: boolean;
}

/** First and one past the last row of a line inside the zoom. */
function rowsWithin(line: ChartLine, zoom: AxesChoice['zoom']): readonly [number, number] {
  const base = spine(line)!;
  // The first twentieth, where losses start high, does not count once there is more.
  if (!zoom) return [base.length > 40 ? Math.ceil(base.length / 20) : 0, base.length];
  let [first, last] = [0, base.length];
  while (first < last && placeOf(line, base.step(first)) < zoom[0]) first++;
  while (last > first && placeOf(line, base.step(last - 1)) > zoom[1]) last--;
  return [first, last];
}

/** Ends of what there is on the x axis, in its unit. */
function wholeOf({ lines, planned }: Measured, { x, logX }: AxesChoice): readonly [number, number] {
  let [last, end, first] = [0, 0, Number.POSITIVE_INFINITY];
  for (const line of lines) {
    const base = spine(line);
    if (!base?.length) continue;
    last = Math.max(last, placeOf(line, base.lastStep));
    end = Math.max(end, placeOf(line, line.planned ?? planned));
    first = Math.min(first, placeOf(line, base.step(0)));
  }
  // How many seconds a run will take is not known.
  const to = growingEnd(last, x === 'seconds' ? 0 : end, x === 'step' ? 20 : 1);
  if (!logX) return [0, to];
  const from = first > 0 && first < to ? first : to / 1000;
  return [from, to];
}

/** Smallest and largest value of a line, its single runs and its band, in the coordinates of the y axis. */
function valuesOf(line: ChartLine, { smoothing = 0 }: Measured, axes: AxesChoice, kind: BandKind) {
  const [from, to] = rowsWithin(line, axes.zoom);
  const band = bandOf(line, smoothing, kind);
  const runs = band ? line.members.map((member) => memberValues(member, smoothing)) : [];
  const all = [lineValues(line, smoothing), ...(band ? [band.low, band.high] : []), ...runs];
  return all.flatMap((values) => extent(to, onAxis(values, axes.logY), from) ?? []);
}

/** Limits of the y axis around values; on a logarithm with a little air instead of round ends. */
function around(values: readonly number[], { limits, fromZero }: Measured, axes: AxesChoice) {
  let low = Math.min(...values);
  const high = Math.max(...values);
  if (axes.logY) {
    if (!(low <= high)) return { low: -1, high: 0 };
    const air = Math.max(0.02, 0.04 * (high - low));
    const top = limits ? Math.log10(limits[1]) : Number.POSITIVE_INFINITY;
    return { low: low - air, high: Math.min(top, high + air) };
  }
  if (fromZero && !axes.zoom && low > 0) low = 0;
  const nice = niceDomain(low, high);
  const [floor, ceiling] = limits ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { low: Math.max(nice.min, floor), high: Math.min(nice.max, ceiling) };
}

/** Limits around every line, single runs and bands included. */
export function measure(chart: Measured, axes: AxesChoice, kind: BandKind): Domains {
  const drawn = chart.lines.filter((line) => spine(line)?.length);
  const whole = wholeOf(chart, axes);
  const span = axes.zoom ?? whole;
  const [from, end] = span.map((x) => toAxis(x, axes.logX)) as [number, number];
  const values = drawn.flatMap((line) => valuesOf(line, chart, axes, kind));
  return {
    empty: drawn.length === 0,
    from: Number.isFinite(from) ? from : toAxis(whole[0], axes.logX),
    end,
    whole,
    ...around(values, chart, axes),
  };
}

export const sameDomains = (a: Domains, b: Domains): boolean =>
  a.empty === b.empty &&
  a.from === b.from &&
  a.end === b.end &&
  a.low === b.low &&
  a.high === b.high &&
  a.whole[0] === b.whole[0] &&
  a.whole[1] === b.whole[1];
