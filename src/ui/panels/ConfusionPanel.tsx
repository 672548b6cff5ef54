import { useMemo } from 'react';
import { count, percent } from '../../core/format';
import { shownEvaluations, useRun } from '../../state/run';
import { showCell } from '../../state/samples';
import { useClassNames, useMeasuredKey, useNames } from '../hooks';
import { rowShares, sumConfusion, worstMistakes } from './confusion';
import { Empty } from './Panel';

const WITH_NUMBERS = 12;
const MOST = 40;
const LISTED = 5;

function useMatrix(): { matrix: Float64Array; classes: number } {
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  const selected = useMeasuredKey();
  return useMemo(() => {
    const { shown } = shownEvaluations({ learners, latest });
    const all = learners.filter((l) => l.key === selected).flatMap((l) => shown.get(l.id)?.confusion ?? []);
    const matrix = sumConfusion(all);
    return { matrix, classes: Math.round(Math.sqrt(matrix.length)) };
  }, [learners, latest, selected]);
}

interface GridProps {
  readonly matrix: Float64Array;
  readonly classes: number;
  readonly shown: number;
  readonly name: (index: number) => string;
  readonly label: string;
  /** Shows the images behind a cell. */
  readonly open: (truth: number, answer: number) => void;
}

function Row({
  row,
  matrix,
  shares,
  classes,
  shown,
  name,
  open,
}: GridProps & { row: number; shares: Float64Array }) {
  return (
    <>
      <span className="confusion-row" title={name(row)}>
        {name(row)}
      </span>
      {Array.from({ length: shown }, (_, column) => {
        const share = shares[row * classes + column] ?? 0;
        const n = matrix[row * classes + column] ?? 0;
        const text = `${name(row)} answered as ${name(column)}: ${count(n)} (${percent(share, 0)})`;
        return (
          <button
            key={`${column}/${shown}`}
            type="button"
            // Reached by mouse; for the keyboard the list below has the cells that matter.
            tabIndex={-1}
            className={`confusion-cell${share > 0.5 ? ' confusion-strong' : ''}`}
            style={{ '--share': `${Math.round(100 * share)}%` } as React.CSSProperties}
            title={text}
            aria-label={text}
            disabled={n === 0}
            onClick={() => open(row, column)}
          >
            {shown <= WITH_NUMBERS && n > 0 ? Math.round(100 * share) : ''}
          </button>
        );
      })}
    </>
  );
}

function Grid(props: GridProps) {
  const { matrix, classes, shown, name, label } = props;
  const shares = useMemo(() => rowShares(matrix, classes), [matrix, classes]);
  const indices = Array.from({ length: shown }, (_, i) => i);
  return (
    <section
      className="confusion"
      style={{ gridTemplateColumns: `minmax(0, 5ch) repeat(${shown}, 1fr)` }}
      aria-label={label}
    >
      <span />
      {indices.map((column) => (
        <span key={column} className="confusion-head" title={`answered ${name(column)}`}>
          {shown <= WITH_NUMBERS ? name(column).slice(0, 3) : ''}
        </span>
      ))}
      {indices.map((row) => (
        <Row key={row} row={row} shares={shares} {...props} />
      ))}
    </section>
  );
}

/** Which class is taken for which: rows are the truth, columns the answer. */
export function ConfusionPanel() {
  const names = useNames();
  const selected = useMeasuredKey();
  const classNames = useClassNames(selected);
  const { matrix, classes } = useMatrix();
  if (classes === 0) return <Empty>Which class is taken for which, after the first epoch.</Empty>;
  const name = (i: number) => classNames[i] ?? String(i);
  const worst = worstMistakes(matrix, classes, LISTED);
  const open = (truth: number, answer: number) => showCell(selected, truth, answer);
  const shown = Math.min(classes, MOST);
  const label = `Confusion matrix of ${names.label(selected)}, ${classes} classes`;
  return (
    <div className="stack">
      <h3>{names.label(selected)}</h3>
      <Grid matrix={matrix} classes={classes} shown={shown} name={name} label={label} open={open} />
      <p className="quiet">Rows are the true class, columns the answer; numbers are percent of the row.</p>
      {classes > shown && (
        <p className="quiet">
          The first {shown} of {classes} classes.
        </p>
      )}
      <h4>{worst.length ? 'Most frequent mistakes' : 'No mistakes on these images'}</h4>
      <ul className="mistakes">
        {worst.map(({ truth, answer, count: n }) => (
          <li key={`${truth}/${answer}`}>
            <button type="button" className="row-button" onClick={() => open(truth, answer)}>
              {name(truth)} taken for {name(answer)}, {count(n)} {n === 1 ? 'time' : 'times'}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
