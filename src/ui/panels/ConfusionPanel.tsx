import { useMemo } from 'react';
import { count, percent } from '../../core/format';
import { useDataset } from '../../state/dataset';
import { shownEvaluations, useRun } from '../../state/run';
import { useView } from '../../state/view';
import { useNames } from '../hooks';
import { rowShares, sumConfusion, worstMistake } from './confusion';
import { Empty } from './Panel';

const WITH_NUMBERS = 12;
const MOST = 40;

function useMatrix(): { matrix: Float64Array; classes: number } {
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  const selected = useView((view) => view.selected);
  return useMemo(() => {
    const { shown } = shownEvaluations({ learners, latest });
    const all = learners.filter((l) => l.key === selected).flatMap((l) => shown.get(l.id)?.confusion ?? []);
    const matrix = sumConfusion(all);
    return { matrix, classes: Math.round(Math.sqrt(matrix.length)) };
  }, [learners, latest, selected]);
}

/** Which class is taken for which: rows are the truth, columns the answer. */
export function ConfusionPanel() {
  const names = useNames();
  const selected = useView((view) => view.selected);
  const classNames = useDataset((data) => data.current?.classNames) ?? [];
  const { matrix, classes } = useMatrix();
  const shares = useMemo(() => rowShares(matrix, classes), [matrix, classes]);
  if (classes === 0) return <Empty>Which class is taken for which, after the first epoch.</Empty>;
  const name = (i: number) => classNames[i] ?? String(i);
  const worst = worstMistake(matrix, classes);
  const shown = Math.min(classes, MOST);
  return (
    <div className="stack">
      <h3>{names.label(selected)}</h3>
      <p>
        {worst
          ? `Most frequent mistake: ${name(worst.truth)} taken for ${name(worst.answer)}, ${count(worst.count)} times.`
          : 'No mistakes on these images.'}
      </p>
      <div
        className="confusion"
        style={{ gridTemplateColumns: `minmax(0, 5ch) repeat(${shown}, 1fr)` }}
        role="img"
        aria-label={`Confusion matrix of ${names.label(selected)}, ${classes} classes`}
      >
        <span />
        {Array.from({ length: shown }, (_, column) => (
          <span key={`head ${name(column)}`} className="confusion-head" title={`answered ${name(column)}`}>
            {shown <= WITH_NUMBERS ? name(column).slice(0, 3) : ''}
          </span>
        ))}
        {Array.from({ length: shown * (shown + 1) }, (_, i) => {
          const row = Math.floor(i / (shown + 1));
          const column = (i % (shown + 1)) - 1;
          if (column < 0)
            return (
              <span key={`row ${name(row)}`} className="confusion-row" title={name(row)}>
                {name(row)}
              </span>
            );
          const share = shares[row * classes + column] ?? 0;
          const n = matrix[row * classes + column] ?? 0;
          return (
            <span
              key={`${name(row)} ${name(column)}`}
              className={`confusion-cell${share > 0.5 ? ' confusion-strong' : ''}`}
              style={{ '--share': `${Math.round(100 * share)}%` } as React.CSSProperties}
              title={`${name(row)} answered as ${name(column)}: ${count(n)} (${percent(share, 0)})`}
            >
              {shown <= WITH_NUMBERS && n > 0 ? Math.round(100 * share) : ''}
            </span>
          );
        })}
      </div>
      <p className="quiet">Rows are the true class, columns the answer; numbers are percent of the row.</p>
      {classes > shown && (
        <p className="quiet">
          The first {shown} of {classes} classes.
        </p>
      )}
    </div>
  );
}
