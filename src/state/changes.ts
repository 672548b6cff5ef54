/** Which edits a running session can take over at once, and which need a new run. */
import type { Config, StudentConfig } from '../core/config';
import type { AnyValues } from '../core/params';

/** Parameters of a student's method that decide what is built. */
export type FixedOf = (student: StudentConfig) => AnyValues;

function fixedPart(config: Config, fixedOf: FixedOf): string {
  const { name: _name, students, ...rest } = config;
  return JSON.stringify({
    ...rest,
    students: students.map((student) => ({
      key: student.key,
      method: student.method.id,
      fixed: fixedOf(student),
      model: student.model,
      optimizer: student.optimizer.kind,
    })),
  });
}

function livePart(config: Config): string {
  return JSON.stringify(
    config.students.map((student) => [student.key, student.method.params, student.optimizer]),
  );
}

/** True when the edited set-up differs from the running one in something only a new run can take up. */
export function needsRestart(running: Config, edited: Config, fixedOf: FixedOf): boolean {
  return running !== edited && fixedPart(running, fixedOf) !== fixedPart(edited, fixedOf);
}

/** True when method parameters or optimiser settings of the same students differ: `adjust` is enough. */
export function needsAdjust(running: Config, edited: Config): boolean {
  return running !== edited && livePart(running) !== livePart(edited);
}

/** True when the images would come out differently: other source, size or split. */
export function needsData(current: Config, edited: Config): boolean {
  return JSON.stringify([current.dataset, current.data]) !== JSON.stringify([edited.dataset, edited.data]);
}
