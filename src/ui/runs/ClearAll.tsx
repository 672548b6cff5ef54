import { useState } from 'react';
import { clearEverything } from '../../state/clear';
import { Button } from '../kit';

/** Removes what the browser keeps for this page, after a second click. */
export function ClearAll() {
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState('');
  const clear = () =>
    clearEverything().catch((error: unknown) =>
      setProblem(
        `Not everything could be removed: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  return (
    <div className="runs-foot">
      <p className="quiet">
        {problem ||
          (asked
            ? 'This removes all runs and sweeps, kept networks, the interrupted run with its images, and settings.'
            : 'Everything this page keeps stays in this browser, until you clear it.')}
      </p>
      {asked && (
        <Button size="small" tone="quiet" onClick={() => setAsked(false)}>
          Keep it
        </Button>
      )}
      <Button size="small" tone="quiet" onClick={() => (asked ? void clear() : setAsked(true))}>
        {asked ? 'Remove it all' : 'Clear everything'}
      </Button>
    </div>
  );
}
