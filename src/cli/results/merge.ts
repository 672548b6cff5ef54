/** What newer runs add to a section that is there: rows of further methods, or step times alone. Pure. */
import { MILLISECONDS, type Row, type Section } from '../../share/results';
import { UsageError } from '../arguments';
import { judged, METRICS, numbersOf } from './summary';

/** What must be equal for rows to stand in one table. */
const basis = ({ dataset, budget, config, backend, regime }: Section): string =>
  JSON.stringify([dataset, budget, config, backend, regime]);

const merged = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/** Whether the teachers of all seeds they share measured exactly alike. */
function sameTeacher(a: Row, b: Row): boolean {
  return METRICS.every((metric) =>
    Object.entries(b.values[metric] ?? {}).every(
      ([seed, value]) => (a.values[metric]?.[seed] ?? value) === value,
    ),
  );
}

/**
 * The section with the rows of `fresh` it does not have yet. A method that is there keeps its row, so that the
 * others are compared with what they were trained beside.
 * @throws UsageError when both were not trained on the same data and budget.
 */
export function withRows(section: Section, fresh: Section): Section {
  if (basis(section) !== basis(fresh))
    throw new UsageError(
      `The table of ${section.dataset.name} has other data, another budget or another backend: --add cannot add to it.`,
    );
  const rows = fresh.rows.filter(({ id }) => !section.rows.some((row) => row.id === id));
  if (rows.length === 0) return section;
  return {
    ...section,
    command: merged(section.command.split('\n'), [fresh.command]).join('\n'),
    commits: merged(section.commits, fresh.commits),
    minutes: Math.round(10 * (section.minutes + fresh.minutes)) / 10,
    sameTeacher: (section.sameTeacher ?? true) && sameTeacher(section.teacher, fresh.teacher),
    failures: merged(section.failures, fresh.failures),
    rows: judged([...section.rows, ...rows], section.trial),
  };
}

/** The section with the step times of `fresh` in place of its own, where that has the row. */
export function withTimes(section: Section, fresh: Section): Section {
  const timed = (row: Row): Row => {
    const found = row.id === 'teacher' ? fresh.teacher : fresh.rows.find(({ id }) => id === row.id);
    const times = found?.values[MILLISECONDS];
    return times ? { ...row, ...numbersOf({ ...row.values, [MILLISECONDS]: times }) } : row;
  };
  return { ...section, teacher: timed(section.teacher), rows: section.rows.map(timed) };
}
