/** What every head said one epoch ago, and the targets made of it. */
import type { Ops, Scalar, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import type { Pass } from '../kit';
import { TURNS } from './branches';
import { jointTargets, soften, upright } from './losses';

/** Zero until an image was seen. */
export interface Memory {
  /** The student's answers to upright images, `[samples, K]`. */
  readonly plain: Table;
  /** Those of every branch: `[samples, M K M]` with all turns, `[samples, K M]` without. */
  readonly joint: readonly Table[];
}

interface Options {
  readonly branches: number;
  readonly past: 'all' | 'upright';
  readonly softening: number;
  readonly schedule: 'ramp' | 'constant';
}

export function remember({ classes, samples, table }: Pass, { branches, past }: Options): Memory {
  const columns = classes * TURNS * (past === 'all' ? TURNS : 1);
  return {
    plain: table(samples, classes),
    joint: Array.from({ length: branches }, () => table(samples, columns)),
  };
}

/** Weight of the past in an epoch counted from 0; nothing is known in the first one, whatever the weight. */
export const shareOf = (ops: Ops, { softening, schedule }: Options, epoch: Scalar, epochs: number): Scalar =>
  schedule === 'constant' ? ops.scalar(softening) : ops.mul(ops.add(epoch, 1), softening / epochs);

interface Seen {
  readonly ops: Ops;
  readonly params: Options;
  readonly memory: Memory;
  /** Rows of the images before they were turned, `[b]`. */
  readonly index: Tensor1D;
  /** Of turned images, `[b M, K]`. */
  readonly targets: Tensor2D;
  readonly epoch: Scalar;
  readonly epochs: number;
}

/** Softened targets of the student's head `[b, K]` and of every branch `[b M, K M]`. */
export function recall(seen: Seen, branches: number): { plain: Tensor2D; joint: Tensor2D[] } {
  const { ops, params, memory, index } = seen;
  const hard = upright(ops, seen.targets);
  const [b, classes] = hard.shape;
  const columns = classes * TURNS;
  const share = shareOf(ops, params, seen.epoch, seen.epochs);
  const joint = jointTargets(ops, hard);
  const pastOf = (table: Table): Tensor => {
    const past = ops.reshape(table.read(index), [b, -1, columns]);
    const all =
      params.past === 'all'
        ? past
        : ops.pad(past, [
            [0, 0],
            [0, TURNS - 1],
            [0, 0],
          ]);
    return ops.reshape(all, [b * TURNS, columns]);
  };
  return {
    plain: soften(ops, hard, memory.plain.read(index), share),
    joint: memory.joint.slice(0, branches).map((table) => soften(ops, joint, pastOf(table), share)),
  };
}

/** Keeps the answers of this step for the next epoch. */
export function store(
  { ops, params, memory, index }: Seen,
  plain: Tensor2D,
  joint: readonly Tensor2D[],
): void {
  const answers = (z: Tensor2D) => ops.stopGradient(ops.softmax(z)) as Tensor2D;
  memory.plain.write(index, answers(plain));
  for (const [l, z] of joint.entries()) {
    const rows = answers(params.past === 'all' ? z : upright(ops, z));
    memory.joint[l]?.write(index, ops.reshape(rows, [plain.shape[0], -1]));
  }
}
