/** Whether lanes run together is decided by timing steps of the run itself: both ways give the same numbers. */

export type Way = 'separate' | 'together';

/** How lanes of one architecture run: 'auto' measures which way is faster. */
export type Batching = 'auto' | 'on' | 'off';

/** What came of it, for the page and for reports. */
export interface Decision {
  readonly way: Way;
  /** Lanes that can share dispatches. */
  readonly lanes: number;
  /** GPU commands of one step, each way. */
  readonly commands: Readonly<Record<Way, number>>;
  /** Median milliseconds of a step, each way; absent when the way was ordered. */
  readonly milliseconds?: Readonly<Record<Way, number>>;
}

/** Timed steps of each way, after one that is not counted. */
const SAMPLES = 7;
/** Together must be this much faster: a tie is not worth a change. */
const GAIN = 0.97;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.POSITIVE_INFINITY;

/** Takes turns between the two ways, so that noise hits both alike. */
export class Trial {
  private readonly times: Record<Way, number[]> = { separate: [], together: [] };
  private steps = 0;

  /** The way of the coming step. */
  get way(): Way {
    return this.steps % 2 === 0 ? 'together' : 'separate';
  }

  /** Milliseconds of the step just done, from an idle device to an idle device. */
  add(milliseconds: number): void {
    if (this.steps >= 2) this.times[this.way].push(milliseconds);
    this.steps++;
  }

  get done(): boolean {
    return this.times.separate.length >= SAMPLES;
  }

  get result(): { way: Way; milliseconds: Readonly<Record<Way, number>> } {
    const [separate, together] = [median(this.times.separate), median(this.times.together)];
    const way = together < separate * GAIN ? 'together' : 'separate';
    return { way, milliseconds: { separate, together } };
  }
}
