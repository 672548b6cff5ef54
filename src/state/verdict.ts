/** One honest sentence about the table: who is ahead, by how much, and whether that means anything. */
import { interval } from './aggregate';
import type { ResultRow } from './results';

const points = (share: number): string => {
  const text = Math.abs(100 * share).toFixed(1);
  return `${text} ${text === '1.0' ? 'point' : 'points'}`;
};

const number = (share: number): string => (100 * share).toFixed(1).replace('-', '−');

function certainty(row: ResultRow): string {
  const gain = row.gain;
  if (!gain || gain.n < 2) return '1 seed, not conclusive';
  const range = interval(gain);
  if (!range) return `${gain.n} seeds`;
  const [low, high] = range;
  const text = `${number(low)} to ${number(high)}`;
  const clear = low > 0 || high < 0;
  return `${gain.n} seeds, 95% interval ${text}${clear ? '' : ', not conclusive'}`;
}

/**
 * Compares the best distilled student with labels-only.
 * @param split what the numbers were measured on, e.g. `validation images`.
 */
export function verdict(rows: readonly ResultRow[], split: string): string {
  const compared = rows.filter((row) => row.gain !== undefined).sort((a, b) => b.gain!.mean - a.gain!.mean);
  const best = compared[0];
  if (!best) {
    const measured = rows.some((row) => row.metrics['accuracy']);
    if (!measured) return '';
    const lost = rows.find(
      (row) => !row.metrics['accuracy'] && row.states.some((s) => s.kind === 'diverged'),
    );
    if (lost) return `Nothing to compare yet: ${lost.label} diverged.`;
    return rows.some((row) => row.key !== 'teacher' && row.metrics['accuracy'])
      ? 'Add a labels-only student to see whether distillation helps.'
      : 'Only the teacher has been measured so far.';
  }
  const gain = best.gain!.mean;
  const where = `on the ${split} (${certainty(best)})`;
  if (Math.abs(gain) < 0.0005) return `${best.label} and labels-only are level ${where}.`;
  const side = gain > 0 ? 'ahead of' : 'behind';
  const who = gain < 0 && compared.length > 1 ? `${best.label}, the best distilled student,` : best.label;
  return `${who} is ${side} labels-only by ${points(gain)} ${where}.`;
}
