/** The images under inspection: what every learner answered, and the pictures fetched so far. */
import { create } from 'zustand';
import type { SplitName } from '../data/dataset';
import type { PredictionItem } from '../worker/protocol';
import type { Filter } from './answers';
import { useDataset } from './dataset';
import { shownEvaluations, useRun } from './run';
import { client } from './session';
import { inspect, select } from './view';

export interface SamplesState {
  readonly split: SplitName;
  readonly items: readonly PredictionItem[];
  /** What the items belong to; another text means they are out of date. */
  readonly of: string;
  readonly loading: boolean;
  readonly error: string;
  readonly filter: Filter;
  /** Image of the split under the loupe. */
  readonly chosen: number | undefined;
  readonly shown: number;
  readonly temperature: number;
  /** RGBA by row of the split. */
  readonly pictures: ReadonlyMap<number, Uint8ClampedArray<ArrayBuffer>>;
}

/** Pictures added by one press of "more". */
export const PAGE = 24;

const NOTHING = { items: [], pictures: new Map(), chosen: undefined, shown: PAGE, error: '' } as const;

export const useSamples = create<SamplesState>()(() => ({
  ...NOTHING,
  split: 'test',
  of: '',
  loading: false,
  filter: { kind: 'wrong' },
  temperature: 1,
}));

/** True when learners can be asked: the run stands still and has begun. */
export const canAsk = (status: string): boolean => status === 'paused' || status === 'finished';

const stamp = (): string => {
  const { run, progress } = useRun.getState();
  return `${run}/${progress?.step ?? 0}`;
};

/** Asks every learner about the split that the result table shows, unless that was done for this very step. */
export async function loadSamples(): Promise<void> {
  const { status } = useRun.getState();
  const { of: known, loading } = useSamples.getState();
  const of = stamp();
  if (!canAsk(status) || loading || known === of) return;
  const { split } = shownEvaluations(useRun.getState());
  useSamples.setState({ loading: true, error: '' });
  const reply = await client.request({ type: 'predictions', split }).reply;
  if (reply.type !== 'predictions') {
    const error = reply.type === 'error' ? reply.message : 'No answers came back.';
    useSamples.setState({ ...NOTHING, loading: false, of, error });
    return;
  }
  useSamples.setState({ ...NOTHING, loading: false, of, split, items: reply.items });
}

/** Fetches the pictures of rows that are not here yet. */
export async function fetchPictures(rows: readonly number[]): Promise<void> {
  const { pictures, split, of } = useSamples.getState();
  const missing = rows.filter((row) => !pictures.has(row));
  if (missing.length === 0 || !useDataset.getState().current) return;
  const reply = await client.request({ type: 'pictures', split, rows: missing }).reply;
  if (reply.type !== 'pictures' || useSamples.getState().of !== of) return;
  const all = new Map(useSamples.getState().pictures);
  missing.forEach((row, i) => {
    const picture = reply.pictures[i];
    if (picture) all.set(row, picture);
  });
  useSamples.setState({ pictures: all });
}

export const showFilter = (filter: Filter): void =>
  useSamples.setState({ filter, shown: PAGE, chosen: undefined });
export const choose = (chosen: number | undefined): void => useSamples.setState({ chosen });
export const showMore = (): void => useSamples.setState(({ shown }) => ({ shown: shown + PAGE }));
export const setTemperature = (temperature: number): void => useSamples.setState({ temperature });

/** Opens the images behind one cell of a learner's confusion matrix. */
export function showCell(key: string, truth: number, answer: number): void {
  select(key);
  showFilter({ kind: 'cell', truth, answer });
  inspect('samples');
}
