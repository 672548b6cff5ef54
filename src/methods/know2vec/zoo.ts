/** Many small networks at once: the same layers side by side, each with its own weights, so that a step is one pass. */
import type { Build, Ops, Scalar, Shape, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import { blocks, inDomain } from './domains';
import { indexOf } from './measures';
import { DOMAINS, type Task, taskOf, type Zoo } from './tasks';

/** Channels of the two convolutions. */
const FIRST = 16;
const SECOND = 16;
/** Images are seen at no more pixels a side than this. */
const SIDE = 16;

interface Layers {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

export interface Nets {
  /** Pixels a side that the networks see. */
  readonly side: readonly [height: number, width: number];
  /** Convolutions of blocks of four by four and of two by two cells, and a linear layer; `[nets, in, out]`. */
  readonly layers: readonly [first: Layers, second: Layers, last: Layers];
}

/** Blocks of four by four, and of these two by two, must come out even. */
const seenOf = (pixels: number): number => Math.max(8, Math.min(SIDE, 8 * Math.floor(pixels / 8)));

export function growZoo(build: Build, { trained, perTask }: Zoo, image: Shape): Nets {
  const [height = 8, width = 8, channels = 1] = image;
  const side = [seenOf(height), seenOf(width)] as const;
  const cells = (side[0] * side[1]) / 64;
  const grow = (name: string, input: number, units: number, gain: number): Layers => ({
    weight: build.weight(`zoo/${name}/weight`, [trained, input, units], { normal: Math.sqrt(gain / input) }),
    bias: build.weight(`zoo/${name}/bias`, [trained, 1, units], 'zeros'),
  });
  return {
    side,
    layers: [
      grow('first', 16 * channels, FIRST, 2),
      grow('second', 4 * FIRST, SECOND, 2),
      grow('last', cells * SECOND, perTask, 1),
    ],
  };
}

/** Images as the first layer reads them, `[n, places, 16 c]`. */
export function readable(ops: Ops, images: Tensor4D, [h, w]: Nets['side']): Tensor {
  const cells = blocks(ops, blocks(ops, ops.poolTo(images, h, w)));
  return ops.reshape(cells, [images.shape[0], -1, cells.shape[3] as number]);
}

/** Logits `[nets, n, C]` of networks `[nets, ..]` for what each of them reads, `[nets, n * places, 16 c]`. */
function answer(ops: Ops, layers: readonly Layers[], side: Nets['side'], seen: Tensor): Tensor {
  const [first, second, last] = layers as [Layers, Layers, Layers];
  const apply = (x: Tensor, { weight, bias }: Layers) => ops.add(ops.batchMatMul(x, weight), bias);
  const [h, w] = [side[0] / 4, side[1] / 4];
  const nets = seen.shape[0] as number;
  const a = ops.relu(apply(seen, first));
  const cells = blocks(ops, ops.reshape(a, [-1, h, w, FIRST]));
  const b = ops.relu(apply(ops.reshape(cells, [nets, -1, 4 * FIRST]), second));
  return apply(ops.reshape(b, [nets, -1, (h * w * SECOND) / 4]), last);
}

/** The weights of some of the networks. */
const some = (ops: Ops, { layers }: Nets, nets: readonly number[]): Layers[] => {
  const index = indexOf(ops, nets);
  return layers.map(({ weight, bias }) => ({
    weight: ops.gather(weight, index),
    bias: ops.gather(bias, index),
  }));
};

/** Probabilities of some networks for the same images `[n, ..]`, or for images of their own `[nets * n, ..]`. */
export function probabilities(
  ops: Ops,
  zoo: Nets,
  images: Tensor4D,
  nets: readonly number[],
  own: boolean,
): Tensor {
  const seen = readable(ops, images, zoo.side);
  const width = seen.shape[2] as number;
  const read = own
    ? ops.reshape(seen, [nets.length, -1, width])
    : ops.tile(ops.reshape(seen, [1, -1, width]), [nets.length, 1, 1]);
  return ops.softmax(answer(ops, some(ops, zoo, nets), zoo.side, read));
}

/**
 * Cross-entropy of every network with the images of its task, seen in its domain; means added up, since each has its
 * own weights. @param shown 1 where the zoo may learn from the image, `[b, 1]`. @param targets `[b, classes]`.
 */
export function zooLoss(
  ops: Ops,
  { nets, tasks, zoo }: { readonly nets: Nets; readonly tasks: readonly Task[]; readonly zoo: Zoo },
  images: Tensor4D,
  targets: Tensor2D,
  shown: Tensor,
): Scalar {
  const domains = ops.stack(
    Array.from({ length: DOMAINS }, (_, d) => readable(ops, inDomain(ops, images, d), nets.side)),
  );
  const [, rows = 1, places = 1, width = 1] = domains.shape;
  const own = Array.from({ length: zoo.trained }, (_, m) => tasks[taskOf(zoo, m)]!);
  const domain = indexOf(
    ops,
    own.map((task) => task.domain),
  );
  const seen = ops.gather(ops.reshape(domains, [DOMAINS, rows * places, width]), domain);
  const logits = answer(ops, nets.layers, nets.side, seen);
  const classes = indexOf(
    ops,
    own.flatMap((task) => task.classes),
  );
  const wanted = ops.gather(ops.mul(targets, shown), classes, 1);
  const truth = ops.transpose(ops.reshape(wanted, [rows, zoo.trained, zoo.perTask]), [1, 0, 2]);
  const wrong = ops.neg(ops.sum(ops.mul(truth, ops.logSoftmax(logits)), [1, 2]));
  return ops.sum(ops.div(wrong, ops.maximum(ops.sum(truth, [1, 2]), 1))) as Scalar;
}
