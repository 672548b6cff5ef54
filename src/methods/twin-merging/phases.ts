/** Base, experts, merging, router, comparison. */
import type { Phase, Seat } from '../kit';

/** Share of the run for the router; the experts have what base and router leave. */
const ROUTER = 0.2;

export const phasesOf = (share: number, tasks: number): Readonly<Record<string, Phase>> => ({
  base: { label: 'Base', share, trains: ['student', 'extras'], students: [0], extras: 'turns/' },
  experts: {
    label: 'Experts',
    share: 1 - ROUTER - share,
    trains: ['student'],
    students: Array.from({ length: tasks }, (_, task) => 1 + task),
    learns: 'linear',
  },
  merge: { label: 'Merging', share: 0, hostOnly: true },
  router: { label: 'Router', share: ROUTER, trains: ['extras'], extras: 'router/' },
  compare: { label: 'Comparison', share: 0, hostOnly: true },
});

/** Kept networks may be the base, and experts that were fine-tuned from it. */
export const seatsOf = ({ tasks }: { readonly tasks: number }): Readonly<Record<string, Seat>> => ({
  base: { name: 'Base', student: 0, alike: true },
  ...Object.fromEntries(
    Array.from({ length: tasks }, (_, task): [string, Seat] => [
      `expert-${task + 1}`,
      { name: `Expert ${task + 1}`, student: 1 + task, alike: true },
    ]),
  ),
});
