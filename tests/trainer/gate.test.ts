import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/trainer/gate';
import { spansOf } from '../../src/trainer/phases';

describe('the gate of the training loop', () => {
  it('lets steps through until closed, and one at a time on request', async () => {
    const gate = new Gate();
    expect(gate.pass()).toBe(true);
    gate.close();
    expect(gate.pass()).toBe(false);
    let through = 0;
    const waiting = gate.opened().then(() => {
      through++;
    });
    await Promise.resolve();
    expect(through).toBe(0);
    gate.open(1);
    await waiting;
    expect(through).toBe(1);
    expect(gate.pass()).toBe(false);
    gate.open();
    expect([gate.pass(), gate.pass()]).toEqual([true, true]);
  });

  it('waits for work it was given to hold, also when that fails', async () => {
    const gate = new Gate();
    gate.close();
    let fail = (_: Error) => {};
    gate.hold(new Promise((_, reject) => (fail = reject)));
    let through = false;
    const opened = gate.opened().then(() => (through = true));
    gate.open();
    await new Promise((resolve) => setTimeout(resolve));
    expect(through).toBe(false);
    fail(new Error('no answer'));
    await opened;
    expect(through).toBe(true);
  });
});

describe('phases of a lane', () => {
  it('cover all steps without gaps', () => {
    const phase = (share: number) => ({ label: '', share });
    const spans = spansOf({ a: phase(1 / 3), b: phase(1 / 3), c: phase(1 / 3) }, 100);
    expect(spans.map(({ start, end }) => [start, end])).toEqual([
      [0, 33],
      [33, 67],
      [67, 100],
    ]);
    expect(spansOf({ a: phase(0), b: phase(1) }, 7).map(({ id }) => id)).toEqual(['b']);
  });
});
