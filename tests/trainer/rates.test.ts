import { expect, it } from 'vitest';
import { methods } from '../../src/methods/index';
import { rateAt } from '../../src/trainer/phases';
import { bitsOf, network, run } from './support';

const TABLE = [
  [0.5, 1],
  [1, 0],
] as const;

it('a factor holds up to its share, and the last one from there on', () => {
  expect([0, 0.49, 0.5, 1, 7].map((at) => rateAt(TABLE, at))).toEqual([1, 1, 0, 0, 0]);
});

it('the learning rate of a lane follows the table of its phase', async () => {
  const teacher = network('mlp', { width: 4 }, 'teacher');
  const phases = () => ({ main: { label: 'Training', share: 1, rates: TABLE } });
  const card = { ...methods.get('labels-only'), phases };
  /** Weights by number of steps done, of four. Statistics of batch norms move on. */
  const weights = async (steps: number) => {
    const { student, lane } = await run(card, teacher, {}, { steps, of: 4 });
    const bits = await bitsOf(student);
    const names = [...student.build.weights.keys()];
    lane.dispose();
    return names.map((name) => bits[name]);
  };
  const [one, two, four] = [await weights(1), await weights(2), await weights(4)];
  expect(two).not.toEqual(one);
  expect(four).toEqual(two);
});
