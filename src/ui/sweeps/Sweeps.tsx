import { useEffect } from 'react';
import { loadSweeps } from '../../state/sweep-run';
import { useSweeps } from '../../state/sweep-store';
import { SelectField } from '../kit';
import { SweepForm } from './SweepForm';
import { SweepProgress } from './SweepProgress';
import { SweepView } from './SweepView';

const NEW = 'new';
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A new sweep, the one in training, and those made before. */
export function Sweeps() {
  const { sweeps, running, open } = useSweeps();
  useEffect(() => {
    if (!useSweeps.getState().running) void loadSweeps();
  }, []);
  const shown = sweeps?.find(({ id }) => id === open);
  return (
    <div className="stack">
      <p className="quiet">
        A sweep trains the set-up once for every point, one after the other. Each point is kept as a run of
        its own.
      </p>
      {sweeps && sweeps.length > 0 && (
        <SelectField
          label="Sweep"
          value={shown?.id ?? NEW}
          options={[
            { value: NEW, label: 'New sweep' },
            ...sweeps.map(({ id, name, points, created }) => ({
              value: id,
              label: `${name}, ${points.length} points, ${when.format(created)}`,
            })),
          ]}
          onChange={(id) => useSweeps.setState({ open: id === NEW ? undefined : id })}
        />
      )}
      <SweepProgress />
      {shown ? <SweepView sweep={shown} /> : !running && <SweepForm />}
    </div>
  );
}
