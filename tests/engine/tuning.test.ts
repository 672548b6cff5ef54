/** The choice of kernel forms by measuring, with made-up times in place of a device. */
import { describe, expect, it } from 'vitest';
import type { Command, Gpu } from '../../src/engine/gpu';
import { type ChoiceStore, type Choices, keyOf, TUNING_MILLISECONDS, Tuner } from '../../src/engine/tuning';
import type { Ask, Variant } from '../../src/engine/variants';

/** A device on which a recording is the list of forms that were launched. */
function device() {
  let launched: Variant[] = [];
  const gpu = {
    record(step: () => void) {
      launched = [];
      step();
      return { commands: launched as unknown as Command[] };
    },
    compile: () => Promise.resolve(),
    drop: () => undefined,
  };
  return { gpu: gpu as unknown as Gpu, launch: (_: Gpu, form: Variant) => void launched.push(form) };
}

function memory(start: Choices = {}): ChoiceStore & { saved: Choices } {
  const store = {
    saved: start,
    load: () => Promise.resolve(store.saved),
    async save(choices: Choices) {
      store.saved = choices;
    },
  };
  return store;
}

const FORMS: readonly Variant[] = ['direct', 'tiled', 'subgroup'];
const timesOf = (ms: Partial<Record<Variant, number>>) => (_: Gpu, lists: readonly (readonly Command[])[]) =>
  Promise.resolve(lists.map((list) => ms[(list as unknown as Variant[])[0]!]!));

const { gpu, launch } = device();
const ask = (kernel: string, size: readonly number[] = [64, 100]): Ask => ({
  kernel,
  size,
  forms: FORMS,
  launch,
});

describe('measured forms', () => {
  it('is the fastest one, from the next recording on', async () => {
    const tuner = new Tuner(memory(), timesOf({ direct: 3, tiled: 2, subgroup: 1 }));
    expect(tuner.collect(() => tuner.choose(ask('rows'), 'tiled'))).toBe('tiled');
    await tuner.settle(gpu);
    expect(tuner.version).toBe(1);
    expect(tuner.choose(ask('rows'), 'tiled')).toBe('subgroup');
    expect(tuner.counts.measured).toBe(1);
  });

  it('stays with the standard form where another is barely faster', async () => {
    const tuner = new Tuner(memory(), timesOf({ direct: 3, tiled: 1, subgroup: 0.95 }));
    tuner.collect(() => tuner.choose(ask('rows'), 'tiled'));
    await tuner.settle(gpu);
    expect(tuner.version).toBe(0);
    expect(tuner.choose(ask('rows'), 'tiled')).toBe('tiled');
  });

  it('never takes back an answer that was used', async () => {
    const tuner = new Tuner(memory(), timesOf({ direct: 1, tiled: 2, subgroup: 3 }));
    expect(tuner.choose(ask('rows'), 'tiled')).toBe('tiled');
    tuner.collect(() => tuner.choose(ask('rows'), 'tiled'));
    await tuner.settle(gpu);
    expect(tuner.version).toBe(0);
    expect(tuner.choose(ask('rows'), 'tiled')).toBe('tiled');
    expect(tuner.counts.measured).toBe(0);
  });

  it('is kept: another page answers the same without measuring', async () => {
    const store = memory();
    const first = new Tuner(store, timesOf({ direct: 1, tiled: 2, subgroup: 3 }));
    first.collect(() => first.choose(ask('rows'), 'tiled'));
    await first.settle(gpu);
    const second = new Tuner(store, () => Promise.reject(new Error('Measured again.')));
    await second.load();
    expect(second.collect(() => second.choose(ask('rows'), 'tiled'))).toBe('direct');
    await second.settle(gpu);
    expect(second.version).toBe(0);
  });

  it('gives up when the time is over, and that is kept as well', async () => {
    const store = memory();
    const tuner = new Tuner(store, () => new Promise(() => {}));
    tuner.collect(() => ['a', 'b'].map((kernel) => tuner.choose(ask(kernel), 'tiled')));
    const start = performance.now();
    await tuner.settle(gpu);
    expect(tuner.version).toBe(0);
    expect(performance.now() - start).toBeLessThan(TUNING_MILLISECONDS + 200);
    expect(tuner.counts).toMatchObject({ measured: 0, skipped: 2 });
    expect(Object.values(store.saved)).toEqual(['tiled', 'tiled']);
    tuner.collect(() => tuner.choose(ask('c'), 'tiled'));
    await tuner.settle(gpu);
    expect(tuner.counts.skipped).toBe(3);
  });

  it('does not follow a stored form that the kernel lacks', async () => {
    const tuner = new Tuner(memory({ [keyOf(ask('rows'))]: 'half' }));
    await tuner.load();
    expect(tuner.choose(ask('rows'), 'direct')).toBe('direct');
  });

  it('shares answers among sizes within a factor of two', () => {
    expect(keyOf(ask('rows', [64, 100]))).toBe(keyOf(ask('rows', [60, 128])));
    expect(keyOf(ask('rows', [64, 100]))).not.toBe(keyOf(ask('rows', [64, 300])));
    expect(keyOf(ask('rows'))).not.toBe(keyOf(ask('reduce')));
  });
});
