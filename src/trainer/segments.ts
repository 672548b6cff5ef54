/** Lanes as the executor sees them. */
import type { Segment } from '../engine/executor';
import type { Lane } from './lane';
import type { Shared } from './shared';

/** Students of one form may share their dispatches, whatever their methods. */
export const segmentOf = (lane: Lane, shared: Shared): Segment => ({
  id: lane.options.id,
  name: `${lane.options.method.name} (${lane.options.id})`,
  group: JSON.stringify(lane.options.students.map(({ choice }) => choice)),
  run: () => lane.run(shared.batch()),
});
