import { percent, points, short } from '../../core/format';
import { interval, type Stat } from '../../state/aggregate';
import { type ComparedRow, conclusion, differing, pairedWith, testStat } from '../../state/compare';
import type { KeptRun } from '../../state/history-db';
import type { Look } from '../../state/looks';
import { Swatch } from '../Swatch';
import { nameAmong } from './when';

const METRICS: readonly {
  readonly id: string;
  readonly head: string;
  readonly text: (value: number) => string;
}[] = [
  { id: 'accuracy', head: 'Accuracy', text: (v) => percent(v) },
  { id: 'nll', head: 'NLL', text: (v) => v.toFixed(3) },
  { id: 'ece', head: 'ECE', text: (v) => percent(v) },
];

/** `method.params.temperature` as `temperature`, longer only where two would read the same. */
export function headings(paths: readonly string[]): ReadonlyMap<string, string> {
  const tail = (path: string, parts: number) => path.split('.').slice(-parts).join(' ');
  const heading = (path: string): string => {
    if (path.endsWith('.id')) return tail(path, 2).replace(/ id$/, '');
    const clash = paths.filter((other) => tail(other, 1) === tail(path, 1)).length > 1;
    return clash
      ? path
          .replace(/^student\./, '')
          .replaceAll('.', ' ')
          .replace(' params', '')
      : tail(path, 1);
  };
  return new Map(paths.map((path) => [path, heading(path)]));
}

const shown = (value: string | undefined): string => {
  const number = Number(value);
  return value === undefined ? '–' : value.trim() !== '' && Number.isFinite(number) ? short(number) : value;
};

function Measured({ stat, text }: { stat: Stat | undefined; text: (value: number) => string }) {
  if (!stat) return <td className="number">–</td>;
  const range = interval(stat);
  const title = range
    ? `N = ${stat.n}, 95% interval ${text(range[0])} to ${text(range[1])}`
    : `N = ${stat.n}`;
  return (
    <td className="number" title={title}>
      {text(stat.mean)}
      {stat.std !== undefined && (
        <span className="spread">
          ±{text(stat.std).replace('%', '')}, N={stat.n}
        </span>
      )}
    </td>
  );
}

function Paired({ row, reference }: { row: ComparedRow; reference: ComparedRow }) {
  if (row === reference) return <td className="quiet">the reference</td>;
  const difference = pairedWith(row, reference, 'accuracy');
  const words = conclusion(row, reference, difference);
  if (!difference) return <td className="quiet">{words}</td>;
  const { stat, interval: range } = difference;
  return (
    <td>
      <strong>{points(stat.mean)}</strong>
      {range && ` [${points(range[0])}, ${points(range[1])}]`} <span className="quiet">{words}</span>
    </td>
  );
}

interface Props {
  readonly runs: readonly KeptRun[];
  readonly rows: readonly ComparedRow[];
  readonly reference: ComparedRow;
  readonly looks: ReadonlyMap<string, Look>;
}

/** One row per student of the compared runs; of the settings only those that differ. */
export function ComparisonTable({ runs, rows, reference, looks }: Props) {
  const paths = differing(rows);
  const heads = headings(paths);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable from the keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Students of the compared runs">
      <table className="result-table compare-table">
        <thead>
          <tr>
            <th scope="col">Student</th>
            {METRICS.map(({ id, head }) => (
              <th key={id} scope="col" className="number">
                {head}
              </th>
            ))}
            <th
              scope="col"
              title="Accuracy less the reference's, seed by seed, in points, with its 95% interval"
            >
              Paired difference
            </th>
            {paths.map((path) => (
              <th key={path} scope="col" title={path}>
                {heads.get(path)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <span className="compare-name">
                  <Swatch look={looks.get(row.id)!} />
                  {row.label}
                  {runs.length > 1 && <span className="quiet">{nameAmong(row.run, runs)}</span>}
                </span>
              </th>
              {METRICS.map(({ id, text }) => (
                <Measured key={id} stat={testStat(row, id)} text={text} />
              ))}
              <Paired row={row} reference={reference} />
              {paths.map((path) => (
                <td key={path}>{shown(row.settings[path])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
