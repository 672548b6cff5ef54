/** Further data sets of a set-up, in messages. Types only. */
import type { DataRole } from '../core/config';
import type { DatasetSummary } from '../data/dataset';

/** What is known of a further data set, or why there is none. */
export type OtherSummary =
  | { readonly summary: DatasetSummary }
  /** `absent`: the images it names were not dropped. */
  | { readonly problem: string; readonly absent: boolean };

export type OtherSummaries = Readonly<Partial<Record<DataRole, OtherSummary>>>;
