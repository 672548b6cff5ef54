import { useState } from 'react';
import { count } from '../../core/format';
import { discardSaved, goOn, resumeSaved, takeOver } from '../../state/recovery';
import { isActive, useRun } from '../../state/run';
import { useSaving } from '../../state/saving';
import { restartWorker } from '../../state/session';
import { Button } from '../kit';
import { Banner } from './Banner';

function Offer() {
  const kept = useSaving(({ saving }) => saving.kept);
  const busy = useRun(({ status }) => isActive(status) || status === 'failed');
  if (!kept || busy) return null;
  return (
    <Banner
      tone="note"
      icon="info"
      actions={
        <>
          <Button size="small" tone="main" onClick={() => void resumeSaved()}>
            Resume
          </Button>
          <Button size="small" onClick={discardSaved}>
            Discard
          </Button>
        </>
      }
    >
      A run of {count(kept.totalSteps)} steps on {kept.data} was interrupted. It can go on from step{' '}
      {count(kept.step)}.
    </Banner>
  );
}

/** Training goes on without being saved: why. */
function NotSaved() {
  const unsaved = useSaving(({ saving }) => saving.unsaved);
  const kept = useSaving(({ saving }) => saving.kept);
  if (!unsaved) return null;
  return (
    <Banner tone="warn">
      The run goes on, but its last steps are not saved. {unsaved.message}{' '}
      {unsaved.full && 'Free some space, and it is saved again. '}
      {kept ? `After a reload it would go on from step ${count(kept.step)}.` : 'A reload would lose it.'}
    </Banner>
  );
}

/** This tab saves nothing, or leaves alone what it found. */
function Elsewhere() {
  const role = useSaving(({ saving }) => saving.role);
  const problem = useSaving(({ saving }) => saving.problem);
  // A new worker may have to wait for the old one, which is no other tab.
  const starting = useRun(({ status }) => status === 'starting');
  const [closed, setClosed] = useState('');
  const key = `${role} ${problem}`;
  if (closed === key || starting) return null;
  const onClose = () => setClosed(key);
  if (role === 'elsewhere')
    return (
      <Banner
        tone="note"
        icon="info"
        onClose={onClose}
        actions={
          <Button size="small" onClick={takeOver}>
            Take over
          </Button>
        }
      >
        Another tab saves the run of this browser. A run here is lost when this tab is closed.
      </Banner>
    );
  if (!problem) return null;
  return (
    <Banner tone="note" icon="info" onClose={onClose}>
      {role === 'off'
        ? `This browser keeps nothing for this page, so a run is lost when the tab is closed. (${problem})`
        : problem}
    </Banner>
  );
}

/** What is kept to go on with, and what is not. */
export function SavedRun() {
  return (
    <>
      <Offer />
      <NotSaved />
      <Elsewhere />
    </>
  );
}

/** Ways on from a run that stopped, or from a worker that says nothing. */
export function WaysOn({ deviceLost = false, silent = false }: { deviceLost?: boolean; silent?: boolean }) {
  const kept = useSaving(({ saving }) => saving.kept);
  const again = (
    <Button size="small" onClick={() => restartWorker(!silent)}>
      {silent ? 'Restart the worker' : 'Restart the run'}
    </Button>
  );
  if (!kept) return again;
  const from = `from step ${count(kept.step)}`;
  if (deviceLost)
    return (
      <>
        <Button size="small" onClick={() => void goOn('')}>
          Try it again {from}
        </Button>
        <Button size="small" onClick={() => void goOn('', 'wasm')}>
          Go on without it
        </Button>
      </>
    );
  return (
    <>
      <Button size="small" onClick={() => void goOn('')}>
        Go on {from}
      </Button>
      {again}
    </>
  );
}
