/** The paper's theory on a made-up linear problem: the student's bias against what its teacher has seen. */
import { percent, short } from '../../../core/format';
import { Rng, type Theory } from '../kit';
import { biasNorm } from './theory';

const ROWS = 100;
const COLUMNS = 6;
const ALPHA = 0.8;
const LAM = 5;
const STEPS = 16;

/** Bias norms of a student on the first `share` of the rows, for teachers from that share up to all. */
export function biasCurve(share: number): Theory {
  const rng = new Rng(14, 'theory');
  const draw = () => Array.from({ length: COLUMNS }, () => rng.normal());
  const all = Array.from({ length: ROWS }, draw);
  const truth = draw();
  const kept = all.slice(0, Math.max(1, Math.round(share * ROWS)));
  const values = Array.from({ length: STEPS + 1 }, (_, i) => {
    const seen = share + ((1 - share) * i) / STEPS;
    const rows = all.slice(0, Math.max(kept.length, Math.round(seen * ROWS)));
    return biasNorm(kept, rows, truth, ALPHA, LAM);
  });
  const said = `from ${short(values[0] ?? 0)} when the teacher has seen the same ${percent(share, 0)} to ${short(values.at(-1) ?? 0)} when it has seen all`;
  return {
    title: 'Why a teacher that saw more helps',
    values,
    label: `Bias of the student: ${said}`,
    note: `A made-up linear problem, ridge regression, weight ${ALPHA} on the teacher: the student’s bias goes ${said}. Without any teacher the bias is smaller still in this model; what distilling saves there is variance.`,
  };
}
