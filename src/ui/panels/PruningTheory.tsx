/** The paper's theory on a made-up linear problem: the student's bias against what its teacher has seen. */
import { useMemo } from 'react';
import { percent, short } from '../../core/format';
import { Rng } from '../../core/rng';
import { biasNorm } from '../../data/regimes/data-pruning/theory';

const ROWS = 100;
const COLUMNS = 6;
const ALPHA = 0.8;
const LAM = 5;
const STEPS = 16;
const WIDTH = 260;
const HEIGHT = 60;

/** Bias norms of a student on the first `share` of the rows, for teachers from that share up to all. */
function curve(share: number): { readonly seen: number; readonly bias: number }[] {
  const rng = new Rng(14, 'theory');
  const draw = () => Array.from({ length: COLUMNS }, () => rng.normal());
  const all = Array.from({ length: ROWS }, draw);
  const truth = draw();
  const kept = all.slice(0, Math.max(1, Math.round(share * ROWS)));
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    const seen = share + ((1 - share) * i) / STEPS;
    const rows = all.slice(0, Math.max(kept.length, Math.round(seen * ROWS)));
    return { seen, bias: biasNorm(kept, rows, truth, ALPHA, LAM) };
  });
}

export function PruningTheory({ share }: { readonly share: number }) {
  const points = useMemo(() => curve(share), [share]);
  const first = points[0]!;
  const last = points.at(-1)!;
  const high = Math.max(...points.map(({ bias }) => bias));
  const path = points
    .map(
      ({ bias }, i) => `${((i / STEPS) * WIDTH).toFixed(1)} ${(HEIGHT - (bias / high) * HEIGHT).toFixed(1)}`,
    )
    .join('L');
  const text = `from ${short(first.bias)} when the teacher has seen the same ${percent(share, 0)} to ${short(last.bias)} when it has seen all`;
  return (
    <details className="theory">
      <summary>Why a teacher that saw more helps</summary>
      <svg
        viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}
        role="img"
        aria-label={`Bias of the student: ${text}`}
      >
        <path d={`M${path}`} />
      </svg>
      <p className="quiet">
        A made-up linear problem, ridge regression, weight {ALPHA} on the teacher: the student’s bias goes{' '}
        {text}. Without any teacher the bias is smaller still in this model; what distilling saves there is
        variance.
      </p>
    </details>
  );
}
