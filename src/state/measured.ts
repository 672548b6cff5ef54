/** The results the project ships, fetched as their own file when a method page first asks. */
import { create } from 'zustand';
import type { Results } from '../share/results';

/** Empty where no results have been written yet. */
const files = import.meta.glob<Results>('../../docs/results.json', { import: 'default' });

export interface MeasuredState {
  /** `missing`: there is no file, or it could not be fetched. */
  readonly status: 'unread' | 'reading' | 'read' | 'missing';
  readonly results: Results | undefined;
}

export const useMeasured = create<MeasuredState>()(() => ({ status: 'unread', results: undefined }));

/** Fetches the results once; a failed fetch is tried again by the next page that asks. */
export async function readMeasured(): Promise<void> {
  const { status } = useMeasured.getState();
  if (status === 'reading' || status === 'read') return;
  useMeasured.setState({ status: 'reading' });
  const results = await Object.values(files)[0]?.().catch(() => undefined);
  useMeasured.setState(
    results?.version === 1 ? { status: 'read', results } : { status: 'missing', results: undefined },
  );
}
