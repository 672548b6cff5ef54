import { duration } from '../../core/format';
import { useRun } from '../../state/run';
import { runClock } from '../../state/run-clock';
import { toggle } from '../../state/session';
import { pointText } from '../../state/sweep';
import { cancelSweep, secondsLeft } from '../../state/sweep-run';
import { useSweeps } from '../../state/sweep-store';
import { Button } from '../kit';
import { Banner } from '../layout/Banner';

/** How far the sweep is, with pause and cancel; nothing outside of a sweep. */
export function SweepProgress() {
  const running = useSweeps((sweeps) => sweeps.running);
  const status = useRun((run) => run.status);
  // Read again with every message on progress.
  useRun((run) => run.progress);
  if (!running) return null;
  const { sweep, at } = running;
  const left = status === 'running' ? secondsLeft(running, runClock.seconds) : undefined;
  const point = sweep.points[at];
  return (
    <Banner
      tone="note"
      icon="chart"
      actions={
        <>
          <Button size="small" disabled={status !== 'running' && status !== 'paused'} onClick={toggle}>
            {status === 'paused' ? 'Resume' : 'Pause'}
          </Button>
          <Button size="small" onClick={cancelSweep}>
            Cancel the sweep
          </Button>
        </>
      }
    >
      <strong>
        Sweep, point {at + 1} of {sweep.points.length}
      </strong>
      : {point && pointText(sweep.axes, point)}
      {left !== undefined && `, about ${duration(left)} left`}
      <progress value={at} max={sweep.points.length} aria-label="Points done" />
    </Banner>
  );
}
