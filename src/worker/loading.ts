/** Networks that a set-up takes from the library. */
import type { Config } from '../core/config';
import { loadNetwork } from '../trainer/library';
import type { KeptRun } from '../trainer/saved/store';

/** A saved teacher, and kept networks in seats of methods. */
export type Loaded = Pick<KeptRun, 'teacher' | 'members'>;

async function savedOf({ mode, saved }: Config['teacher']): Promise<KeptRun['teacher']> {
  if (mode !== 'saved' || !saved) return undefined;
  const { weights, card } = await loadNetwork(saved);
  return { weights, choice: card.model, classes: card.classNames.length };
}

/** Throws where one of them is not in this browser. */
export async function loaded(config: Config): Promise<Loaded> {
  const keys = new Set(config.students.flatMap(({ members }) => Object.values(members ?? {})));
  const teacher = await savedOf(config.teacher);
  const members = await Promise.all([...keys].map(loadNetwork));
  return { teacher, ...(members.length > 0 ? { members } : {}) };
}
