/** Which lanes of an executor run together, and how that is decided. */
import { LaneBatch, similarRecordings } from './batch';
import { type Batching, type Decision, Trial, type Way } from './choice';
import type { Command, Recording } from './commands';
import { gpu } from './gpu';
import { settle } from './sync';

/** Lanes that may run together, by group. */
export type Groups = ReadonlyMap<string, readonly Recording[]>;

/** Steps before a trial: those of the start are slow. */
const WARM = 10;
/** Steps left that make compiling the shared programs worth while, and those that make a trial so. */
const WORTH = { compile: 200, trial: 40 } as const;

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

export class Together {
  private readonly batching: Batching;
  private batches: readonly LaneBatch[] = [];
  private trial: Trial | undefined;
  private compiled = false;
  private steps = 0;
  private way: Way | undefined;
  decision: Decision | undefined;

  constructor(batching: Batching) {
    this.batching = batching;
    if (batching === 'on') this.way = 'together';
    if (batching === 'off') this.way = 'separate';
  }

  /** The batch by which a recording runs now, if it does. */
  batchOf(recording: Recording): LaneBatch | undefined {
    if (!this.active && !recording.thin) return undefined;
    return this.batches.find(({ recordings }) => recordings.includes(recording));
  }

  /** True when the coming step shares dispatches. */
  get active(): boolean {
    return (this.trial?.way ?? this.way) === 'together';
  }

  /** Brings the batches in line with the recordings there are. Recordings without memory need a batch. */
  follow(groups: Groups): void {
    this.stopTrial();
    this.build(this.way === 'together' ? groups : new Map());
    for (const batch of this.batches) batch.adopt();
    if (this.batching === 'on' && this.batches.length > 0) this.decide('together');
  }

  private build(groups: Groups): void {
    const wanted = [...groups.values()]
      .flatMap((list) => (list.length > 1 ? similarRecordings(list) : [list]))
      .filter((list) => list.length > 1 || list.some(({ thin }) => thin));
    const kept = this.batches.filter(({ recordings }) => wanted.some((list) => sameList(list, recordings)));
    for (const batch of this.batches) if (!kept.includes(batch)) batch.dispose();
    const news = wanted.filter((list) => !kept.some(({ recordings }) => sameList(list, recordings)));
    this.batches = [...kept, ...news.map((list) => new LaneBatch(gpu()!, list))];
  }

  private stopTrial(): void {
    this.trial = undefined;
    this.compiled = false;
    this.steps = 0;
  }

  /**
   * After every step: starts a trial when the time has come, and ends it with a decision.
   * @param started when the step was issued, in ms.
   * @returns true when the commands of the coming step are others than those of the last.
   */
  async tune(groups: Groups, left: number, started: number): Promise<boolean> {
    if (this.way) return false;
    if (this.trial) return this.measure(this.trial, started);
    this.steps++;
    if (this.steps < WARM || left < WORTH.trial) return false;
    if (this.batches.length === 0 && left >= WORTH.compile) this.compile(groups);
    if (!this.compiled) return false;
    await settle(0);
    this.trial = new Trial();
    return true;
  }

  /** Makes what a trial needs; steps go on meanwhile. */
  private compile(groups: Groups): void {
    this.build(groups);
    const { batches } = this;
    // Nothing to share, and that stays so until the recordings change.
    if (batches.length === 0) this.steps = Number.NEGATIVE_INFINITY;
    else
      void gpu()!
        .compile(
          undefined,
          batches.flatMap(({ commands }) => [...commands]),
        )
        .then(() => {
          if (this.batches === batches) this.compiled = true;
        });
  }

  private async measure(trial: Trial, started: number): Promise<boolean> {
    await settle(0);
    trial.add(performance.now() - started);
    if (!trial.done) return true;
    const { way, milliseconds } = trial.result;
    this.stopTrial();
    this.way = way;
    this.decide(way, milliseconds);
    if (way === 'together') for (const batch of this.batches) batch.adopt();
    else this.build(new Map());
    return true;
  }

  private decide(way: Way, milliseconds?: Decision['milliseconds']): void {
    const { batches } = this;
    const lanes = batches.flatMap(({ recordings }) => recordings);
    const count = (lists: readonly { readonly commands: readonly Command[] }[]) =>
      lists.reduce((sum, { commands }) => sum + commands.length, 0);
    this.decision = {
      way,
      lanes: lanes.length,
      commands: { separate: count(lanes), together: count(batches) },
      ...(milliseconds ? { milliseconds } : {}),
    };
  }

  dispose(): void {
    this.build(new Map());
  }
}
