/** What a live chart draws: one line per learner, put together from one series per seed. */

import { studentT } from '../../state/aggregate';
import type { Look } from '../../state/looks';
import type { Series } from '../../state/series';
import type { BandKind } from '../../state/view';
import type { XMap } from './axes';
import { meanOf, smoothed, type ValueAt } from './path';

export interface Member {
  readonly series: Series;
  readonly column: number;
}

export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly look: Look;
  readonly color: string;
  /** One per seed; the bold line is their mean. */
  readonly members: readonly Member[];
  /** Planned last step of the learner. */
  readonly planned?: number;
  /** From its steps to the unit of the x axis; absent: steps. */
  readonly x?: XMap | undefined;
}

/** Where a step of the line lies on the x axis. */
export const placeOf = ({ x }: ChartLine, step: number): number => (x ? x.at(step) : step);

/** The shortest member carries the mean: rows beyond it are not complete yet. */
export function spine(line: ChartLine): Series | undefined {
  return line.members.reduce<Series | undefined>(
    (best, { series }) => (best && best.length <= series.length ? best : series),
    undefined,
  );
}

/** Values of the bold line of `line`, smoothed. */
export function lineValues(line: ChartLine, smoothing: number): ValueAt {
  const base = spine(line);
  return base ? smoothed(base.length, meanOf(line.members), smoothing) : () => Number.NaN;
}

/** Values of one seed, smoothed as the bold line is. */
export const memberValues = ({ series, column }: Member, smoothing: number): ValueAt =>
  smoothed(series.length, (row) => series.value(row, column), smoothing);

/** Half the width of a band around the mean of `n` values with this standard deviation; 'range' has none. */
function halfWidth(kind: BandKind, sd: number, n: number): number {
  if (kind === 'se') return sd / Math.sqrt(n);
  if (kind === 'ci') return ((studentT(n) ?? Number.NaN) * sd) / Math.sqrt(n);
  return sd;
}

/** Limits of the band over seeds, for the rows that all have; undefined for a single seed. */
export function bandOf(
  line: ChartLine,
  smoothing: number,
  kind: BandKind,
): { readonly low: ValueAt; readonly high: ValueAt } | undefined {
  const n = line.members.length;
  const rows = spine(line)?.length ?? 0;
  if (n < 2) return undefined;
  const runs = line.members.map((member) => memberValues(member, smoothing));
  const [low, high] = [new Float32Array(rows), new Float32Array(rows)];
  for (let row = 0; row < rows; row++) {
    let [sum, squares, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const at of runs) {
      const value = at(row);
      sum += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const mean = sum / n;
    for (const at of runs) squares += (at(row) - mean) ** 2;
    const half = halfWidth(kind, Math.sqrt(squares / (n - 1)), n);
    low[row] = kind === 'range' ? least : mean - half;
    high[row] = kind === 'range' ? most : mean + half;
  }
  return { low: (row) => low[row] ?? Number.NaN, high: (row) => high[row] ?? Number.NaN };
}

/** The bold line's value at the row closest to a place on the x axis. */
export function valueNear(
  line: ChartLine,
  x: number,
  values: ValueAt,
): { step: number; value: number } | undefined {
  const base = spine(line);
  const row = base ? base.nearest(line.x ? line.x.step(x) : x) : -1;
  if (!base || row < 0) return undefined;
  const value = values(row);
  return Number.isFinite(value) ? { step: base.step(row), value } : undefined;
}

/** Last finite value of the bold line. */
export function lastValue(line: ChartLine): { step: number; value: number } | undefined {
  const base = spine(line);
  return base ? valueNear(line, placeOf(line, base.lastStep), meanOf(line.members)) : undefined;
}

/** One sentence with the newest value of every line. */
export function sentenceOf(lines: readonly ChartLine[], format: (value: number) => string): string {
  const parts = lines.flatMap((line) => {
    const last = lastValue(line);
    return last ? [`${line.label} ${format(last.value)}`] : [];
  });
  return parts.length ? `Now: ${parts.join(', ')}.` : 'No numbers yet.';
}
