/** What the page and the workers of the engines say to each other, and the form of the results. */
import type { Weights } from './nets';

/** One training loop in one engine. */
export interface Trainer {
  readonly parameters: number;
  /** Whatever must be there before the first step; counts as part of it. */
  prepare?(): Promise<void>;
  /** Which forms of kernels run, and what choosing them took; once prepared. */
  forms?(): string;
  /** Issues one step; the device may still be working when it returns. */
  step(): void;
  /** Waits until all issued steps are done; the loss of the last one, where there is one. */
  finish(): Promise<number | undefined>;
}

export interface Start {
  readonly engine: string;
  readonly net: string;
  readonly weights: Weights;
}

export interface Round {
  /** Wall milliseconds per step, to the end of the last one. */
  readonly ms: number;
  /** JavaScript milliseconds of a step that begins with an idle queue, the median of a few. */
  readonly js: number;
}

/** Bytes of a whole run of the product, and what the adapter offers. */
export interface Memory {
  readonly features: readonly string[];
  readonly estimated: number;
  readonly measured: number;
}

/** Test accuracy by seed. */
export interface Accuracy {
  readonly full: readonly number[];
  readonly half: readonly number[];
}

/** Milliseconds by the number of whatever grows, the smallest first. */
export type Series = readonly { readonly count: number; readonly ms: number }[];

/** How costs grow. */
export interface Growth {
  /** Of a step of the cnn, by images in its batch. */
  readonly batch: Series;
  /** Of a step of a thin mlp, by images in the set. */
  readonly images: Series;
  /** Of an import, by files. */
  readonly files: Series;
}

/** What was measured on the product as a whole; parts that failed are left out. */
export interface Product {
  readonly growth?: Growth;
  readonly memory?: Memory;
  readonly accuracy?: Accuracy;
  /** Milliseconds to the first point of a curve on the built page, with the ready set-up. */
  readonly firstPoint?: { readonly afterStart: number; readonly afterNavigation: number };
}

/** WebGPU traffic of one step. */
export interface Traffic {
  readonly dispatches: number;
  readonly submits: number;
  readonly bytesWritten: number;
  /** Pipelines made since the engine started. */
  readonly pipelines: number;
  /** Bytes of all live buffers of the engine. */
  readonly memory: number;
}

/** Time of one kind of dispatch inside a step. */
export interface ProfileRow {
  readonly kernel: string;
  readonly count: number;
  readonly ms: number;
}

/** Calls a worker answers, by name. */
export interface Calls {
  start(start: Start): Promise<{
    parameters: number;
    firstStepMs: number;
    loss: number | undefined;
    forms: string | undefined;
  }>;
  weights(net: string): Promise<Weights>;
  losses(steps: number): Promise<(number | undefined)[]>;
  run(steps: number): Promise<Round & { readonly loss?: number; readonly traffic?: Traffic }>;
  memory(_: null): Promise<Memory>;
  accuracy(_: null): Promise<Accuracy>;
  growth(quick: boolean): Promise<Growth>;
  profile(net: string): Promise<ProfileRow[]>;
}

export interface Measured {
  readonly state: 'ok' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly message?: string;
  readonly parameters?: number;
  readonly firstStepMs?: number;
  readonly forms?: string;
  readonly losses?: readonly number[];
  /** Steps per round. */
  readonly steps?: number;
  readonly rounds?: readonly Round[];
  readonly traffic?: Traffic;
}

export interface NetResult {
  readonly batch: number;
  readonly engines: Readonly<Record<string, Measured>>;
}

export interface Results {
  readonly date: string;
  readonly adapter: string;
  readonly browser: string;
  readonly cores: number;
  /** Added where the page is started from a checkout. */
  readonly commit?: string;
  readonly command?: string;
  /** Load average of the machine before the run: above about 1, times are noisy. */
  readonly load?: string;
  readonly product?: Product;
  readonly nets: Readonly<Record<string, NetResult>>;
  readonly ratios: Readonly<Record<string, number>>;
}
