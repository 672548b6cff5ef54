/** What RotNet shows: guesses, the first layer, where features have energy and which images they put together. */
import type { Ops, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '../../engine/types';
import type { Probed } from '../kit';
import { allTurns, repeated, turnLabels } from '../views/turns';
import type { panels } from './panels';
import { type Options, turnsOf } from './params';

/** Filters, and images with their neighbours, that are shown. */
const [FILTERS, ASKED, NEAR] = [16, 4, 3];

/** Kernels of the first layer as images, `[n, h, w, c]`: of a convolution, or of a layer that reads all pixels. */
export function firstFilters(
  ops: Ops,
  weights: Readonly<Record<string, Tensor>>,
  image: readonly number[],
): Tensor {
  const pixels = image.reduce((a, b) => a * b, 1);
  const reads = ({ shape }: Tensor) => shape.length === 4 || (shape.length === 2 && shape[0] === pixels);
  const kernel = Object.values(weights).find(reads);
  if (!kernel) return ops.zeros([1, 1, 1, 1]);
  const cut = kernel.shape.length === 4 ? kernel : ops.reshape(kernel, [...image, -1]);
  const n = Math.min(FILTERS, cut.shape[3] as number);
  return ops.transpose(ops.slice(cut, [0, 0, 0, 0], [-1, -1, -1, n]), [3, 0, 1, 2]);
}

/** Rows of an image and those of the batch whose features have the largest cosines with its own. */
export function nearest(ops: Ops, images: Tensor4D, features: Tensor2D): Tensor {
  const rows = images.shape[0];
  const unit = ops.l2Normalize(ops.slice(features, [0, 0], [rows, -1]));
  const own = ops.mul(2, ops.oneHot(ops.range(0, rows, 1, 'int32') as Tensor1D, Math.max(2, rows)));
  const cosines = ops.add(ops.matMul(unit, unit, false, true), ops.slice(own, [0, 0], [rows, rows]));
  const asked = ops.slice(cosines, [0, 0], [Math.min(ASKED, rows), -1]);
  const near = ops.topk(asked, Math.min(NEAR + 1, rows)).indices;
  return ops.gather(images, ops.reshape(near, [-1]) as Tensor1D);
}

/** Mean square over channels of the first images' last map, `[n, h, w, 1]`. */
const energy = (ops: Ops, map: Tensor4D, n: number): Tensor =>
  ops.mean(ops.square(ops.slice(map, [0, 0, 0, 0], [Math.min(n, map.shape[0]), -1, -1, -1])), -1, true);

function guesses(ops: Ops, z: Tensor2D, targets: Tensor2D, turns: number) {
  const truth = turnLabels(ops, z, turns);
  const guessed = ops.oneHot(ops.argMax(z) as Tensor1D, turns);
  const right = ops.mul(truth, ops.sum(ops.mul(truth, guessed), -1, true));
  const seen = ops.maximum(ops.matMul(targets, truth, true), 1e-6);
  return {
    confusion: ops.matMul(truth, guessed, true),
    byClass: ops.div(ops.matMul(targets, right as Tensor2D, true), seen),
  };
}

interface Guessing {
  readonly turns: (x: Tensor) => Tensor;
  readonly reached: readonly Variable[];
}

/** Number of the state of the student, then the accuracy of each layer: those that have been so far, `[n, 1 + layers]`. */
function layers({ ops, params, extras, phase }: Probed<Options, Guessing, undefined>): Tensor {
  const turned = phase === 'distil' && params.pretext > 0;
  const known = turned ? extras.reached : extras.reached.slice(0, 1);
  return ops.stack(known.map((reached, i) => ops.concat([ops.tensor1d([i]), reached], 0)));
}

/** The batch's images in all turns with the answers to them: as they are in the first phase, else asked anew. */
function turnedBatch(step: Probed<Options, Guessing, undefined>, turns: readonly number[]) {
  const { ops, phase, images, student, targets, forward } = step;
  if (phase === 'pretext') return { student, targets };
  const copies = allTurns(ops, images, turns);
  return {
    student: forward(copies, { training: false }),
    targets: repeated(ops, targets, turns.length),
  };
}

export function pictures(step: Probed<Options, Guessing, undefined>): Record<keyof typeof panels, Tensor> {
  const { ops, params, extras, phase, images, student, weights } = step;
  const turns = turnsOf(params);
  const upright = ops.range(0, images.shape[0], phase === 'pretext' ? turns.length : 1, 'int32');
  const turned = turnedBatch(step, turns);
  const { embedding, taps } = turned.student;
  const z = extras.turns(embedding) as Tensor2D;
  return {
    ...guesses(ops, z, turned.targets, turns.length),
    filters: firstFilters(ops, weights, images.shape.slice(1)),
    neighbours: nearest(
      ops,
      ops.gather(images, upright) as Tensor4D,
      ops.gather(student.embedding, upright) as Tensor2D,
    ),
    layers: layers(step),
    copies: energy(ops, ops.toMap(Object.values(taps).at(-1) ?? embedding), turns.length),
  };
}
