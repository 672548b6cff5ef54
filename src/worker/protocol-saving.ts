/** What page and worker say to each other about runs that are kept to go on with. Types only. */
import type { Config } from '../core/config';
import type { DatasetSummary } from '../data/dataset';
import type { OtherSummaries } from './protocol-data';

/** An interrupted run, or what would be left of the running one. */
export interface SavedRun {
  /** Typed by the person; may be empty. */
  readonly name: string;
  /** What its images are called. */
  readonly data: string;
  readonly step: number;
  readonly totalSteps: number;
  /** When it was saved: milliseconds since 1970. */
  readonly time: number;
}

export interface Saving {
  /** 'here': this tab saves. 'elsewhere': another one does. 'off': the browser keeps nothing. */
  readonly role: 'unknown' | 'here' | 'elsewhere' | 'off';
  /** What can be gone on with. */
  readonly kept?: SavedRun;
  /** Why the last save did not happen. `full`: there was no room. */
  readonly unsaved?: { readonly message: string; readonly full: boolean };
  /** Why what was found is not used, or nothing can be kept. */
  readonly problem?: string;
  /** Of the last save: bytes written, and milliseconds the training waited. */
  readonly cost?: { readonly bytes: number; readonly milliseconds: number };
}

export type ToSaving =
  /** Goes on with the kept run as run number `run`; answered by `resuming` before it starts. */
  | { readonly type: 'resume-saved'; readonly request: number; readonly run: number }
  /** Drops the kept run. */
  | { readonly type: 'discard-saved' }
  /** This tab saves from now on. */
  | { readonly type: 'take-over' }
  /** The page may be closed any moment. */
  | { readonly type: 'save-soon' };

export type FromSaving =
  | { readonly type: 'saving'; readonly saving: Saving }
  | {
      readonly type: 'resuming';
      readonly request: number;
      readonly config: Config;
      readonly summary: DatasetSummary;
      readonly others: OtherSummaries;
    };
