/** Turns a series into the `d` of one SVG path: at most a minimum and a maximum per pixel column. Pure. */
import type { Series } from '../../state/series';

export interface Frame {
  /** Pixel of `stepMin`, and pixels per unit of the x axis. */
  readonly left: number;
  readonly perStep: number;
  readonly stepMin: number;
  /** From a step to the x axis; absent: as it is. */
  readonly place?: (step: number) => number;
  /** Pixel of value 0, and pixels per unit (negative: up). */
  readonly zero: number;
  readonly perUnit: number;
}

export const frameX = (frame: Frame, step: number): number =>
  frame.left + ((frame.place ? frame.place(step) : step) - frame.stepMin) * frame.perStep;
export const frameY = (frame: Frame, value: number): number => frame.zero + value * frame.perUnit;

/** Value of row `i`, NaN where there is none. */
export type ValueAt = (row: number) => number;

/**
 * Running mean with weight `keep` on the past, corrected for its start; NaN rows stay NaN and are left out.
 */
export function smoothed(length: number, at: ValueAt, keep: number): ValueAt {
  if (keep <= 0) return at;
  const out = new Float32Array(length);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < length; i++) {
    const value = at(i);
    if (!Number.isFinite(value)) {
      out[i] = Number.NaN;
      continue;
    }
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    out[i] = sum / weight;
  }
  return (row) => out[row] ?? Number.NaN;
}

/** A tenth of a pixel is enough; dashes and gaps stay where they are. */
const tenth = (n: number): number => Math.round(n * 10) / 10;

/** One pixel column: first, lowest, highest and last value in the order they came, repeats left out. */
function columnPoints(
  x: number,
  first: number,
  low: number,
  high: number,
  last: number,
  lowFirst: boolean,
): string {
  const at = `${tenth(x)} `;
  let d = at + tenth(first);
  let before = first;
  const add = (y: number) => {
    if (y !== before) d += `L${at}${tenth(y)}`;
    before = y;
  };
  add(lowFirst ? low : high);
  add(lowFirst ? high : low);
  add(last);
  return d;
}

/** Path of a line; a row that is not finite leaves a gap. */
export function linePath(series: Series, at: ValueAt, frame: Frame): string {
  let d = '';
  let open = false;
  let row = 0;
  while (row < series.length) {
    const value = at(row);
    if (!Number.isFinite(value)) {
      open = false;
      row++;
      continue;
    }
    const x = frameX(frame, series.step(row));
    const column = Math.round(x);
    const first = frameY(frame, value);
    let [low, high, last, lowAt, highAt] = [first, first, first, row, row];
    row++;
    for (; row < series.length; row++) {
      if (Math.round(frameX(frame, series.step(row))) !== column) break;
      const raw = at(row);
      if (!Number.isFinite(raw)) break;
      last = frameY(frame, raw);
      if (last < low) [low, lowAt] = [last, row];
      if (last > high) [high, highAt] = [last, row];
    }
    d += (open ? 'L' : 'M') + columnPoints(x, first, low, high, last, lowAt < highAt);
    open = true;
  }
  return d;
}

/**
 * Area between two limits, one point per pixel column on each side: the lowest and the highest of its rows. A row
 * without both limits ends a piece.
 */
export function bandPath(series: Series, low: ValueAt, high: ValueAt, frame: Frame): string {
  let d = '';
  let [upper, lower]: [string[], string[]] = [[], []];
  const close = () => {
    if (upper.length > 1) d += `M${upper.join('L')}L${lower.reverse().join('L')}Z`;
    [upper, lower] = [[], []];
  };
  for (let row = 0; row < series.length; ) {
    const x = frameX(frame, series.step(row));
    let [bottom, top] = [low(row), high(row)];
    row++;
    if (!Number.isFinite(bottom) || !Number.isFinite(top)) {
      close();
      continue;
    }
    for (; row < series.length && Math.round(frameX(frame, series.step(row))) === Math.round(x); row++) {
      if (!Number.isFinite(low(row)) || !Number.isFinite(high(row))) break;
      bottom = Math.min(bottom, low(row));
      top = Math.max(top, high(row));
    }
    upper.push(`${tenth(x)} ${tenth(frameY(frame, top))}`);
    lower.push(`${tenth(x)} ${tenth(frameY(frame, bottom))}`);
  }
  close();
  return d;
}

/** Smallest and largest finite value of rows `from` to `length`, or undefined. */
export function extent(length: number, at: ValueAt, from = 0): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < length; i++) {
    const value = at(i);
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** Mean over members that share their steps, row by row; rows that not every member has are NaN. */
export function meanOf(members: readonly { readonly series: Series; readonly column: number }[]): ValueAt {
  return (row) => {
    let sum = 0;
    for (const { series, column } of members)
      sum += row < series.length ? series.value(row, column) : Number.NaN;
    return sum / members.length;
  };
}
