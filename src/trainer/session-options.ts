/** What a session is made of, and whom it tells. */
import type { Config } from '../core/config';
import type { Dataset } from '../data/dataset';
import type { Batching } from '../engine/choice';
import type { FromWorker } from '../worker/protocol';
import type { SavedNetwork } from './parts';
import type { SavedSession } from './saved/session';
import type { Kept } from './seats';

export interface SessionOptions {
  readonly run: number;
  readonly dataset: Dataset;
  readonly config: Config;
  /** Record steps and replay them, where the backend can. */
  readonly replays: boolean;
  /** Default true: answers of a frozen teacher are kept where that saves time. */
  readonly keepsAnswers?: boolean;
  readonly batching?: Batching | undefined;
  /** Weights of a saved teacher, for the mode 'saved'. */
  readonly saved?: SavedNetwork | undefined;
  /** Kept networks that students name as members. */
  readonly members?: Kept | undefined;
  /** Goes on with a run of the same configuration, which has told this much. */
  readonly resume?: { readonly state: SavedSession; readonly told: readonly FromWorker[] } | undefined;
  readonly saver?: Saver | undefined;
  readonly emit: (message: FromWorker) => void;
}

/** Keeps what a run would need to go on after an interruption. */
export interface Saver {
  /** Whether it is time. `pausing`: the run is about to wait. */
  due(pausing: boolean): boolean;
  save(state: SavedSession): Promise<void>;
}
