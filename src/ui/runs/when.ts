import type { KeptRun } from '../../state/history-db';

const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** The day and minute something was kept. */
export const when = ({ created }: { readonly created: number }): string => format.format(created);

/** A run's name, or its time where another of `runs` has the same name. */
export const nameAmong = (run: KeptRun, runs: readonly KeptRun[]): string =>
  runs.some((other) => other !== run && other.name === run.name) ? when(run) : run.name;
