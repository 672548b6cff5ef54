import { useMemo, useState } from 'react';
import { percent } from '../../core/format';
import { metrics } from '../../metrics/index';
import { useHistory } from '../../state/history';
import type { KeptSweep } from '../../state/history-db';
import { studentLabels } from '../../state/naming';
import { pointText } from '../../state/sweep';
import { bestRow, type Order, pointsLeft, sweepRows, variedStudent } from '../../state/sweep-results';
import { baseOf, goOnWithSweep, removeSweep } from '../../state/sweep-run';
import { useSweeps } from '../../state/sweep-store';
import { cardOf } from '../hooks';
import { Button, SelectField } from '../kit';
import { Parallel } from './Parallel';
import { SweepTable } from './SweepTable';

/** What the points of one sweep came to. */
export function SweepView({ sweep }: { sweep: KeptSweep }) {
  const runs = useHistory((history) => history.runs) ?? [];
  const training = useSweeps((sweeps) => sweeps.running?.sweep.id === sweep.id);
  const busy = useSweeps((sweeps) => sweeps.running !== undefined);
  const [metric, setMetric] = useState('accuracy');
  const [wanted, setWanted] = useState<string>();
  const [chosen, choose] = useState<number>();
  const [order, sort] = useState<Order>({ by: 'index', descending: false });
  const config = runs.find((run) => run.sweep?.id === sweep.id)?.config;
  const labels = useMemo(() => studentLabels(config?.students ?? [], cardOf), [config]);
  const student = wanted ?? variedStudent(sweep, [...labels.keys()]) ?? '';
  const rows = sweepRows(sweep, runs, student, metric);
  const card = metrics.get(metric);
  const best = bestRow(rows, card.better);
  const left = busy || !baseOf(sweep, runs) ? 0 : pointsLeft(sweep, runs).length;
  const text = card.format === 'percent' ? (v: number) => percent(v) : (v: number) => v.toFixed(3);
  const shared = { rows, best: best?.index, chosen, choose };
  return (
    <div className="stack">
      <div className="sweep-axis">
        <SelectField
          label="Best by"
          value={metric}
          options={metrics.all.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setMetric}
        />
        {labels.size > 0 && (
          <SelectField
            label="Student"
            value={student}
            options={[...labels].map(([value, label]) => ({ value, label }))}
            onChange={setWanted}
          />
        )}
        {left > 0 && (
          <Button size="small" onClick={() => void goOnWithSweep(sweep)}>
            {left === 1 ? 'Train the point that is left' : `Train the ${left} points that are left`}
          </Button>
        )}
        <Button size="small" tone="quiet" disabled={training} onClick={() => void removeSweep(sweep.id)}>
          Delete this sweep and its runs
        </Button>
      </div>
      <p role="status">
        {best?.validation ? (
          <>
            Best so far: <strong>{pointText(sweep.axes, best.point)}</strong>, {card.short}{' '}
            {text(best.validation.mean)} on the validation images
            {best.test && `, ${text(best.test.mean)} on the final test images`}.
          </>
        ) : (
          <span className="quiet">No point has come to its end yet.</span>
        )}
      </p>
      {best && (
        <Parallel
          axes={sweep.axes}
          metric={{ label: `${card.short}, validation`, better: card.better, text }}
          {...shared}
        />
      )}
      <SweepTable sweep={sweep} text={text} order={order} sort={sort} {...shared} />
      <p className="quiet">
        Points are ranked on the validation images. A difference between points that is smaller than the
        spread over seeds says nothing: set 3 or 5 seeds, or compare two points with ticks in the list of
        runs.
      </p>
    </div>
  );
}
