/** Student features through a frozen transformer's last stage, as recorded steps. */
import type { FromWorker } from '../../src/worker/protocol';
import { expect, floats, type Heard, test } from './worker';

const SETUP = {
  methods: ['scalekd'],
  images: 80,
  model: { id: 'cnn', params: { width: 4, blocks: 2 } },
  teacher: { id: 'hvit', params: { width: 8, blocks: 1, heads: '2' } },
} as const;

const failures = ({ messages }: Heard) => messages.filter((m) => m.type === 'run-failed');

/** Bits of the teacher's logits on the test images, from a reply to 'predictions'. */
function teacherBits(reply: unknown): number[] {
  const { items } = reply as Extract<FromWorker, { type: 'predictions' }>;
  const { logits } = items.find(({ learner }) => learner === 'teacher')!;
  return [...new Uint32Array(logits.buffer, logits.byteOffset, logits.length)];
}

test('replay equals eager bit for bit and leaves the teacher as it was', async ({ run }) => {
  test.setTimeout(240_000);
  const ask = (request: number, step: number) =>
    ({ step, message: { type: 'predictions', request } }) as const;
  const heard = await run(SETUP, {
    boot: { executor: 'replay' },
    // Three steps of the teacher come first.
    at: [ask(1, 4), ask(2, 10_000)],
    again: { executor: 'eager' },
  });
  expect(failures(heard)).toEqual([]);
  for (const learner of ['teacher', 'scalekd/1']) {
    const curve = heard.curves[learner] ?? [];
    expect(curve.length / heard.columns[learner]!, learner).toBe(learner === 'teacher' ? 3 : 6);
    expect(curve, learner).toEqual(heard.again[learner]);
    expect(floats(curve).every(Number.isFinite), learner).toBe(true);
  }
  const start = teacherBits(heard.replies[1]);
  expect(start.length).toBeGreaterThan(50);
  expect(teacherBits(heard.replies[2])).toEqual(start);
});
