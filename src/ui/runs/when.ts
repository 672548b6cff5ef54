import type { KeptRun } from '../../state/history-db';

const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** The day and minute a run ended. */
export const when = (run: KeptRun): string => format.format(run.created);

/** A run's name, or its time where another of `runs` has the same name. */
export const nameAmong = (run: KeptRun, runs: readonly KeptRun[]): string =>
  runs.some((other) => other !== run && other.name === run.name) ? when(run) : run.name;
