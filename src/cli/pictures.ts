/** What methods draw of their own numbers while a run goes on: the last state, and means over the epochs. Pure. */
import { LINE_LIMIT } from '../core/panel';
import type { RunEvent } from './protocol';

type Probe = Extract<RunEvent, { readonly type: 'probe' }>['probe'];

/** More numbers than these are images and maps, of which only one kind of reader has a use: the page. */
const MOST = 512;

export interface Picture {
  readonly shape: readonly number[];
  readonly last: readonly number[];
  /** Over the epochs, of the short ones that the page draws as lines. */
  readonly mean?: readonly number[];
}

/** By panel key. */
export type Pictures = Readonly<Record<string, Picture>>;

interface Sum {
  readonly shape: readonly number[];
  readonly last: readonly number[];
  readonly sum: readonly number[];
  readonly times: number;
}

/** Pictures of all learners, kept small. */
export class PictureBook {
  private readonly sums = new Map<string, Map<string, Sum>>();

  add({ learner, panels }: Probe): void {
    const own = this.sums.get(learner) ?? new Map<string, Sum>();
    this.sums.set(learner, own);
    for (const { key, shape, data } of panels) {
      if (data.length > MOST) continue;
      const old = own.get(key);
      const same = old?.sum.length === data.length;
      const sum = same ? data.map((value, i) => value + old.sum[i]!) : data;
      own.set(key, { shape, last: data, sum, times: same ? old.times + 1 : 1 });
    }
  }

  /** Undefined without any. */
  of(learner: string): Pictures | undefined {
    const own = this.sums.get(learner);
    if (!own) return undefined;
    return Object.fromEntries(
      [...own].map(([key, { shape, last, sum, times }]) => {
        const short = last.length <= LINE_LIMIT;
        return [key, { shape, last, ...(short ? { mean: sum.map((value) => value / times) } : {}) }];
      }),
    );
  }
}
