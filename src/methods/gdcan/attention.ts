/** Attention to channels, and the choice of its entrance by how different the domains look. */
import type { Hooks, Ops, Tensor, Tensor2D } from '../../engine/types';
import type { Extras, Module } from './modules';

/** Mean of every channel over all places, `[rows, channels]`. */
export const channelsOf = (ops: Ops, x: Tensor): Tensor2D =>
  x.shape.length < 3
    ? (x as Tensor2D)
    : (ops.mean(
        x,
        Array.from({ length: x.shape.length - 2 }, (_, i) => i + 1),
      ) as Tensor2D);

/** Mean over deviation of all entries. */
function ratio(ops: Ops, x: Tensor): Tensor {
  const mean = ops.mean(x);
  const n = x.size;
  const variance = ops.mul(ops.mean(ops.square(ops.sub(x, mean))), n / Math.max(1, n - 1));
  return ops.div(mean, ops.sqrt(ops.add(variance, 1e-5)));
}

/** How different the two domains look in a layer, 0 to 1; no gradient. */
export function statistic(ops: Ops, source: Tensor, target: Tensor): Tensor {
  const [s, t] = [ratio(ops, ops.stopGradient(source)), ratio(ops, ops.stopGradient(target))];
  return ops.tanh(ops.div(ops.abs(ops.sub(s, t)), ops.add(ops.abs(t), 1e-6)));
}

type Weights = Pick<Module, 'source' | 'target' | 'shared'>;

const scaled = (ops: Ops, x: Tensor, gate: Tensor): Tensor => {
  const [rows = 1, channels = 1] = gate.shape;
  return ops.mul(x, ops.reshape(gate, [rows, ...x.shape.slice(1, -1).map(() => 1), channels]));
};

/** How an entrance is chosen: by the statistic against a threshold. */
export interface Choice {
  /** 0: always one each; above 1: always the same. */
  readonly eta: number;
}

/** `x` `[rows of the source + rows of the target, ...]` after a module, with what it saw. */
export function attend(ops: Ops, x: Tensor, rows: number, module: Weights, { eta }: Choice) {
  const all = channelsOf(ops, x);
  const [n, channels] = all.shape;
  const source = ops.slice(all, [0, 0], [rows, channels]) as Tensor2D;
  const target = ops.slice(all, [rows, 0], [n - rows, channels]) as Tensor2D;
  const gap = statistic(ops, source, target);
  const together = ops.cast(ops.less(gap, eta), 'float32');
  const inner = ops.concat(
    [module.source(source), blend(ops, together, module.source(target), module.target(target))],
    0,
  );
  const gate = ops.sigmoid(module.shared(ops.relu(inner)));
  return { x: scaled(ops, x, gate), gap, source, target };
}

/** `a` where `share` is 1, `b` where it is 0. */
const blend = (ops: Ops, share: Tensor, a: Tensor, b: Tensor): Tensor =>
  ops.add(ops.mul(a, share), ops.mul(b, ops.sub(1, share)));

/** Hooks for test images, which all are of the target. */
export const testHooks = (ops: Ops, { modules }: Extras): Hooks => ({
  tap(name, x) {
    const module = modules.find(({ tap }) => tap === name);
    if (!module) return x;
    const g = channelsOf(ops, x);
    const inner = blend(ops, module.together, module.source(g), module.target(g));
    return scaled(ops, x, ops.sigmoid(module.shared(ops.relu(inner))));
  },
});
