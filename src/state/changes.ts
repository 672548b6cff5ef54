/** Which edits a running session can take over at once, and which need a new run. */
import type { Config, StudentConfig } from '../core/config';

/** Number of networks a method trains together; changing it changes what exists. */
export type PeersOf = (student: StudentConfig) => number;

function fixedPart(config: Config, peersOf: PeersOf): string {
  const { name: _name, students, ...rest } = config;
  return JSON.stringify({
    ...rest,
    students: students.map((student) => ({
      key: student.key,
      method: student.method.id,
      peers: peersOf(student),
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
export function needsRestart(running: Config, edited: Config, peersOf: PeersOf): boolean {
  return running !== edited && fixedPart(running, peersOf) !== fixedPart(edited, peersOf);
}

/** True when method parameters or optimiser settings of the same students differ: `adjust` is enough. */
export function needsAdjust(running: Config, edited: Config): boolean {
  return running !== edited && livePart(running) !== livePart(edited);
}

/** True when the images would come out differently: other source, size or split. */
export function needsData(current: Config, edited: Config): boolean {
  return JSON.stringify([current.dataset, current.data]) !== JSON.stringify([edited.dataset, edited.data]);
}
