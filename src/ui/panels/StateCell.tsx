import { useRun } from '../../state/run';
import type { LearnerState } from '../../worker/protocol';
import { Icon, type IconName } from '../kit';

const WORDS: Readonly<Record<LearnerState['kind'], { word: string; icon?: IconName }>> = {
  waiting: { word: 'waiting' },
  training: { word: 'training', icon: 'play' },
  finished: { word: 'finished', icon: 'check' },
  diverged: { word: 'diverged', icon: 'warn' },
  failed: { word: 'failed', icon: 'warn' },
};
const ORDER: readonly LearnerState['kind'][] = ['failed', 'diverged', 'training', 'waiting', 'finished'];

/** The most urgent state over all seeds, in words. */
export function StateCell({ states }: { states: readonly LearnerState[] }) {
  const kind = ORDER.find((k) => states.some((s) => s.kind === k));
  const stopped = useRun((run) => run.status === 'failed');
  if (!kind) return <span className="quiet">ready</span>;
  if (stopped && (kind === 'training' || kind === 'waiting')) return <span>stopped</span>;
  const { word, icon } = WORDS[kind];
  const n = states.filter((s) => s.kind === kind).length;
  return (
    <span className={`state state-${kind}`}>
      {icon && <Icon name={icon} size={12} />}
      {word}
      {n < states.length && ` ${n}/${states.length}`}
    </span>
  );
}
