/** Runs a session on the CPU, saves it on the way, and runs the rest in another session. */
import type { Config } from '../../src/core/config';
import { contentOf, fileOf } from '../../src/trainer/saved/file';
import { Journal, type JournalState, retold } from '../../src/trainer/saved/journal';
import type { SavedSession } from '../../src/trainer/saved/session';
import { Session } from '../../src/trainer/session';
import type { SessionOptions } from '../../src/trainer/session-options';
import { Workspace } from '../../src/trainer/workspace';
import type { FromWorker } from '../../src/worker/protocol';

export interface Checkpoint {
  readonly state: SavedSession;
  readonly journal: JournalState;
}

/** As a worker makes it, further data sets included. */
export const datasetOf = (config: Config) => new Workspace().ensure(config).dataset;

const joined = (pieces: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));

/** Through the bytes of a file and back. */
export function throughFile<T>(value: T): T {
  const content = contentOf(joined(fileOf(value, 1, 0)));
  if (content.kind !== 'good') throw new Error(`Not readable: ${content.kind}.`);
  return content.value as T;
}

/** What a run has told, by the same rules as a saved one: curves bit by bit, measurements, states, pictures. */
export function heardOf(journal: Journal): Record<string, unknown> {
  const { points, evaluations, states, probes, regimes } = journal.state;
  const bits = (values: Float32Array) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
  return {
    curves: Object.fromEntries(points.map(({ learner, data }) => [learner, bits(data)])),
    evaluations,
    states: Object.fromEntries(states),
    probes: probes.map((probe) => ({
      ...probe,
      panels: probe.panels.map((p) => ({ ...p, data: bits(p.data) })),
    })),
    regimes: regimes && { ...regimes, cost: undefined },
  };
}

/**
 * Runs to the end.
 * @param at steps of the run after which a checkpoint is taken. @param stopAt ends the run at the first of them.
 */
export async function play(
  config: Config,
  {
    at = [],
    stop = false,
    resume,
    more = {},
    during,
  }: {
    readonly at?: readonly number[];
    readonly stop?: boolean;
    readonly resume?: Checkpoint;
    readonly more?: Partial<SessionOptions>;
    readonly during?: (session: Session, done: number) => void;
  } = {},
) {
  const journal = new Journal();
  const checkpoints: Checkpoint[] = [];
  const finished: boolean[] = [];
  const session: Session = new Session({
    run: 1,
    dataset: datasetOf(config),
    config,
    replays: false,
    ...more,
    resume: resume && { state: resume.state, told: retold(resume.journal) },
    saver: {
      due: () => {
        during?.(session, session.loop.done);
        return at.includes(session.loop.done);
      },
      async save(state) {
        checkpoints.push(throughFile({ state, journal: journal.state }));
        if (stop) session.stop();
      },
    },
    emit: (message: FromWorker) => {
      journal.take(message);
      if (message.type === 'finished') finished.push(true);
    },
  });
  await session.start();
  session.dispose();
  return { heard: heardOf(journal), checkpoints, finished: finished.length === 1 };
}
