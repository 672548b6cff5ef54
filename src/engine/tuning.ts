/**
 * Picks the fastest form of a kernel by measuring, before the first step that uses it. An answer once given is kept
 * for good, on disk too: runs of one configuration on one machine do the same arithmetic. What is asked for while
 * nothing can be measured (eager work, no time left) is answered with the standard form, for good as well.
 */
import type { Command, Gpu, Recording } from './gpu';
import { canTime, playTimed } from './timing';
import type { Ask, Chooser, Variant } from './variants';

/** Milliseconds a run may spend on measuring, in all. */
export const TUNING_MILLISECONDS = 300;

/** Another form must be this much faster than the standard one, so that noise does not decide. */
const CLEARLY = 0.87;
/** Kernels measured together: between groups the clock is looked at. */
const GROUP = 4;
/** Each form is repeated until it takes about this long: timestamps may be as coarse as 0.1 ms. */
const GOAL_MILLISECONDS = 1;
const MOST_REPEATS = 50;
const ROUNDS = 2;

export type Choices = Readonly<Record<string, Variant>>;

/** Where choices outlive the page. */
export interface ChoiceStore {
  load(): Promise<Choices>;
  save(choices: Choices): Promise<void>;
}

/** Sizes within a factor of two share an answer. */
export const keyOf = ({ kernel, size }: Pick<Ask, 'kernel' | 'size'>): string =>
  `${kernel}/${size.map((n) => Math.round(Math.log2(Math.max(1, n)))).join('x')}`;

interface Open {
  readonly ask: Ask;
  readonly standard: Variant;
}

interface Trial {
  readonly form: Variant;
  readonly recording: Recording;
}

/** Milliseconds of one run of each list, or undefined when `expired` said so. */
export type MeasureLists = (
  gpu: Gpu,
  lists: readonly (readonly Command[])[],
  expired: () => boolean,
) => Promise<number[] | undefined>;

export class Tuner implements Chooser {
  private readonly store: ChoiceStore;
  private readonly measureLists: MeasureLists;
  private readonly decided = new Map<string, Variant>();
  private readonly open = new Map<string, Open>();
  private left = TUNING_MILLISECONDS;
  /** Set while a step is recorded whose asks may be measured afterwards. */
  private collecting = false;
  private measuring = false;
  /** Goes up with every answer that is not the standard form, so that older recordings can be told. */
  version = 0;
  private changed = false;
  /** Kernels measured, milliseconds it took, and those for which there was no time; since the page opened. */
  readonly counts = { measured: 0, milliseconds: 0, skipped: 0 };

  constructor(store: ChoiceStore, measureLists: MeasureLists = fastestTimes) {
    this.store = store;
    this.measureLists = measureLists;
  }

  async load(): Promise<void> {
    for (const [key, form] of Object.entries(await this.store.load())) this.decided.set(key, form);
  }

  /** A run begins: it may measure again. */
  begin(): void {
    this.left = TUNING_MILLISECONDS;
    void this.keep();
  }

  choose(ask: Ask, standard: Variant): Variant {
    const key = keyOf(ask);
    const known = this.decided.get(key);
    if (known && ask.forms.includes(known)) return known;
    if (this.measuring) return standard;
    if (this.collecting) this.open.set(key, { ask, standard });
    else this.decide(key, standard);
    return standard;
  }

  private decide(key: string, form: Variant): void {
    this.decided.set(key, form);
    this.changed = true;
  }

  /** Records with the choices there are; those that are missing are measured by `settle`. */
  collect<T>(record: () => T): T {
    this.collecting = true;
    try {
      return record();
    } finally {
      this.collecting = false;
    }
  }

  /** Decides what was left open. */
  async settle(gpu: Gpu): Promise<void> {
    const queue = [...this.open].sort(([, a], [, b]) => costOf(b.ask) - costOf(a.ask));
    this.open.clear();
    while (queue.length > 0) {
      const group = queue.splice(0, GROUP);
      const fastest = this.left > 0 ? await this.race(gpu, group) : undefined;
      if (!fastest) this.counts.skipped += group.length;
      group.forEach(([key, { standard }], i) => {
        const form = fastest?.[i] ?? standard;
        if (form !== standard) this.version++;
        this.decide(key, form);
      });
    }
    await this.keep();
  }

  /** Writes new answers to the store; without one, they last as long as the page. */
  async keep(): Promise<void> {
    if (!this.changed) return;
    this.changed = false;
    await this.store.save(Object.fromEntries(this.decided));
  }

  /** The fastest form of each, or undefined when time ran out first. */
  private async race(
    gpu: Gpu,
    group: readonly (readonly [string, Open])[],
  ): Promise<(Variant | undefined)[] | undefined> {
    const start = performance.now();
    const limit = this.left;
    const expired = () => performance.now() - start >= limit;
    // A form that fails is not chosen; what else is wrong with the device shows elsewhere.
    const measured = this.measure(
      gpu,
      group.map(([, open]) => open),
      expired,
    ).catch(() => undefined);
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), limit));
    const result = await Promise.race([measured, late]);
    const took = performance.now() - start;
    this.left -= took;
    this.counts.milliseconds += took;
    if (result) this.counts.measured += group.length;
    return result;
  }

  private async measure(
    gpu: Gpu,
    group: readonly Open[],
    expired: () => boolean,
  ): Promise<(Variant | undefined)[] | undefined> {
    const trials = group.map(({ ask }) => ask.forms.map((form) => this.trial(gpu, ask, form)));
    const all = trials.flat();
    try {
      await gpu.compile();
      if (expired()) return undefined;
      const times = await this.measureLists(
        gpu,
        all.map(({ recording }) => recording.commands),
        expired,
      );
      if (!times) return undefined;
      const timeOf = new Map(all.map((trial, i) => [trial, times[i] as number]));
      return trials.map((list, i) => pick(list, (trial) => timeOf.get(trial)!, group[i]!.standard));
    } finally {
      for (const { recording } of all) gpu.drop(recording);
    }
  }

  private trial(gpu: Gpu, ask: Ask, form: Variant): Trial {
    this.measuring = true;
    try {
      return { form, recording: gpu.record(() => ask.launch(gpu, form)) };
    } finally {
      this.measuring = false;
    }
  }

  /** How many sizes of which kernels run in which form, as decided so far. */
  summary(): string {
    const byForm = new Map<string, string[]>();
    for (const [key, form] of this.decided) {
      const [kernel = ''] = key.split('/');
      byForm.set(form, [...(byForm.get(form) ?? []), kernel]);
    }
    return [...byForm]
      .map(([form, kernels]) => `${form} for ${kernels.length} (${[...new Set(kernels)].sort().join(', ')})`)
      .join('; ');
  }
}

/** Larger kernels first: most is to be won there. */
const costOf = ({ size }: Ask): number => size.reduce((a, b) => a * b, 1);

/** The fastest trial, unless the standard one is about as fast. */
export function pick(
  trials: readonly { readonly form: Variant }[],
  timeOf: (trial: never) => number,
  standard: Variant,
): Variant {
  const at = (trial: { readonly form: Variant }) => timeOf(trial as never);
  const usual = trials.find(({ form }) => form === standard);
  const best = trials.reduce((a, b) => (at(b) < at(a) ? b : a));
  return usual && at(best) > at(usual) * CLEARLY ? standard : best.form;
}

/** Milliseconds of one run of each list: the least of some rounds, each of enough repeats. */
async function fastestTimes(
  gpu: Gpu,
  lists: readonly (readonly Command[])[],
  expired: () => boolean,
): Promise<number[] | undefined> {
  const first = await time(gpu, lists);
  const repeats = first.map((ms) =>
    Math.max(1, Math.min(MOST_REPEATS, Math.round(GOAL_MILLISECONDS / Math.max(ms, 1e-3)))),
  );
  const repeated = lists.map((list, i) => Array.from({ length: repeats[i] as number }, () => list).flat());
  let best: number[] | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    if (expired()) return undefined;
    const times = (await time(gpu, repeated)).map((ms, i) => ms / (repeats[i] as number));
    best = best ? best.map((ms, i) => Math.min(ms, times[i] as number)) : times;
  }
  return best;
}

/** By timestamps, or by the clock until the queue is done. */
async function time(gpu: Gpu, lists: readonly (readonly Command[])[]): Promise<number[]> {
  if (canTime(gpu)) return playTimed(gpu, lists);
  const times: number[] = [];
  for (const list of lists) {
    const start = performance.now();
    gpu.play([list]);
    await gpu.device.queue.onSubmittedWorkDone();
    times.push(performance.now() - start);
  }
  return times;
}
