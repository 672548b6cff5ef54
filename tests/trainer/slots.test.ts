import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { contentOf, fileOf, HEADER, VERSION } from '../../src/trainer/saved/file';
import { SaveError, SLOTS, Slots } from '../../src/trainer/saved/slots';
import { prove } from '../proof';
import { FakeFolder, type Fault } from './fake-folder';

const value = (n: number) => ({ n, weights: Float32Array.from({ length: 100 }, (_, i) => i / (n + 1)) });
const bytesOf = (...file: Parameters<typeof fileOf>) => new Uint8Array(Buffer.concat(fileOf(...file)));

describe('a saved file', () => {
  it('gives back what was put in, bit for bit', () => {
    const odd = {
      numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY, 1e-310, 0.1 + 0.2],
      nothing: [undefined, null, 'a'],
      arrays: [
        Float32Array.of(Number.NaN, -0, 1e-45),
        Uint8Array.of(1, 2, 3),
        new Int32Array(0),
        Float64Array.of(1 / 3),
      ],
      map: new Map([['16x16', 3]]),
      text: '„Zürich“ \u{1f600} $is',
    };
    const content = contentOf(bytesOf(odd, 7, 123));
    expect(content).toMatchObject({ kind: 'good', version: VERSION, sequence: 7, time: 123 });
    const back = (content as { value: typeof odd }).value;
    expect(back).toEqual(odd);
    expect(back.numbers.map((n) => Object.is(n, -0))).toEqual([false, true, false, false, false]);
    const bits = (array: Float32Array) => [...new Uint32Array(array.slice().buffer)];
    expect(bits(back.arrays[0] as Float32Array)).toEqual(bits(odd.arrays[0] as Float32Array));
  });

  it('takes no functions and no objects of classes', () => {
    expect(() => fileOf({ f: () => 1 }, 1, 0)).toThrow('A function cannot be saved.');
    expect(() => fileOf({ d: new Date() }, 1, 0)).toThrow('cannot be saved');
  });

  it('is refused whole when any one byte is another', () => {
    const file = bytesOf(value(1), 1, 0);
    const rng = new Rng(1, 'flips');
    for (let round = 0; round < 200; round++) {
      // Half of them in the header, where a flip could do most.
      const at = rng.below(round % 2 ? file.length : HEADER);
      const flipped = file.slice();
      flipped[at] = flipped[at]! ^ (1 + rng.below(255));
      expect(contentOf(flipped).kind, `byte ${at}`).toBe('damaged');
    }
    expect(contentOf(file).kind).toBe('good');
    prove(
      {
        id: 'checkpoint-flips',
        area: 'Saving and resuming',
        hazard: 'A byte of a checkpoint is another than was written',
        promise: 'It is refused by its checksum, never loaded',
        figure: '200 of 200 single bytes changed were found, half of them in the header',
      },
      expect.getState(),
    );
  });

  it('is refused when it was cut or has grown', () => {
    const file = bytesOf(value(1), 1, 0);
    for (const end of [1, HEADER - 1, HEADER, file.length - 1])
      expect(contentOf(file.slice(0, end)).kind).toBe('damaged');
    expect(contentOf(new Uint8Array([...file, 0])).kind).toBe('damaged');
    expect(contentOf(new Uint8Array(0)).kind).toBe('empty');
  });

  it('of a newer version is told from a damaged one', () => {
    const file = bytesOf(value(1), 1, 0, VERSION + 1);
    expect(contentOf(file)).toEqual({ kind: 'newer', version: VERSION + 1 });
    file[80] = file[80]! ^ 1;
    expect(contentOf(file).kind).toBe('damaged');
  });

  it('of version 1 still loads', () => {
    const file = new Uint8Array(readFileSync('tests/golden/saved-run-v1.bin'));
    expect(contentOf(file)).toMatchObject({ kind: 'good', version: 1, sequence: 3, value: { n: 3 } });
    prove(
      {
        id: 'checkpoint-versions',
        area: 'Saving and resuming',
        hazard: 'A checkpoint is of another version of the page',
        promise: 'Older ones load; a newer one is refused and left alone',
        figure: 'version 1 of 1 loads from its fixture; the next version is refused, the file unchanged',
      },
      expect.getState(),
    );
  });
});

/** The number that the newest readable slot holds. */
const held = async (folder: FakeFolder) => {
  const newest = await new Slots(folder).newest();
  return newest.kind === 'good' ? (newest.value as { n: number }).n : newest.kind;
};

async function savedTwice() {
  const folder = new FakeFolder();
  const slots = new Slots(folder);
  await slots.save(value(1), 0);
  await slots.save(value(2), 0);
  return { folder, slots };
}

describe('two slots', () => {
  it('are written in turn, also by another page', async () => {
    const { folder } = await savedTwice();
    for (let n = 3; n < 7; n++) {
      await new Slots(folder).save(value(n), 0);
      expect(await held(folder)).toBe(n);
      expect([...folder.files.keys()].sort()).toEqual([...SLOTS]);
    }
  });

  it('keep the last save whatever goes wrong with the next, at every call', async () => {
    const { folder, slots } = await savedTwice();
    const from = folder.calls;
    await slots.save(value(3), 0);
    const calls = folder.calls - from;
    expect(calls).toBeGreaterThan(8);
    const kinds: Fault[] = ['throws', 'short', 'minus', 'stops', 'cut'];
    for (const kind of kinds)
      for (let at = 1; at <= calls; at++) {
        const { folder, slots } = await savedTwice();
        folder.failAt(at, kind);
        const outcome = await slots.save(value(3), 0).then(
          () => 'saved',
          (error: unknown) => (error instanceof SaveError ? 'refused' : `${error}`),
        );
        const now = await held(folder.reopened());
        expect(outcome, `${kind} at call ${at}`).toMatch(/^(saved|refused)$/);
        // The last call closes the file: what was flushed before it stands although the save counts as refused.
        expect(outcome === 'saved' ? [3] : [2, 3], `${kind} at call ${at}`).toContain(now);
        if (kind === 'stops') continue;
        await slots.save(value(4), 0);
        expect(await held(folder)).toBe(4);
      }
    prove(
      {
        id: 'torn-writes',
        area: 'Saving and resuming',
        hazard: 'The browser or the disk fails in the middle of a save',
        promise: 'What was saved before stays, at whichever call it fails',
        figure: `${calls} calls of a save, each failing in ${kinds.length} ways: ${calls * kinds.length} of ${calls * kinds.length} leave a checkpoint to go on with`,
      },
      expect.getState(),
    );
  });

  it('say when there is no room, leave the last save, and go on once there is', async () => {
    const { folder, slots } = await savedTwice();
    folder.quota = 700;
    await expect(slots.save(value(3), 0)).rejects.toMatchObject({ full: true });
    expect(await held(folder)).toBe(2);
    expect(folder.files.size).toBe(1);
    folder.quota = Number.POSITIVE_INFINITY;
    await slots.save(value(4), 0);
    expect(await held(folder)).toBe(4);
  });

  it('go on after their files were taken away', async () => {
    const { folder, slots } = await savedTwice();
    folder.files.clear();
    await slots.save(value(3), 0);
    expect(await held(folder)).toBe(3);
  });

  it('leave a newer version alone', async () => {
    const { folder } = await savedTwice();
    const newer = bytesOf(value(9), 1, 0, VERSION + 1);
    folder.files.set(SLOTS[0], newer.slice());
    const slots = new Slots(folder);
    expect(await slots.newest()).toEqual({ kind: 'newer', version: VERSION + 1 });
    await expect(slots.save(value(3), 0)).rejects.toThrow('newer version');
    expect(folder.files.get(SLOTS[0])).toEqual(newer);
    expect(folder.files.size).toBe(2);
  });
});
