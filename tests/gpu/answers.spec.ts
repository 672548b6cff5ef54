import { expect, type Heard, test } from './worker';

const CNN = { id: 'cnn', params: { width: 4, blocks: 2 } };
/** Methods that read logits, embedding and taps of the teacher. */
const METHODS = ['kd', 'at', 'crd', 'fitnet', 'rkd', 'sp'];
const states = ({ messages }: Heard): string[] =>
  messages.flatMap((m) => (m.type === 'progress' && m.progress.teacher ? [m.progress.teacher] : []));

test('kept answers of the teacher are those it gives in every step, bit for bit', async ({ run }) => {
  const setup = { methods: METHODS, model: CNN, epochs: 3 };
  const kept = await run(setup, { again: { executor: 'eager' } });
  const asked = await run(setup, { boot: { teacher: 'ask' } });
  expect(states(kept).at(-1)).toMatch(/was asked once; its answers take \d/);
  expect(states(asked).at(-1)).toBe('The teacher is asked in every step.');
  expect(Object.keys(kept.curves)).toHaveLength(METHODS.length + 1);
  for (const [learner, curve] of Object.entries(asked.curves)) {
    expect(kept.curves[learner], learner).toEqual(curve);
    expect(kept.again[learner], `${learner}, eager`).toEqual(curve);
  }
});

test('images that change, and a single epoch, have the teacher asked in every step', async ({ run }) => {
  const setup = { methods: ['at'], model: CNN };
  const changing = await run({ ...setup, training: { flip: true } });
  const once = await run({ ...setup, epochs: 1 });
  for (const heard of [changing, once]) {
    expect(heard.messages.some((m) => m.type === 'finished')).toBe(true);
    expect(states(heard).at(-1)).toBe('The teacher is asked in every step.');
  }
});
