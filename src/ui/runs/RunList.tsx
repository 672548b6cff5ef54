import { percent } from '../../core/format';
import { stat } from '../../state/aggregate';
import { changeRun, compareRun, openSetup, removeRuns, useHistory } from '../../state/history';
import type { KeptRun } from '../../state/history-db';
import { useView } from '../../state/view';
import { Icon, IconButton, TextCell } from '../kit';
import { Spark } from './Spark';
import { when } from './when';

/** Highest test accuracy among the students, each the mean of its seeds; undefined when none came to its end. */
function best(run: KeptRun): number | undefined {
  const means = run.config.students.flatMap(({ key }) => {
    const own = run.learners.filter(({ learner }) => learner.key === key);
    return stat(own.map(({ test }) => test['accuracy']))?.mean ?? [];
  });
  return means.length ? Math.max(...means) : undefined;
}

function Actions({ run }: { run: KeptRun }) {
  return (
    <td className="run-actions">
      <IconButton
        small
        label={run.pinned ? `Unpin ${run.name}` : `Pin ${run.name}`}
        pressed={run.pinned}
        onClick={() => void changeRun(run.key, { pinned: !run.pinned })}
      >
        <Icon name="pin" size={14} />
      </IconButton>
      <IconButton
        small
        label={`Open the set-up of ${run.name}`}
        onClick={() => {
          openSetup(run);
          useView.setState({ runs: false });
        }}
      >
        <Icon name="folder" size={14} />
      </IconButton>
      <IconButton small label={`Delete ${run.name}`} onClick={() => void removeRuns([run.key])}>
        <Icon name="trash" size={14} />
      </IconButton>
    </td>
  );
}

function Row({ run }: { run: KeptRun }) {
  const compared = useHistory((history) => history.compared.includes(run.key));
  const accuracy = best(run);
  const seeds = run.config.seeds.length;
  return (
    <tr className={compared ? 'selected' : ''}>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${run.name}`}
          checked={compared}
          onChange={(event) => compareRun(run.key, event.currentTarget.checked)}
        />
      </td>
      <td className="wide-only">
        <Spark run={run} />
      </td>
      <th scope="row">
        <TextCell
          label={`Name of the run of ${when(run)}`}
          value={run.name}
          placeholder="Name"
          limit={80}
          onChange={(name) => name && void changeRun(run.key, { name })}
        />
        <span className="quiet run-when">
          {when(run)} · {run.data.name} · {run.config.students.length}{' '}
          {run.config.students.length === 1 ? 'student' : 'students'}, {seeds}{' '}
          {seeds === 1 ? 'seed' : 'seeds'}
        </span>
      </th>
      <td className="wide-only">
        <TextCell
          label={`Note on ${run.name}`}
          value={run.note}
          placeholder="Add a note"
          limit={200}
          onChange={(note) => void changeRun(run.key, { note })}
        />
      </td>
      <td className="number" title="Best student on the final test images">
        {accuracy === undefined ? '–' : percent(accuracy)}
      </td>
      <Actions run={run} />
    </tr>
  );
}

/** Every kept run: name, note, pin, and which ones to compare. */
export function RunList({ runs }: { runs: readonly KeptRun[] }) {
  return (
    <div className="table-scroll">
      <table className="result-table run-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Compare</span>
            </th>
            <th scope="col" className="wide-only">
              <span className="sr-only">Accuracy by step</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col" className="wide-only">
              Note
            </th>
            <th scope="col" className="number">
              Best
            </th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.key} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
