import type { Stat } from '../../state/aggregate';
import { compareRun, openSetup, useHistory } from '../../state/history';
import type { KeptSweep } from '../../state/history-db';
import { pointText, valueText } from '../../state/sweep';
import { type Order, ordered, type SweepRow } from '../../state/sweep-results';
import { useView } from '../../state/view';
import { Icon, IconButton } from '../kit';

interface Props {
  readonly sweep: KeptSweep;
  readonly rows: readonly SweepRow[];
  readonly text: (value: number) => string;
  readonly best: number | undefined;
  readonly chosen: number | undefined;
  readonly choose: (index: number | undefined) => void;
  readonly order: Order;
  readonly sort: (order: Order) => void;
}

function Head({ by, label, order, sort }: { by: string; label: string } & Pick<Props, 'order' | 'sort'>) {
  const mine = order.by === by;
  const state = !mine ? 'none' : order.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={state} className={by === 'validation' || by === 'test' ? 'number' : ''}>
      <button
        type="button"
        className="row-button"
        onClick={() =>
          sort({ by, descending: mine ? !order.descending : by === 'validation' || by === 'test' })
        }
      >
        {label}
        <span aria-hidden="true">{mine ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function Value({ stat, text }: { stat: Stat | undefined; text: Props['text'] }) {
  if (!stat) return <td className="number">–</td>;
  return (
    <td className="number">
      {text(stat.mean)}
      {stat.std !== undefined && (
        <span className="spread">
          ±{text(stat.std).replace('%', '')}, N={stat.n}
        </span>
      )}
    </td>
  );
}

function State({ row, best }: { row: SweepRow; best: boolean }) {
  if (row.failure) return <span className="sweep-failed">failed: {row.failure}</span>;
  if (!row.run) return <span className="quiet">to come</span>;
  const lost = row.run.learners.filter(({ state }) => state === 'diverged').length;
  if (lost)
    return <span className="sweep-failed">{lost === 1 ? '1 learner' : `${lost} learners`} diverged</span>;
  return best ? <strong>best</strong> : <span className="quiet">done</span>;
}

function Actions({ row, name }: { row: SweepRow; name: string }) {
  const compared = useHistory((history) => row.run !== undefined && history.compared.includes(row.run.key));
  const { run } = row;
  if (!run) return <td />;
  return (
    <td className="run-actions">
      <input
        type="checkbox"
        aria-label={`Compare ${name}`}
        checked={compared}
        onChange={(event) => compareRun(run.key, event.currentTarget.checked)}
      />
      <IconButton
        small
        label={`Open the set-up of ${name}`}
        onClick={() => {
          openSetup(run);
          useView.setState({ runs: false });
        }}
      >
        <Icon name="folder" size={14} />
      </IconButton>
    </td>
  );
}

/** Every point of a sweep; a click on a head sorts. */
export function SweepTable({ sweep, rows, text, best, chosen, choose, order, sort }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable from the keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Points of the sweep">
      <table className="result-table sweep-table">
        <thead>
          <tr>
            <Head by="index" label="Point" order={order} sort={sort} />
            {sweep.axes.map(({ path, label }) => (
              <Head key={path} by={path} label={label} order={order} sort={sort} />
            ))}
            <Head by="validation" label="Validation" order={order} sort={sort} />
            <Head by="test" label="Final test" order={order} sort={sort} />
            <th scope="col">State</th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ordered(rows, order).map((row) => (
            <tr
              key={row.index}
              className={row.index === chosen ? 'selected' : ''}
              onPointerEnter={() => choose(row.index)}
              onPointerLeave={() => choose(undefined)}
            >
              <th scope="row">{row.index + 1}</th>
              {sweep.axes.map(({ path }) => (
                <td key={path}>{valueText(row.point[path])}</td>
              ))}
              <Value stat={row.validation} text={text} />
              <Value stat={row.test} text={text} />
              <td>
                <State row={row} best={row.index === best} />
              </td>
              <Actions row={row} name={pointText(sweep.axes, row.point)} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
