/** Cells of the tables of docs/results.md. Pure. */
import { percent, points } from '../../core/format';
import type { Spread } from '../../core/statistics';
import { BASELINE, type Judged, type Row, type TrialAbout } from '../../share/results';

export const plusMinus = (mean: string, sd: string | undefined): string =>
  sd === undefined ? mean : `${mean} ± ${sd}`;

export function share(row: Row, metric: string): string {
  const found = row.metrics[metric];
  return found
    ? plusMinus(percent(found.mean), found.sd === undefined ? undefined : (100 * found.sd).toFixed(1))
    : '';
}

export function plain(row: Row, metric: string, digits: number): string {
  const found = row.metrics[metric];
  return found ? plusMinus(found.mean.toFixed(digits), found.sd?.toFixed(digits)) : '';
}

/** @param baseline row that gains are counted from. */
export function gain({ id, gain: found }: Row, baseline = BASELINE): string {
  if (id === baseline) return '0 (by definition)';
  return found
    ? plusMinus(points(found.mean), found.sd === undefined ? undefined : (100 * found.sd).toFixed(1))
    : '';
}

const METRIC_NAMES: Readonly<Record<string, string>> = { accuracy: 'accuracy', ece: 'ECE' };

/** A difference in points where it is one of shares, else as it is. */
export function differenceText({ mean, sd }: Spread, format: 'percent' | 'plain'): string {
  if (format === 'percent')
    return plusMinus(points(mean), sd === undefined ? undefined : (100 * sd).toFixed(1));
  return plusMinus(`${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(3)}`, sd?.toFixed(3));
}

/** What is claimed, without the verdict. @param trial whose numbers have names of their own. */
export function claimWords({ metric, better, against, than }: Judged, trial?: TrialAbout): string {
  const nameOf = (id: string) => trial?.numbers[id]?.name ?? METRIC_NAMES[id] ?? id;
  const other = than === undefined ? `\`${against}\`` : nameOf(than);
  return `${better} ${nameOf(metric)} than ${other}`;
}

/** A claim with its verdict and the difference it rests on. */
export function claim(judged: Judged, trial?: TrialAbout): string {
  const { metric, difference, verdict } = judged;
  const what = claimWords(judged, trial);
  if (!difference) return `${verdict}: ${what}`;
  const said = verdict === 'not measured' ? verdict : `**${verdict}**`;
  return `${said}: ${what} (${differenceText(difference, trial?.numbers[metric]?.format ?? 'percent')})`;
}

/** A row of a table. */
export const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
