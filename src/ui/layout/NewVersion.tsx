import { useState } from 'react';
import { loadNewVersion, useOffline } from '../../state/offline';
import { isActive, useRun } from '../../state/run';
import { Button } from '../kit';
import { Banner } from './Banner';

/** Offers a newer version while nothing trains; the running one is never swapped by itself. */
export function NewVersion() {
  const waiting = useOffline((offline) => offline.waiting);
  const busy = useRun((run) => isActive(run.status));
  const [later, setLater] = useState(false);
  if (!waiting || busy || later) return null;
  return (
    <Banner
      tone="note"
      icon="info"
      onClose={() => setLater(true)}
      actions={
        <Button size="small" onClick={loadNewVersion}>
          Load it now
        </Button>
      }
    >
      A newer version of this page is ready. Loading it ends what is on screen; kept runs stay.
    </Banner>
  );
}
