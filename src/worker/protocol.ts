/**
 * The whole contract between page and worker: two unions of plain messages. Nothing here runs; both threads
 * import it as types. Numbers that stream are transferred Float32Arrays, at most ten messages a second.
 */
import type { ClassEdits } from '../core/class-edits';
import type { Config, DataRole } from '../core/config';
import type { DatasetSummary, ReasonCode, RegimeReport, SplitName } from '../data/dataset';
import type { OtherSummaries } from './protocol-data';
import type { NetworkItem, SetupImages } from './protocol-files';
import type { Evaluation, Learner, LearnerState, PhaseName, Points, Probe } from './protocol-learning';
import type { KeptNetwork, NetworkCard, NetworkForFile } from './protocol-library';
import type { Look, Looked } from './protocol-looks';
import type { MemoryEstimate } from './protocol-memory';
import type { FromSaving, ToSaving } from './protocol-saving';

export type * from './protocol-data';
export type * from './protocol-files';
export type * from './protocol-learning';
export type * from './protocol-library';
export type * from './protocol-looks';
export type * from './protocol-memory';
export type * from './protocol-saving';

/** What the learning runs on. */
export interface Device {
  readonly backend: 'condenser' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';
  /** Adapter or renderer name as the browser gives it; may be empty. */
  readonly name: string;
  /** True for SwiftShader and other emulated adapters. */
  readonly software: boolean;
  /** Why a better backend was not used; empty on WebGPU. */
  readonly reason: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** Which forms of kernels run, in words; only with our own kernels. */
  readonly kernels?: string;
}

/** Which executor and kernels to use; for tests and measurements, from the page's query. */
export interface BootOptions {
  readonly backend?: 'condenser' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';
  /** Default 'replay' where the backend can record. */
  readonly executor?: 'eager' | 'replay';
  /** 'ask': a frozen teacher is asked in every step, also where its answers could be kept. */
  readonly teacher?: 'ask' | 'keep';
  /** Forces a form on all kernels that have it. */
  readonly variant?: 'direct' | 'tiled' | 'subgroup' | 'half';
  /** Whether forms of kernels are measured before a run. Default: on, but off on software adapters. */
  readonly tuning?: 'on' | 'off';
  /** Products in half precision, where the device has 16 bit floats. */
  readonly half?: boolean;
  /** Milliseconds between saves of a run at least; 0: after every step, whatever it costs. */
  readonly saveEvery?: number;
  /** Whether students of one form share dispatches. Default 'auto': what is faster, by timing steps of the run. */
  readonly batching?: 'auto' | 'on' | 'off';
}

export type ToWorker =
  | ToSaving
  | { readonly type: 'boot'; readonly options: BootOptions }
  /** Makes the built-in data set of the configuration current. */
  | { readonly type: 'generate'; readonly request: number; readonly config: Config }
  /** What a run of this configuration would take; its data set becomes current. */
  | { readonly type: 'estimate'; readonly request: number; readonly config: Config }
  /** Reads dropped files. The current data set stays until `use`. */
  | {
      readonly type: 'import';
      readonly request: number;
      readonly files: readonly { readonly path: string; readonly blob: Blob }[];
      readonly config: Config;
      /** Applied whatever the images are; without them those of `config`, if these are its images. */
      readonly edits?: ClassEdits;
      /** What they are for: a pool needs no classes. */
      readonly role?: DataRole;
    }
  /** The preview that `preview` asked for, with other edits of its classes; answered like an import. */
  | {
      readonly type: 'revise';
      readonly request: number;
      readonly preview: number;
      readonly edits: ClassEdits;
      readonly config: Config;
    }
  | { readonly type: 'cancel-import'; readonly request: number }
  /** Makes an imported data set current, or with a role a further one of the set-up. */
  | { readonly type: 'use'; readonly request: number; readonly role?: DataRole }
  /** The further data sets of the configuration; its own becomes current. */
  | { readonly type: 'others'; readonly request: number; readonly config: Config }
  | { readonly type: 'start'; readonly run: number; readonly config: Config }
  /** What the regimes of the configuration would make of its data, which is made current. */
  | { readonly type: 'preview-regimes'; readonly request: number; readonly config: Config }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** One training step, then pause. */
  | { readonly type: 'step' }
  /** Drops the run; the data set stays. */
  | { readonly type: 'reset' }
  /** Parameter changes that apply while running: method parameters and optimiser settings, by student key. */
  | { readonly type: 'adjust'; readonly config: Config }
  /** Logits of every learner on a split, the test split unless said; for a run that is paused or over. */
  | { readonly type: 'predictions'; readonly request: number; readonly split?: SplitName }
  /** The trained weights of every learner; for a run that is paused or over. */
  | { readonly type: 'networks'; readonly request: number }
  /** Every image of a set-up, with what its regimes make of the training split. */
  | { readonly type: 'setup-images'; readonly request: number; readonly config: Config }
  /** Images of the current data set to draw, by row of a split. */
  | {
      readonly type: 'pictures';
      readonly request: number;
      readonly split: SplitName;
      readonly rows: readonly number[];
    }
  /** Keeps a learner's network of the current run; answered, like the next four, with the whole library. */
  | {
      readonly type: 'keep-network';
      readonly request: number;
      readonly learner: string;
      readonly name: string;
      /** What the learner is called on the page. */
      readonly label: string;
    }
  | { readonly type: 'list-networks'; readonly request: number }
  | {
      readonly type: 'rename-network';
      readonly request: number;
      readonly key: string;
      readonly name: string;
    }
  | { readonly type: 'delete-networks'; readonly request: number; readonly keys: readonly string[] }
  /** Networks from files. All or none: each is built and filled once before any is kept. */
  | {
      readonly type: 'add-networks';
      readonly request: number;
      readonly networks: readonly KeptNetwork[];
    }
  /** Kept networks with their weights. */
  | { readonly type: 'kept-networks'; readonly request: number; readonly keys: readonly string[] }
  /** Looks into the learners of a run that is paused or over. */
  | { readonly type: 'look'; readonly request: number; readonly look: Look }
  /** Golden cases through the app's own method code; see src/golden. */
  | { readonly type: 'golden'; readonly request: number; readonly file: string; readonly content: unknown }
  | { readonly type: 'list'; readonly request: number; readonly kind: ListKind }
  /** Hooks for tests and measurements; the page itself never sends them. */
  | {
      readonly type: 'debug';
      readonly request: number;
      readonly action: 'lose-device' | 'memory' | 'counters' | 'overfill';
      /** Of 'overfill': whose recording asks for too much. */
      readonly learner?: string;
    };

export type ListKind = 'methods' | 'models' | 'tasks' | 'datasets' | 'regimes' | 'metrics' | 'importers';

export interface GoldenResult {
  readonly name: string;
  /** Largest relative error over values and over gradients; undefined when the case has none. */
  readonly values?: number;
  readonly gradients?: number;
  readonly passed: boolean;
  /** Why a case has no result: no such method, no such case. */
  readonly missing?: string;
}

export type FromWorker =
  | FromSaving
  | { readonly type: 'ready'; readonly device: Device }
  /** The forms of kernels that run now: said again when measuring changed them. */
  | { readonly type: 'kernels'; readonly kernels: string }
  | {
      readonly type: 'dataset';
      readonly request: number;
      readonly summary: DatasetSummary;
      readonly current: boolean;
    }
  | { readonly type: 'others'; readonly request: number; readonly others: OtherSummaries }
  /** Without WebGPU there is no estimate. */
  | { readonly type: 'estimated'; readonly request: number; readonly memory?: MemoryEstimate }
  | {
      readonly type: 'import-progress';
      readonly request: number;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'import-refused';
      readonly request: number;
      readonly code: ReasonCode;
      readonly message: string;
    }
  | {
      readonly type: 'started';
      readonly run: number;
      readonly learners: readonly Learner[];
      readonly totalSteps: number;
    }
  /** What the regimes made of the training images: of the run, or asked for as a preview. */
  | { readonly type: 'regimes'; readonly request?: number; readonly report: RegimeReport }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'points'; readonly points: readonly Points[] }
  | { readonly type: 'evaluated'; readonly evaluations: readonly Evaluation[] }
  | { readonly type: 'state'; readonly learner: string; readonly state: LearnerState }
  | { readonly type: 'probe'; readonly probe: Probe }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  | { readonly type: 'finished'; readonly run: number }
  /** The run stopped as a whole; the data set and the set-up stay. */
  | {
      readonly type: 'run-failed';
      readonly run: number;
      readonly message: string;
      readonly deviceLost: boolean;
    }
  | { readonly type: 'predictions'; readonly request: number; readonly items: readonly PredictionItem[] }
  | { readonly type: 'networks'; readonly request: number; readonly items: readonly NetworkItem[] }
  | { readonly type: 'setup-images'; readonly request: number; readonly images: SetupImages }
  | {
      readonly type: 'pictures';
      readonly request: number;
      /** RGBA of each row asked for, `height * width * 4` bytes. */
      readonly pictures: readonly Uint8ClampedArray<ArrayBuffer>[];
    }
  /** Newest first. */
  | { readonly type: 'library'; readonly request: number; readonly networks: readonly NetworkCard[] }
  | { readonly type: 'kept-networks'; readonly request: number; readonly networks: readonly NetworkForFile[] }
  | { readonly type: 'looked'; readonly request: number; readonly found: Looked }
  | { readonly type: 'golden'; readonly request: number; readonly results: readonly GoldenResult[] }
  | { readonly type: 'listed'; readonly request: number; readonly items: readonly unknown[] }
  | { readonly type: 'debug'; readonly request: number; readonly result: unknown }
  /** A request failed; nothing else changed. */
  | { readonly type: 'error'; readonly request?: number; readonly message: string }
  /** Twice a second from the worker's own timer. `busy`: the next sign may be late, no pause is made meanwhile. */
  | { readonly type: 'heartbeat'; readonly busy?: true };

export interface PredictionItem {
  readonly learner: string;
  readonly rows: number;
  readonly classes: number;
  readonly logits: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  /** Row of each image in the split of the whole data set. */
  readonly index: Int32Array<ArrayBuffer>;
}

export interface Progress {
  readonly phase: PhaseName;
  /** What is being waited for, in plain words; empty while steps run. */
  readonly note: string;
  /** Steps done in this run over all phases. */
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Training images per second over the last seconds, all learners together. */
  readonly imagesPerSecond: number;
  /** Wall milliseconds per training step of the whole run, mean over the last seconds. */
  readonly stepMilliseconds: number;
  /** Measured cost of each learner's share of a step, ms; by learner id; absent until measured. */
  readonly learnerMilliseconds: Readonly<Record<string, number>>;
  /** How a frozen teacher is asked, in plain words; absent until a student has read it. */
  readonly teacher?: string;
  /** Whether students of one form share GPU dispatches; absent until that is decided. */
  readonly batching?: {
    readonly way: 'separate' | 'together';
    /** Students that can share. */
    readonly lanes: number;
    /** GPU commands of these students in one step, each way. */
    readonly commands: { readonly separate: number; readonly together: number };
    /** Median milliseconds of a step of the whole run, each way; absent when the way was ordered. */
    readonly milliseconds?: { readonly separate: number; readonly together: number };
  };
  /** Seconds left; undefined while unknown. */
  readonly secondsLeft?: number;
}
