/** What lies along the axes of the charts: units of x, logarithms, and the part that is zoomed into. Pure. */
import { count, short } from '../../core/format';
import type { Series } from '../../state/series';
import type { AxesChoice, XKind } from '../../state/view';
import type { ValueAt } from './path';
import { niceDomain } from './scale';

/** From the steps of a learner to the unit of the axis and back; both ways rising. */
export interface XMap {
  readonly at: (step: number) => number;
  readonly step: (x: number) => number;
}

export const scaled = (perStep: number): XMap => ({
  at: (step) => step * perStep,
  step: (x) => x / perStep,
});

/**
 * Seconds since the learner began, from rows of `[step, seconds]` as they came in; between them in a straight line,
 * beyond them at the pace of the last two.
 */
export function timed(series: Series): XMap {
  const from = () => series.value(0, 0);
  /** Line through the rows around the first whose `key` is not below `wanted`. */
  const along = (key: (row: number) => number, value: (row: number) => number, wanted: number): number => {
    let [low, high] = [1, series.length - 1];
    if (high < 1) return 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (key(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    const span = key(low) - key(low - 1);
    const share = span > 0 ? (wanted - key(low - 1)) / span : 1;
    return value(low - 1) + share * (value(low) - value(low - 1));
  };
  const seconds = (row: number) => series.value(row, 0) - from();
  const step = (row: number) => series.step(row);
  return {
    at: (wanted) => along(step, seconds, wanted),
    step: (x) => along(seconds, step, x),
  };
}

/** What is needed to say where a step lies. */
export interface XFacts {
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  readonly times: Series | undefined;
}

/** Undefined: steps as they are. */
export function xMapOf(kind: XKind, { stepsPerEpoch, batchSize, times }: XFacts): XMap | undefined {
  if (kind === 'epoch') return scaled(1 / Math.max(1, stepsPerEpoch));
  if (kind === 'images') return scaled(batchSize);
  return kind === 'seconds' && times ? timed(times) : undefined;
}

export const X_WORDS: Readonly<Record<XKind, string>> = {
  step: 'step',
  epoch: 'epoch',
  seconds: 'seconds of training',
  images: 'images seen',
};

/** A place on the x axis in words. */
export function xText(kind: XKind, x: number): string {
  if (kind === 'step') return `step ${Math.round(x)}`;
  if (kind === 'images') return `${count(Math.round(x))} images`;
  return kind === 'epoch' ? `epoch ${short(x)}` : `${short(x)} s`;
}

/** A value in the coordinates of its axis; not finite where it has no logarithm. */
export const toAxis = (value: number, log: boolean): number => (log ? Math.log10(value) : value);
export const fromAxis = (place: number, log: boolean): number => (log ? 10 ** place : place);

/** Values in the coordinates of the y axis; those without a logarithm leave a gap. */
export const onAxis = (at: ValueAt, log: boolean): ValueAt => (log ? (row) => Math.log10(at(row)) : at);

/** Ticks of a logarithmic axis between two places: 1, 2 and 5 times powers of ten, or round values where few fit. */
export function logTicks(low: number, high: number, most = 6): readonly number[] {
  const within = (values: readonly number[]) =>
    values.map(Math.log10).filter((place) => place >= low - 1e-9 && place <= high + 1e-9);
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = within(powers.flatMap((power) => factors.map((factor) => factor * 10 ** power)));
    if (ticks.length >= 3 && ticks.length <= most) return ticks;
  }
  const tens = within(powers.map((power) => 10 ** power));
  if (tens.length > most) return tens.filter((_, i) => i % Math.ceil(tens.length / most) === 0);
  return within(niceDomain(10 ** low, 10 ** high, most - 1).ticks.filter((tick) => tick > 0));
}

/** Round values inside a part of a linear axis; whole numbers where there are enough of them. */
export function linearTicks(low: number, high: number, most = 5): readonly number[] {
  const ticks = niceDomain(low, high, most).ticks.filter((tick) => tick >= low && tick <= high);
  const whole = ticks.filter(Number.isInteger);
  return whole.length >= 2 ? whole : ticks;
}

/** A span that is `factor` times as long around `centre`, within `whole`; undefined when that is all of it. */
export function zoomed(
  span: readonly [number, number],
  whole: readonly [number, number],
  centre: number,
  factor: number,
): readonly [number, number] | undefined {
  const share = (centre - span[0]) / (span[1] - span[0]);
  const length = (span[1] - span[0]) * factor;
  if (length >= whole[1] - whole[0]) return undefined;
  const from = Math.min(whole[1] - length, Math.max(whole[0], centre - share * length));
  return [from, from + length];
}

export const isPlain = ({ x, logX, logY }: AxesChoice): boolean => x === 'step' && !logX && !logY;
