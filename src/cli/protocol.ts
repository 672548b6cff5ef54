/** What the command line asks of the page, and what the page tells it while it works. Types only. */
import type { Config, DataRole } from '../core/config';
import type { ReasonCode, RegimeReport } from '../data/dataset';
import type { DatasetReport } from '../state/dataset-report';
import type {
  Device,
  FromWorker,
  GoldenResult,
  ListKind,
  NetworkItem,
  PredictionItem,
} from '../worker/protocol';

/** A file the command line serves: the path a person would have dropped, and where to fetch it. */
export interface ServedFile {
  readonly path: string;
  readonly url: string;
}

export type Inspection =
  | { readonly ok: true; readonly summary: DatasetReport }
  | { readonly ok: false; readonly code: ReasonCode | 'ERROR'; readonly message: string };

export interface RunOutcome {
  /** Empty when the run came to its end. */
  readonly failure: string;
  /** The set-up that ran, with the fingerprint of the user's own data. */
  readonly config: Config;
  readonly dataset: DatasetReport | undefined;
  /** Further data sets by role. */
  readonly others: Readonly<Partial<Record<DataRole, DatasetReport>>>;
  /** What the regimes made of the training images, without pictures; undefined without regimes. */
  readonly regimes: Omit<RegimeReport, 'pictures'> | undefined;
}

/** Typed arrays as plain lists, because only plain values cross from page to terminal. */
type Plain<T> = T extends Float32Array | Int32Array
  ? readonly number[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T;

type Reported = 'started' | 'progress' | 'points' | 'evaluated' | 'state' | 'probe';
export type RunEvent = Plain<Extract<FromWorker, { readonly type: Reported }>>;
export type PlainPredictions = Plain<PredictionItem>;
export type PlainNetwork = Plain<NetworkItem>;

/** `window.condenser`, there when the page was opened with `?automation`. Every call may reject with a sentence. */
export interface Automation {
  device(): Promise<Device>;
  list(kind: ListKind): Promise<readonly unknown[]>;
  golden(file: string, content: unknown): Promise<readonly GoldenResult[]>;
  /** Reads files without using them. */
  inspect(files: readonly ServedFile[]): Promise<Inspection>;
  /** Reads files and makes them the page's data set, or a further one; `config` is what came of the set-up. */
  load(
    files: readonly ServedFile[],
    config: Config,
    role?: DataRole,
  ): Promise<Inspection & { readonly config?: Config }>;
  /** Runs to the end; `started`, `points` and the like go to `window.condenserEvent`. */
  run(config: Config): Promise<RunOutcome>;
  predictions(): Promise<readonly PlainPredictions[]>;
  networks(): Promise<readonly PlainNetwork[]>;
}

declare global {
  var condenser: Automation | undefined;
  var condenserEvent: ((event: RunEvent) => void) | undefined;
}
