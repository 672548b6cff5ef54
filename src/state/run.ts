/** Status of the run. Streams of numbers live in `curves`; here is what the page draws around them. */
import { create } from 'zustand';
import type { Config } from '../core/config';
import type { RegimeReport } from '../data/dataset';
import type {
  Device,
  Evaluation,
  Learner,
  LearnerState,
  MemoryEstimate,
  Probe,
  Progress,
} from '../worker/protocol';
import type { Series } from './series';

export type RunStatus = 'idle' | 'starting' | 'running' | 'paused' | 'finished' | 'failed';

export interface RunState {
  readonly status: RunStatus;
  readonly run: number;
  readonly device: Device | undefined;
  /** The set-up the run was started with, live changes included. */
  readonly running: Config | undefined;
  readonly learners: readonly Learner[];
  readonly states: ReadonlyMap<string, LearnerState>;
  readonly progress: Progress | undefined;
  /** What the regimes made of the run's training images. */
  readonly regimes: RegimeReport | undefined;
  /** Last evaluation by `<learner id> <split>`. */
  readonly latest: ReadonlyMap<string, Evaluation>;
  readonly probes: ReadonlyMap<string, Probe>;
  /** Panels of a few numbers over all steps so far, by `<learner id> <panel key>`. */
  readonly probeLines: ReadonlyMap<string, Series>;
  /** What a run of the set-up would take of the GPU's memory; undefined while unknown. */
  readonly memory: MemoryEstimate | undefined;
  readonly failure: { readonly message: string; readonly deviceLost: boolean } | undefined;
  /** Seconds the worker has been silent; 0 when it speaks. */
  readonly silent: number;
  /** Short note about the last request that failed or succeeded. */
  readonly notice: string;
}

export const useRun = create<RunState>()(() => ({
  status: 'idle',
  run: 0,
  device: undefined,
  running: undefined,
  learners: [],
  states: new Map(),
  progress: undefined,
  regimes: undefined,
  latest: new Map(),
  probes: new Map(),
  probeLines: new Map(),
  memory: undefined,
  failure: undefined,
  silent: 0,
  notice: '',
}));

/** What of a run is dropped when it ends or another begins. */
export const CLEARED = {
  learners: [],
  states: new Map(),
  latest: new Map(),
  probes: new Map(),
  probeLines: new Map(),
  regimes: undefined,
} satisfies Partial<RunState>;

export const isActive = (status: RunStatus): boolean =>
  status === 'starting' || status === 'running' || status === 'paused';

/** The evaluations the table shows: the final test once every student has one, validation before. */
export function shownEvaluations(state: Pick<RunState, 'learners' | 'latest'>): {
  readonly split: 'validation' | 'test';
  readonly shown: ReadonlyMap<string, Evaluation>;
} {
  const has = (split: string) =>
    state.learners.some((l) => l.key !== 'teacher' && state.latest.has(`${l.id} ${split}`));
  const split = has('test') ? 'test' : 'validation';
  const shown = new Map<string, Evaluation>();
  for (const { id } of state.learners) {
    const evaluation = state.latest.get(`${id} ${split}`);
    if (evaluation) shown.set(id, evaluation);
  }
  return { split, shown };
}
