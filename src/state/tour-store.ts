/** Where the tour is. */
import { create } from 'zustand';
import type { SetupState } from './setup';

export interface TourState {
  /** Place of the running tour, from 0; undefined: none runs. */
  readonly at: number | undefined;
  /** The set-up before it, which comes back at its end. */
  readonly before: SetupState | undefined;
}

export const useTour = create<TourState>()(() => ({ at: undefined, before: undefined }));
