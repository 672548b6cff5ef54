/** What a live chart draws: one line per learner, put together from one series per seed. */
import type { Look } from '../../state/looks';
import type { Series } from '../../state/series';
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
}

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

/** The bold line's value at the row closest to `step`. */
export function valueNear(
  line: ChartLine,
  step: number,
  values: ValueAt,
): { step: number; value: number } | undefined {
  const base = spine(line);
  const row = base ? base.nearest(step) : -1;
  if (!base || row < 0) return undefined;
  const value = values(row);
  return Number.isFinite(value) ? { step: base.step(row), value } : undefined;
}

/** Last finite value of the bold line. */
export function lastValue(line: ChartLine): { step: number; value: number } | undefined {
  const base = spine(line);
  return base ? valueNear(line, base.lastStep, meanOf(line.members)) : undefined;
}

/** One sentence with the newest value of every line. */
export function sentenceOf(lines: readonly ChartLine[], format: (value: number) => string): string {
  const parts = lines.flatMap((line) => {
    const last = lastValue(line);
    return last ? [`${line.label} ${format(last.value)}`] : [];
  });
  return parts.length ? `Now: ${parts.join(', ')}.` : 'No numbers yet.';
}
