/** Trials by the id of their method. */
import type { Trial } from './kit';

const files = import.meta.glob<Trial>(['./*.ts', '!./kit.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

/** In the order of their ids. */
export const trials: ReadonlyMap<string, Trial> = new Map(
  Object.values(files)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((trial) => [trial.id, trial]),
);
