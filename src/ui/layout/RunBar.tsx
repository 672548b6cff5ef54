import { count, duration, percent } from '../../core/format';
import { needsRestart } from '../../state/changes';
import { useDataset } from '../../state/dataset';
import { isActive, useRun } from '../../state/run';
import { reset, start, step, toggle } from '../../state/session';
import { fixedOf, setSeedCount, useSetup } from '../../state/setup';
import type { PhaseName, Progress } from '../../worker/protocol';
import { Button, Icon, IconButton, Segments } from '../kit';
import { MemoryNote } from './Memory';

const PHASES: readonly { readonly id: PhaseName; readonly label: string }[] = [
  { id: 'data', label: 'Data' },
  { id: 'warm-up', label: 'Warm-up' },
  { id: 'teacher', label: 'Teacher' },
  { id: 'students', label: 'Students' },
  { id: 'test', label: 'Final test' },
];

/** Scoring images belongs to what comes before training. */
const barPhase = (phase: PhaseName): PhaseName => (phase === 'scores' ? 'warm-up' : phase);

export const shareDone = (progress: Progress | undefined): number =>
  progress && progress.totalSteps > 0 ? Math.min(1, progress.step / progress.totalSteps) : 0;

/** Share of one phase that is done: epochs for the training phases, all or nothing for the others. */
function phaseShare(index: number, progress: Progress | undefined): number {
  if (!progress) return 0;
  const current =
    progress.phase === 'done' ? PHASES.length : PHASES.findIndex((p) => p.id === barPhase(progress.phase));
  if (index !== current) return index < current ? 1 : 0;
  const trains = progress.phase === 'teacher' || progress.phase === 'students';
  return trains && progress.epochs > 0 ? Math.min(1, progress.epoch / progress.epochs) : 0.5;
}

export function PhaseBar() {
  const progress = useRun((run) => run.progress);
  const finished = useRun((run) => run.status === 'finished');
  return (
    <div
      className="phases"
      role="progressbar"
      aria-label="Progress of the run"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * shareDone(progress))}
      aria-valuetext={progress ? `${progress.phase}, ${percent(shareDone(progress), 0)}` : 'not started'}
    >
      {PHASES.map(({ id, label }, i) => (
        <div
          key={id}
          className={`phase phase-${id}${progress?.phase === id && !finished ? ' phase-current' : ''}`}
        >
          <span className="phase-label">{label}</span>
          <span className="phase-track">
            <span
              className="phase-fill"
              style={{ transform: `scaleX(${finished ? 1 : phaseShare(i, progress)})` }}
            />
          </span>
        </div>
      ))}
    </div>
  );
}

function left(progress: Progress): string {
  return progress.secondsLeft === undefined ? '' : `about ${duration(progress.secondsLeft)} left`;
}

function rate(progress: Progress): string {
  const perSecond = progress.imagesPerSecond;
  if (!(perSecond > 0)) return '';
  return perSecond >= 1000
    ? `${(perSecond / 1000).toFixed(1)} k img/s`
    : `${count(Math.round(perSecond))} img/s`;
}

export function StatusText() {
  const status = useRun((run) => run.status);
  const progress = useRun((run) => run.progress);
  const pending = useDataset((data) => data.pending);
  if (status === 'idle')
    return (
      <span className="quiet">
        {pending ? 'Making the images…' : 'Ready'}
        {!pending && <MemoryNote />}
      </span>
    );
  if (status === 'failed') return <span>Stopped</span>;
  if (status === 'finished') return <span>Finished</span>;
  if (!progress) return <span>Starting…</span>;
  const epoch =
    progress.epochs > 0 ? `epoch ${Math.min(progress.epoch + 1, progress.epochs)}/${progress.epochs}` : '';
  const parts = [
    status === 'paused' ? 'Paused' : '',
    progress.note || epoch,
    percent(shareDone(progress), 0),
    status === 'running' ? left(progress) : '',
    status === 'running' ? rate(progress) : '',
  ];
  return <span title={progress.teacher}>{parts.filter(Boolean).join(' · ')}</span>;
}

export function MainButton() {
  const status = useRun((run) => run.status);
  const wanted = useDataset((data) => data.wanted);
  if (status === 'running')
    return (
      <Button className="main-button" icon={<Icon name="pause" />} onClick={toggle} title="Space">
        Pause
      </Button>
    );
  const label = status === 'paused' ? 'Resume' : status === 'finished' ? 'Run again' : 'Start';
  return (
    <Button
      tone="main"
      className="main-button"
      icon={<Icon name="play" />}
      onClick={toggle}
      loading={status === 'starting'}
      disabled={wanted !== undefined}
      title="Space"
    >
      {label}
    </Button>
  );
}

export function RunBar() {
  const status = useRun((run) => run.status);
  const running = useRun((run) => run.running);
  const config = useSetup((setup) => setup.config);
  const changed = running !== undefined && isActive(status) && needsRestart(running, config, fixedOf);
  const wanted = useDataset((data) => data.wanted !== undefined);
  const seeds = config.seeds.length;
  return (
    <section className="run-bar" aria-label="Run">
      <MainButton />
      <IconButton label="One step (.)" onClick={step} disabled={status === 'starting' || wanted}>
        <Icon name="step" />
      </IconButton>
      {changed ? (
        <Button
          tone="main"
          className="apply-button"
          onClick={() => void start()}
          title="Restarts the run with the edited set-up (R)"
        >
          Apply changes
        </Button>
      ) : (
        <IconButton label="Reset (R)" onClick={reset} disabled={status === 'idle'}>
          <Icon name="reset" />
        </IconButton>
      )}
      <div className="seeds">
        <span className="field-label">Seeds</span>
        <Segments
          label="Number of seeds"
          value={String(seeds)}
          options={[...new Set([1, 3, 5, seeds])].sort().map((n) => ({ value: String(n), label: String(n) }))}
          onChange={(n) => setSeedCount(Number(n))}
        />
      </div>
      <PhaseBar />
      <div className="run-status number">
        <StatusText />
      </div>
    </section>
  );
}
