/** A whole training session between two steps, out and back in. */
import type { Config } from '../../core/config';
import type { Curves } from '../curves';
import type { Lane } from '../lane';
import type { Loop } from '../loop';
import type { RunData } from '../regime';
import { restoreLane, type SavedLane, saveLanes } from './lane';

export interface SavedSession {
  /** Where it was: `step` steps of this phase are done, `done` of the run. */
  readonly phase: 'teacher' | 'students';
  readonly step: number;
  readonly done: number;
  /** Whether the regimes have found what they make of the images; the scores they needed. */
  readonly settled: boolean;
  readonly scores?: ArrayLike<number>;
  /** Live settings included; what the lanes were made with is in the run's configuration. */
  readonly students: Config['students'];
  readonly lanes: Readonly<Record<string, SavedLane>>;
  readonly numbers: Readonly<Record<string, ReturnType<Curves['memory']>>>;
}

/** The parts of a session that change while it trains. */
export interface Parts {
  readonly lanes: readonly Lane[];
  readonly loop: Loop;
  readonly data: RunData;
}

/** @param place what the session itself knows of where it is. */
export async function saveSession(
  { lanes, loop, data }: Parts,
  place: Pick<SavedSession, 'phase' | 'step' | 'settled' | 'students'>,
): Promise<SavedSession> {
  const { scores } = data;
  return {
    ...place,
    done: loop.done,
    ...(scores ? { scores } : {}),
    numbers: Object.fromEntries(lanes.map((lane) => [lane.options.id, loop.memory.memory(lane)])),
    lanes: await saveLanes(lanes),
  };
}

/** Brings the parts of a fresh session of the same configuration to where they were. Throws when they do not fit. */
export function restoreSession({ lanes, loop, data }: Parts, saved: SavedSession): void {
  if (saved.scores) data.settle(saved.scores);
  loop.done = saved.done;
  for (const lane of lanes) {
    const { id } = lane.options;
    const own = saved.lanes[id];
    if (!own) throw new Error(`The saved run has no learner '${id}'.`);
    restoreLane(lane, own);
    loop.memory.remember(lane, saved.numbers[id] ?? {});
  }
}
