/** Finished runs as this browser keeps them (IndexedDB). Settings and numbers only, never images or weights. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Config } from '../core/config';
import type { Learner, LearnerState } from '../worker/protocol';

/** Rows of `[step, columns...]`, row-major. */
export interface KeptSeries {
  readonly columns: readonly string[];
  readonly rows: Float32Array<ArrayBuffer>;
}

export interface KeptLearner {
  readonly learner: Learner;
  readonly state: LearnerState['kind'];
  /** By metric id, on the final test images. */
  readonly test: Readonly<Record<string, number>>;
  /** Validation metrics after every epoch. */
  readonly validation: KeptSeries;
}

export interface KeptRun {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly name: string;
  readonly note: string;
  readonly pinned: boolean;
  readonly config: Config;
  readonly data: { readonly name: string; readonly fingerprint: string; readonly classes: number };
  /** What it ran on, as the device chip says. */
  readonly device: string;
  readonly learners: readonly KeptLearner[];
}

interface Runs extends DBSchema {
  runs: { key: string; value: KeptRun };
}

let database: Promise<IDBPDatabase<Runs>> | undefined;

function open(): Promise<IDBPDatabase<Runs>> {
  database ??= openDB<Runs>('condenser-runs', 1, {
    upgrade(db) {
      db.createObjectStore('runs', { keyPath: 'key' });
    },
  });
  // A refusal (private mode, full disk) is not remembered: the next attempt may succeed.
  database.catch(() => {
    database = undefined;
  });
  return database;
}

export async function readRuns(): Promise<KeptRun[]> {
  return (await open()).getAll('runs');
}

export async function writeRun(run: KeptRun): Promise<void> {
  await (await open()).put('runs', run);
}

export async function deleteRuns(keys: readonly string[]): Promise<void> {
  const transaction = (await open()).transaction('runs', 'readwrite');
  await Promise.all([...keys.map((key) => transaction.store.delete(key)), transaction.done]);
}
