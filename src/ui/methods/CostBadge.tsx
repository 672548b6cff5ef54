import { BASELINE } from '../../share/results';
import { useParts } from './Measured';
import { costOf } from './words';

/** Measured milliseconds per step more than labels-only, with the adapter they were measured on. */
export function CostBadge({ id }: { id: string }) {
  const { waiting, parts } = useParts(id);
  if (waiting || id === BASELINE) return null;
  const cost = costOf(parts);
  return (
    <span className="badge badge-quiet" title={cost?.long ?? 'Extra time per step: not measured yet'}>
      {cost?.short ?? 'cost not measured yet'}
    </span>
  );
}
