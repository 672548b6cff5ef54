import type { StudentConfig } from '../../core/config';
import { short } from '../../core/format';
import { useRun } from '../../state/run';
import { start } from '../../state/session';
import { editStudent } from '../../state/setup';
import type { LearnerState } from '../../worker/protocol';
import { Button, Icon } from '../kit';

/** The first bad state of a student over all its seeds. */
function useTrouble(
  key: string,
): { readonly seed: number; readonly state: LearnerState; readonly term: string } | undefined {
  const learners = useRun((run) => run.learners);
  const states = useRun((run) => run.states);
  for (const learner of learners.filter((l) => l.key === key)) {
    const state = states.get(learner.id);
    if (state?.kind === 'failed') return { seed: learner.seed, state, term: '' };
    if (state?.kind === 'diverged')
      return {
        seed: learner.seed,
        state,
        term: learner.terms.find((t) => t.key === state.term)?.label ?? state.term,
      };
  }
  return undefined;
}

/** Says which loss term blew up and offers a lower learning rate. */
export function Divergence({ student }: { student: StudentConfig }) {
  const trouble = useTrouble(student.key);
  if (!trouble) return null;
  const { state, seed, term } = trouble;
  if (state.kind === 'failed') return <p className="card-trouble">This student stopped: {state.message}</p>;
  if (state.kind !== 'diverged') return null;
  const halved = student.optimizer.rate / 2;
  return (
    <div className="card-trouble" role="alert">
      <p>
        <Icon name="warn" size={14} /> Diverged at step {state.step} (seed {seed}): the term “{term}” was{' '}
        {short(state.lastFinite)} and then not a number. The others go on.
      </p>
      <Button
        size="small"
        onClick={() => {
          editStudent(student.key, (s) => ({
            ...s,
            optimizer: { ...s.optimizer, rate: Math.max(1e-5, halved) },
          }));
          void start();
        }}
      >
        Halve the learning rate and restart
      </Button>
    </div>
  );
}
