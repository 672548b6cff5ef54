/** The current data set, the one being read, and what stands in the way. */
import { create } from 'zustand';
import type { ClassEdits } from '../core/class-edits';
import type { Config, DataRole } from '../core/config';
import type { DatasetSummary, ReasonCode } from '../data/dataset';

export interface DroppedFile {
  readonly path: string;
  readonly blob: Blob;
}

export interface ImportPreview {
  readonly request: number;
  readonly summary: DatasetSummary;
  /** The set-up the images were read for. */
  readonly config: Config;
  /** What the images are for; absent: to be the set-up's own data set. */
  readonly role?: DataRole | undefined;
  /** Edits of the classes before the present ones, oldest first. */
  readonly past: readonly ClassEdits[];
  /** The worker applies an edit. */
  readonly busy: boolean;
  /** Why the last edit was not applied. */
  readonly refused: string;
}

export interface DatasetState {
  readonly current: DatasetSummary | undefined;
  /** Images are being generated or swapped in. */
  readonly pending: boolean;
  readonly error: string;
  readonly importing: { readonly request: number; readonly done: number; readonly total: number } | undefined;
  readonly preview: ImportPreview | undefined;
  readonly refused: { readonly code: ReasonCode | 'READ'; readonly message: string } | undefined;
  /** The link asks for the maker's own images, which only they have. */
  readonly wanted: { readonly name: string; readonly fingerprint: string } | undefined;
}

export const useDataset = create<DatasetState>()(() => ({
  current: undefined,
  pending: false,
  error: '',
  importing: undefined,
  preview: undefined,
  refused: undefined,
  wanted: undefined,
}));
