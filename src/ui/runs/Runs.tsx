import { useEffect, useMemo, useState } from 'react';
import { loadRuns, MOST_RUNS, removeRuns, useHistory } from '../../state/history';
import { useView } from '../../state/view';
import { Button, Modal, Segments, SwitchField } from '../kit';
import { Empty } from '../panels/Panel';
import { Sweeps } from '../sweeps/Sweeps';
import { useMedia } from '../useMedia';
import { ClearAll } from './ClearAll';
import { Comparison } from './Comparison';
import { RunList } from './RunList';

function Kept() {
  const runs = useHistory((history) => history.runs);
  const compared = useHistory((history) => history.compared);
  const problem = useHistory((history) => history.problem);
  const [points, showPoints] = useState(false);
  const chosen = useMemo(
    () => compared.flatMap((key) => runs?.find((run) => run.key === key) ?? []),
    [runs, compared],
  );
  if (problem)
    return (
      <p className="note" role="alert">
        {problem} Export results as a file instead.
      </p>
    );
  if (!runs) return <p className="quiet">Reading the runs…</p>;
  if (runs.length === 0)
    return <Empty>Every run that comes to its end is kept here, to be compared with later ones.</Empty>;
  const loose = runs.filter(({ pinned }) => !pinned).map(({ key }) => key);
  // Points of sweeps have their own table; here they would bury the other runs.
  const listed = points ? runs : runs.filter(({ key, sweep }) => !sweep || compared.includes(key));
  return (
    <div className="stack">
      {runs.some(({ sweep }) => sweep) && (
        <SwitchField label="List the points of sweeps too" value={points} onChange={showPoints} />
      )}
      <RunList runs={listed} />
      <div className="runs-foot">
        <p className="quiet">
          The last {MOST_RUNS} runs and every pinned one stay in this browser: settings and numbers, no
          images.
        </p>
        <Button
          size="small"
          tone="quiet"
          disabled={loose.length === 0}
          onClick={() => void removeRuns(loose)}
        >
          Delete all but pinned
        </Button>
      </div>
      {chosen.length > 0 ? (
        <Comparison runs={chosen} />
      ) : (
        <p className="quiet">Tick runs to lay their curves over each other and to see what differs.</p>
      )}
    </div>
  );
}

/** The runs kept in this browser, and their comparison. */
export function Runs() {
  const open = useView((view) => view.runs);
  const narrow = useMedia('(max-width: 699.98px)');
  const [tab, setTab] = useState<'runs' | 'sweeps'>('runs');
  useEffect(() => {
    if (open) void loadRuns();
  }, [open]);
  return (
    <Modal
      open={open}
      onClose={() => useView.setState({ runs: false })}
      title="Runs"
      size={1180}
      fullScreen={narrow}
    >
      <div className="stack">
        <Segments
          label="What to look at"
          value={tab}
          options={[
            { value: 'runs', label: 'Runs' },
            { value: 'sweeps', label: 'Sweeps' },
          ]}
          onChange={setTab}
        />
        {tab === 'runs' ? <Kept /> : <Sweeps />}
        <ClearAll />
      </div>
    </Modal>
  );
}
