/** Base, experts, merging, router, comparison. */
import type { Phase } from '../kit';

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
