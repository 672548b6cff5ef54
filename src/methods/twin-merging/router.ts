/** Names the task of an input from the features of the shared network. */
import type { Build, Ops, Tensor, Tensor2D } from '../../engine/types';

/** @param drop what dropout does to a layer's output; nothing by default. */
export type Router = (ops: Ops, features: Tensor, drop?: (name: string, x: Tensor) => Tensor) => Tensor2D;

/** Two hidden layers with batch norm and leaky ReLU, as released. */
export function routerOf(build: Build, width: number, hidden: number, tasks: number): Router {
  const layers = [1, 2].map((i) => ({
    dense: build.dense(`router/${i}`, [i === 1 ? width : hidden], hidden),
    norm: build.batchNorm(`router/norm${i}`, [hidden]),
  }));
  const last = build.dense('router/3', [hidden], tasks);
  return (ops, features, drop = (_, x) => x) => {
    let x = features;
    for (const [i, { dense, norm }] of layers.entries()) {
      const y = norm(dense(x));
      x = drop(`dropout ${i}`, ops.maximum(y, ops.mul(y, 0.01)));
    }
    return last(x) as Tensor2D;
  };
}
