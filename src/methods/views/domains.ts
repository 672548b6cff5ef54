/** The same images in other worlds: what they show stays, what they look like does not. */
import type { Ops, Tensor, Tensor4D } from '../../engine/types';
import { quarterTurns } from './turns';

/** Differences of neighbours along an axis, 0 beyond the edge. */
function slope(ops: Ops, x: Tensor4D, axis: 1 | 2): Tensor {
  const size = x.shape[axis];
  if (size < 2) return ops.zerosLike(x);
  const from = (start: number) => {
    const [begin, length] = [
      [0, 0, 0, 0],
      [-1, -1, -1, -1],
    ] as [number[], number[]];
    begin[axis] = start;
    length[axis] = size - 1;
    return ops.slice(x, begin, length);
  };
  const around: [number, number][] = [0, 1, 2, 3].map((i) => [0, i === axis ? 1 : 0]);
  return ops.pad(ops.sub(from(1), from(0)), around);
}

/** How steep brightness is, around 0. */
const edges = (ops: Ops, x: Tensor4D): Tensor => {
  const [down, across] = [slope(ops, x, 1), slope(ops, x, 2)];
  return ops.sub(ops.mul(2, ops.sqrt(ops.add(ops.add(ops.square(down), ops.square(across)), 1e-6))), 1);
};

/** Colours move on by one channel; images without colours are turned upside down. */
function rolled(ops: Ops, x: Tensor4D): Tensor {
  if (x.shape[3] < 2) return quarterTurns(ops, x, 2);
  const [first, ...rest] = ops.split(x, x.shape[3], 3);
  return ops.concat([...rest, first as Tensor], 3);
}

/** Left and right of each other, with half the contrast. */
const faint = (ops: Ops, x: Tensor4D): Tensor => ops.mul(ops.reverse(x, [2]), 0.5);

/** As they are, inverted, edges, other colours, mirrored and faint. Images `[b, h, w, c]` are standardised. */
export const DOMAINS: readonly ((ops: Ops, x: Tensor4D) => Tensor)[] = [
  (_, x) => x,
  (ops, x) => ops.neg(x),
  edges,
  rolled,
  faint,
];

export const domainView = (ops: Ops, x: Tensor4D, domain: number): Tensor4D =>
  DOMAINS[domain]!(ops, x) as Tensor4D;

/** Each row in the domain that its row of `choice`, one-hot `[b, domains]`, says. */
export function mixedDomains(ops: Ops, x: Tensor4D, choice: Tensor): Tensor4D {
  const parts = ops.split(choice, choice.shape[1] as number, 1);
  const views = parts.map((own, domain) =>
    ops.mul(domainView(ops, x, domain), ops.reshape(own, [-1, 1, 1, 1])),
  );
  return ops.addN(views) as Tensor4D;
}
