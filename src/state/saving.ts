/** What the worker says about saving, and what is being done about an interruption. */
import { create } from 'zustand';
import type { Saving } from '../worker/protocol';

export interface SavingState {
  readonly saving: Saving;
}

export const useSaving = create<SavingState>()(() => ({ saving: { role: 'unknown' } }));
