/** The nets of the function lab, as models: one hidden layer, one output. */
import { defaults } from '../core/params';
import type { Tensor, Tensor2D } from '../engine/types';
import { FAMILIES, type Family, POOL, selectDense } from '../models/kan/select';
import { selectionParams, selector } from '../models/kan/selection';
import type { Model } from '../models/kit';

/** Hidden width of the KANs. */
const WIDTH = 4;

export interface Contestant {
  readonly id: string;
  readonly name: string;
  readonly model: Pick<Model, 'build'>;
}

/** Two KAN layers on a pool of families; more than one of them are chosen among in three phases. */
function kan(pool: readonly Family[]): Pick<Model, 'build'> {
  return {
    build(build, ops, { image }) {
      const { selection, parts } = selector(build, ops, defaults(selectionParams), pool);
      const first = selectDense(build, ops, 'layer1', image.at(-1) as number, WIDTH, selection);
      const second = selectDense(build, ops, 'layer2', WIDTH, 1, selection);
      return {
        ...parts(),
        taps: {},
        embedding: WIDTH,
        forward(images) {
          const hidden = first(ops.flatten(images)) as Tensor2D;
          return { taps: {}, embedding: hidden, logits: second(hidden) as Tensor2D };
        },
      };
    },
  };
}

/** tanh units, as many as fit into the given number of parameters; PyTorch's start of linear layers. */
function mlp(parameters: (inputs: number) => number): Pick<Model, 'build'> {
  return {
    build(build, ops, { image }) {
      const inputs = image.at(-1) as number;
      const width = Math.max(1, Math.floor((parameters(inputs) - 1) / (inputs + 2)));
      const spread = { uniform: 1 / Math.sqrt(inputs) };
      const first = build.dense('layer1', [inputs], width, { bias: false, init: spread });
      const shift = build.weight('layer1/shift', [width], spread);
      const second = build.dense('layer2', [width], 1, { init: { uniform: 1 / Math.sqrt(width) } });
      return {
        taps: {},
        embedding: width,
        forward(images) {
          const hidden: Tensor = ops.tanh(ops.add(first(ops.flatten(images)), shift));
          return { taps: {}, embedding: hidden as Tensor2D, logits: second(hidden) as Tensor2D };
        },
      };
    },
  };
}

/** Parameters of a KAN whose nodes have `functions` basis functions each, and the SiLU branch. */
const size = (functions: number, inputs: number): number => (functions + 1) * (inputs * WIDTH + WIDTH);

/** The most that a pruned S-KAN keeps: 8 functions per node. */
const MOST = 8;

export const CONTESTANTS: readonly Contestant[] = [
  { id: 's-kan', name: 'S-KAN', model: kan(POOL) },
  ...POOL.map((family) => ({ id: family, name: `${FAMILIES[family]} only`, model: kan([family]) })),
  { id: 'mlp', name: 'MLP (tanh)', model: mlp((inputs) => size(MOST, inputs)) },
];
