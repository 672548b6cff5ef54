import { count, percent, points } from '../../core/format';
import { metrics } from '../../metrics/index';
import type { Stat } from '../../state/aggregate';
import { bestKey, type ResultRow } from '../../state/results';
import { useRun } from '../../state/run';
import { verdict } from '../../state/verdict';
import { select, useView } from '../../state/view';
import { AxesMenu } from '../charts/AxesMenu';
import { useNames, useResults } from '../hooks';
import { Swatch } from '../Swatch';
import { StateCell } from './StateCell';

interface Column {
  readonly id: string;
  readonly head: string;
  readonly title: string;
  readonly value: (row: ResultRow) => Stat | undefined;
  readonly text: (value: number) => string;
  readonly better?: 'higher' | 'lower';
  /** Kept on narrow screens. */
  readonly narrow?: boolean;
  /** Left out where the inspector takes the room. */
  readonly roomy?: boolean;
  /** Left out where no learner has it. */
  readonly rare?: boolean;
}

function metricColumn(
  id: string,
  options: Pick<Column, 'narrow' | 'roomy' | 'rare'> = {},
): readonly Column[] {
  if (!metrics.has(id)) return [];
  const card = metrics.get(id);
  const text = card.format === 'percent' ? (v: number) => percent(v) : (v: number) => v.toFixed(3);
  const title = `${card.name}. ${card.summary}`;
  return [
    { id, head: card.short, title, value: (row) => row.metrics[id], text, better: card.better, ...options },
  ];
}

const COLUMNS: readonly Column[] = [
  ...metricColumn('accuracy', { narrow: true }),
  {
    id: 'gain',
    head: 'Gain',
    title: 'Accuracy minus that of the labels-only student, in points, paired by seed.',
    value: (row) => row.gain,
    text: points,
    better: 'higher',
    narrow: true,
  },
  {
    id: 'kept',
    roomy: true,
    head: 'Kept',
    title: "Accuracy as a share of the teacher's.",
    value: (row) => row.kept,
    text: (v) => percent(v),
    better: 'higher',
  },
  ...metricColumn('agreement'),
  ...metricColumn('nll'),
  ...metricColumn('brier', { roomy: true }),
  ...metricColumn('ece', { narrow: true }),
  ...metricColumn('many-shot', { roomy: true, rare: true }),
  ...metricColumn('medium-shot', { roomy: true, rare: true }),
  ...metricColumn('few-shot', { roomy: true, rare: true }),
];

const classOf = (column: Column): string =>
  `number${column.narrow ? '' : ' wide-only'}${column.roomy ? ' roomy-only' : ''}`;

function spread(s: Stat, text: (v: number) => string): string {
  return s.std === undefined ? '' : `±${text(s.std).replace(/^\+|%$/g, '')}`;
}

function ValueCell({ column, row, best }: { column: Column; row: ResultRow; best: string | undefined }) {
  const s = column.value(row);
  const className = `${classOf(column)}${best === row.key ? ' best' : ''}`;
  if (!s) return <td className={className}>–</td>;
  return (
    <td className={className} title={s.n > 1 ? `mean ± standard deviation, N = ${s.n}` : undefined}>
      <span className="value">{column.text(s.mean)}</span>
      {s.std !== undefined && <span className="spread">{spread(s, column.text)}</span>}
    </td>
  );
}

function ParametersCell({ row: { parameters, parametersBuilt, teachers } }: { row: ResultRow }) {
  const className = 'number wide-only roomy-only';
  if (!parameters) return <td className={className}>–</td>;
  const pruned = parametersBuilt !== undefined;
  if (!pruned && teachers.length === 0) return <td className={className}>{count(parameters)}</td>;
  const own = teachers.reduce((sum, teacher) => sum + teacher.parameters, 0);
  const title = [
    ...(pruned ? [`${count(parametersBuilt)} before pruning`] : []),
    ...teachers.map((teacher) => `${teacher.name}: ${count(teacher.parameters)}`),
  ].join('\n');
  return (
    <td className={className} title={title}>
      <span className="value">{count(parameters)}</span>
      {pruned && <span className="spread">of {count(parametersBuilt)}</span>}
      {own > 0 && (
        <span className="spread">
          +{count(own)} in {teachers.length} {teachers.length === 1 ? 'teacher' : 'teachers'}
        </span>
      )}
    </td>
  );
}

interface RowProps {
  readonly row: ResultRow;
  readonly columns: readonly Column[];
  readonly best: ReadonlyMap<string, string | undefined>;
}

function Row({ row, columns, best }: RowProps) {
  const names = useNames();
  const selected = useView((view) => view.selected);
  const isSelected = selected === row.key;
  return (
    <tr className={isSelected ? 'selected' : ''} onClick={() => select(row.key)}>
      <th scope="row">
        <button
          type="button"
          className="row-button"
          aria-pressed={isSelected}
          onClick={() => select(row.key)}
        >
          <Swatch look={names.look(row.key)} />
          <span className="row-label" title={row.label}>
            {row.label}
          </span>
          {names.hidden(row.key) && <span className="quiet">(not drawn)</span>}
        </button>
      </th>
      <ParametersCell row={row} />
      {columns.map((column) => (
        <ValueCell key={column.id} column={column} row={row} best={best.get(column.id)} />
      ))}
      <td className="number wide-only roomy-only">
        {row.milliseconds !== undefined ? row.milliseconds.toFixed(row.milliseconds < 10 ? 2 : 1) : '–'}
      </td>
      <td className="wide-only state-cell">
        <StateCell states={row.states} />
      </td>
    </tr>
  );
}

function Head({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">Learner</th>
        <th scope="col" className="number wide-only roomy-only" title="Number of trained weights">
          Params
        </th>
        {columns.map((c) => (
          <th key={c.id} scope="col" className={classOf(c)} title={c.title}>
            {c.head}
          </th>
        ))}
        <th
          scope="col"
          className="number wide-only roomy-only"
          title="Milliseconds of one training step of this learner"
        >
          ms/step
        </th>
        <th scope="col" className="wide-only">
          State
        </th>
      </tr>
    </thead>
  );
}

function caption(split: 'validation' | 'test', epoch: number | undefined, seeds: number): string {
  const where = split === 'test' ? 'Final test images' : 'Validation images';
  const when = split === 'validation' && epoch ? `, epoch ${epoch}` : '';
  return `${where}${when} · ${seeds === 1 ? '1 seed' : `mean ± standard deviation, N\u00a0=\u00a0${seeds}`}`;
}

/** Every learner in one row; the best student of each column is bold and underlined. */
export function ResultTable() {
  const { rows, split } = useResults();
  const epoch = useRun((run) => run.progress?.epoch);
  const measured = rows.some((row) => row.metrics['accuracy']);
  const seeds = Math.max(1, ...rows.map((row) => row.states.length));
  const columns = COLUMNS.filter((c) => !c.rare || rows.some((row) => c.value(row)));
  const best = new Map(
    columns.map((c) => [c.id, c.better && bestKey(rows, (row) => c.value(row)?.mean, c.better)] as const),
  );
  return (
    <section className="panel results" aria-label="Results">
      <div className="table-scroll">
        <table className="result-table">
          <caption className="sr-only">Results. {caption(split, epoch, seeds)}</caption>
          <Head columns={columns} />
          <tbody>
            {rows.map((row) => (
              <Row key={row.key} row={row} columns={columns} best={best} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="verdict" role="status">
        {measured ? (
          <>
            <span className="verdict-text">
              {verdict(rows, split === 'test' ? 'test images' : 'validation images')}
            </span>
            <span className="quiet">{caption(split, epoch, seeds)}</span>
            <AxesMenu seeds={seeds} />
          </>
        ) : (
          <Intro />
        )}
      </p>
    </section>
  );
}

function Intro() {
  return (
    <span className="quiet">
      The teacher is a larger network. Students are smaller ones: one learns from the labels alone, the others
      also from the teacher. Watch whether they end up more accurate, and better calibrated.
    </span>
  );
}
