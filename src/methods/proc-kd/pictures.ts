/** What the prototypes are used for, as pictures. */
import type { NetOutput, Ops, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';
import { augment, learnPrototypes, type Modules, tokensOf } from './modules';

/** Prototypes whose places are shown, and how many places of each. */
const ROWS = 6;
const PLACES = 8;

/** Share of tokens that each prototype wins, `[m]`, of weights `[b, n, m]`. */
function used(ops: Ops, weights: Tensor): Tensor {
  const m = weights.shape[2] as number;
  const winners = ops.reshape(ops.argMax(weights), [-1]) as Tensor1D;
  return ops.mean(ops.oneHot(winners, m), 0);
}

/** The images in grey, cut into one square for each cell of the grid, `[b h w, p, p]`. */
function patches(ops: Ops, images: Tensor4D, [h = 1, w = 1]: readonly number[]): Tensor {
  const [b, height, width] = images.shape;
  const p = Math.max(1, Math.floor(Math.min(height / h, width / w)));
  const grey = ops.mean(ops.poolTo(images, h * p, w * p), 3);
  const rows = ops.transpose(ops.reshape(grey, [b * h, p, w, p]), [0, 2, 1, 3]);
  return ops.reshape(rows, [b * h * w, p, p]);
}

/** For each of the first prototypes a row of the squares that weigh most, `[rows p, places p]`. */
function mostOf(ops: Ops, weights: Tensor, squares: Tensor): Tensor {
  const [b = 1, n = 1, m = 1] = weights.shape;
  const [rows, places, p] = [Math.min(ROWS, m), Math.min(PLACES, b * n), squares.shape[1] as number];
  const scores = ops.transpose(ops.reshape(weights, [b * n, m]));
  const { indices } = ops.topk(ops.slice(scores, [0, 0], [rows, b * n]), places);
  const found = ops.gather(squares, ops.reshape(indices, [rows * places]) as Tensor1D);
  const laid = ops.transpose(ops.reshape(found, [rows, places, p, p]), [0, 2, 1, 3]);
  return ops.reshape(laid, [rows * p, places * p]);
}

/** Number of the winning prototype at each place of the first image, `[h, w]`. */
const winners = (ops: Ops, weights: Tensor, [h = 1, w = 1]: readonly number[]): Tensor =>
  ops.reshape(ops.cast(ops.argMax(ops.slice(weights, [0, 0, 0], [1, -1, -1])), 'float32'), [h, w]);

interface Seen {
  readonly extras: Modules;
  readonly images: Tensor4D;
  readonly student: NetOutput;
  readonly labels: Tensor1D;
  /** Late layers of the teacher, `[b, n, layers c_t]`. */
  readonly joined: Tensor;
  /** Answers: plain, by the student's tokens, by the teacher's. */
  readonly answers: readonly Tensor2D[];
}

export function pictures(ops: Ops, { extras, images, student, labels, joined, answers }: Seen) {
  const { assigned } = learnPrototypes(ops, extras, joined);
  const own = tokensOf(ops, student.taps[extras.last] as Tensor, extras.grid);
  const { aligned } = augment(ops, extras, own);
  const squares = patches(ops, images, extras.grid);
  const right = (z: Tensor2D) => ops.mean(ops.cast(ops.equal(ops.argMax(z), labels), 'float32')) as Scalar;
  const [, height = 1, width = 1] = images.shape;
  const both = (make: (weights: Tensor) => Tensor) => ops.concat([make(assigned), make(aligned)], 1);
  return {
    used: used(ops, assigned),
    usedOwn: used(ops, aligned),
    image: ops.reshape(ops.mean(ops.slice(images, [0, 0, 0, 0], [1, -1, -1, -1]), 3), [height, width]),
    winners: both((weights) => winners(ops, weights, extras.grid)),
    parts: both((weights) => mostOf(ops, weights, squares)),
    routes: ops.stack(answers.map(right)),
  };
}
