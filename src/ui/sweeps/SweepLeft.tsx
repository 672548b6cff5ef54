import { useEffect, useState } from 'react';
import { isActive, useRun } from '../../state/run';
import { goOnWithSweep, interruptedSweep, leaveSweep } from '../../state/sweep-run';
import { Button } from '../kit';
import { Banner } from '../layout/Banner';

type Found = Awaited<ReturnType<typeof interruptedSweep>>;

/** After a reload: a sweep that was not at its end, and the way on. */
export function SweepLeft() {
  const [found, setFound] = useState<Found>();
  const busy = useRun(({ status }) => isActive(status));
  useEffect(() => void interruptedSweep().then(setFound), []);
  if (!found || busy) return null;
  const { sweep, left } = found;
  const answer = (work: () => Promise<void>) => () => {
    setFound(undefined);
    void work();
  };
  return (
    <Banner
      tone="note"
      icon="chart"
      actions={
        <>
          <Button size="small" tone="main" onClick={answer(() => goOnWithSweep(sweep))}>
            Go on with the sweep
          </Button>
          <Button size="small" onClick={answer(() => leaveSweep(sweep))}>
            Leave it
          </Button>
        </>
      }
    >
      The sweep <strong>{sweep.name}</strong> was interrupted: {left} of its {sweep.points.length} points are
      not trained. The one that was in training starts anew.
    </Banner>
  );
}
