/** Fits one net to one function with the trainer's own parts: its stages, its optimiser, its layers. */
import { optimizerSchema } from '../core/config';
import { defaults } from '../core/params';
import { ops } from '../engine/ops/index';
import { Placement } from '../engine/placement';
import type { Scalar, Tensor, Tensor4D } from '../engine/types';
import { gradientsOf, readTensor, tidy } from '../engine/weights';
import { Group } from '../trainer/group';
import { Network } from '../trainer/network';
import { penaltyOf } from '../trainer/penalty';
import { ONE_PHASE, spansOf } from '../trainer/phases';
import { type Points, type Target, testPoints, trainingPoints } from './functions';
import type { Contestant } from './nets';

export interface Budget {
  readonly steps: number;
  /** Training points, all of them in every step. */
  readonly points: number;
  readonly rate: number;
}

export const BUDGET: Budget = { steps: 1500, points: 128, rate: 0.01 };

export interface Fit {
  /** Mean squared error on the test grid. */
  readonly error: number;
  /** After pruning. */
  readonly parameters: number;
  readonly parametersBuilt: number;
}

function tensorsOf({ x, y, count }: Points, inputs: number): { x: Tensor4D; y: Tensor } {
  return {
    x: ops.reshape(ops.tensor1d(x), [count, 1, 1, inputs]) as Tensor4D,
    y: ops.reshape(ops.tensor1d(y), [count, 1]),
  };
}

const errorOf = (network: Network, { x, y }: { x: Tensor4D; y: Tensor }, training: boolean): Scalar =>
  ops.mean(ops.square(ops.sub(network.forward(x, training).logits, y))) as Scalar;

/** Adam; a net without stages has its rate fall to 0 along a cosine, one with stages in its last. */
export async function fit(
  target: Target,
  { id, model }: Contestant,
  seed: number,
  budget: Budget,
): Promise<Fit> {
  const input = { image: [1, 1, target.inputs], classes: 1 };
  const network = new Network({ id, params: {} }, input, seed, `lab/${id}`, model);
  const placement = new Placement([...network.build.weights.values()]);
  const spans = spansOf(ONE_PHASE, budget.steps);
  const optimizer = { ...defaults(optimizerSchema), rate: budget.rate };
  const group = new Group('student', { networks: [network], placement, spans }, optimizer);
  const penalty = penaltyOf([group.course]);
  const train = tensorsOf(trainingPoints(target, budget.points, seed), target.inputs);
  const test = tensorsOf(testPoints(target), target.inputs);
  for (let step = 0; step < budget.steps; step++) {
    await group.course.turn(step);
    group.prepare(step, spans[0]!);
    tidy(() => {
      const loss = () => {
        const error = errorOf(network, train, true);
        return penalty ? (ops.add(error, penalty()) as Scalar) : error;
      };
      group.optimizer.apply(gradientsOf(loss, group.optimizer.variables));
    });
  }
  const measured = tidy(() => errorOf(network, test, false));
  const [error = Number.NaN] = await readTensor(measured);
  const { parameters } = network;
  const result = { error, parameters, parametersBuilt: network.build.parameters };
  for (const tensor of [measured, train.x, train.y, test.x, test.y]) tensor.dispose();
  group.optimizer.dispose();
  network.dispose();
  placement.dispose();
  return result;
}
