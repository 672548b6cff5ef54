/** AdapterFusion (Pfeiffer et al. 2021, section 3.2): attention over the adapters at every position. */
import type { Build, Ops, Shape, Tensor } from '../../engine/types';

export interface Fusion {
  readonly query: (x: Tensor) => Tensor;
  readonly key: (x: Tensor) => Tensor;
  /** What is added to an adapter's output to make its value; nothing at the start. */
  readonly value: (x: Tensor) => Tensor;
}

export function fusion(build: Build, name: string, shape: Shape): Fusion {
  const width = shape.at(-1) as number;
  const layer = (part: string, init: 'glorot' | 'zeros') =>
    build.dense(`${name}/${part}`, shape, width, { bias: false, init });
  return {
    query: layer('query', 'glorot'),
    key: layer('key', 'glorot'),
    value: layer('value', 'zeros'),
  };
}

/** Adapter outputs `[..., d]` each, weighted by the softmax over adapters of query times key. */
export function fuse(ops: Ops, { query, key, value }: Fusion, x: Tensor, ups: readonly Tensor[]): Tensor {
  const asked = query(x);
  const last = x.shape.length - 1;
  const scores = ups.map((up) => ops.sum(ops.mul(asked, key(up)), -1, true));
  const weights = ops.split(ops.softmax(ops.concat(scores, last)), ups.length, last);
  return ops.addN(ups.map((up, t) => ops.mul(weights[t] as Tensor, ops.add(up, value(up)))));
}
