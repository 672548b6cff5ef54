/** Finished runs as this browser keeps them (IndexedDB). Settings and numbers only, never images or weights. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Config } from '../core/config';
import { notNewer } from '../core/newer';
import type { Learner, LearnerState, ReliabilityBins } from '../worker/protocol';
import type { Axis, Point } from './sweep';

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
  /** Rows of `[step, seconds of the run]`; absent in runs kept before this was measured. */
  readonly times?: Float32Array<ArrayBuffer>;
  /** Confidence against accuracy on the final test images; from form 2 on, and for learners that were tested. */
  readonly reliability?: ReliabilityBins;
}

/** Form of the records that are written now. Form 1 has no reliability and no number; both are read. */
export const FORM = 2;

export interface KeptRun {
  /** Of the record; absent in form 1. */
  readonly form?: number;
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
  /** From the first step to the end, pauses left out; absent in runs kept before this was measured. */
  readonly seconds?: number;
  /** The sweep the run is a point of. */
  readonly sweep?: { readonly id: string; readonly point: Point };
}

/** A sweep; its points that came to their end are runs with its id. */
export interface KeptSweep {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly name: string;
  readonly kind: 'grid' | 'random';
  readonly axes: readonly Axis[];
  readonly points: readonly Point[];
  /** Points that gave no run, with the reason. */
  readonly failures: readonly { readonly point: Point; readonly message: string }[];
  /** The set-up that is varied; absent in sweeps kept before it was, whose runs hold it. */
  readonly base?: Config;
  /** Whether its training came to an end or was ended. False: the page went in the midst of it. */
  readonly ended?: boolean;
}

interface Runs extends DBSchema {
  runs: { key: string; value: KeptRun };
  sweeps: { key: string; value: KeptSweep };
}

let database: Promise<IDBPDatabase<Runs>> | undefined;

function open(): Promise<IDBPDatabase<Runs>> {
  const opening = () =>
    openDB<Runs>('condenser-runs', 2, {
      upgrade(db, from) {
        if (from < 1) db.createObjectStore('runs', { keyPath: 'key' });
        db.createObjectStore('sweeps', { keyPath: 'id' });
      },
      // Another page wants a newer form: this one lets go and opens again when it needs to.
      blocking() {
        void database?.then((db) => db.close());
        database = undefined;
      },
    });
  database ??= notNewer(opening(), 'runs');
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

export async function readSweeps(): Promise<KeptSweep[]> {
  return (await open()).getAll('sweeps');
}

export async function writeSweep(sweep: KeptSweep): Promise<void> {
  await (await open()).put('sweeps', sweep);
}

export async function deleteSweep(id: string): Promise<void> {
  await (await open()).delete('sweeps', id);
}
