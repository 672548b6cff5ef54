import type { NetOutput, Ops, Scalar, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { flips, pick, type Seen, sourceOf } from './sources';

export interface Memory {
  /** What the student, then each other learner of the zoo, answered when the transfer began. */
  readonly answers: readonly Table[];
  /** 1 where a learner was shown the image at first, `[samples, learners]`. */
  readonly shown: Table;
}

/** Cross-entropy of each learner with the images it was shown, added up. */
export function firstLessons(
  ops: Ops,
  learners: readonly Tensor2D[],
  shown: Tensor2D,
  targets: Tensor2D,
): Scalar {
  const parts = learners.map((logits, i) => {
    const mine = ops.reshape(ops.slice(shown, [0, i], [-1, 1]), [-1]);
    const rows = ops.mul(mine, ops.crossEntropyRows(logits, targets));
    return ops.div(ops.sum(rows), ops.maximum(ops.sum(mine), 1));
  });
  return ops.addN(parts) as Scalar;
}

/** The part of a step that choosing a source reads. */
interface Moment {
  readonly ops: Ops;
  readonly params: { readonly strategy: string };
  readonly memory: Memory;
  readonly teacher: NetOutput;
  readonly student: NetOutput;
  readonly targets: Tensor2D;
  readonly labels: Tensor1D;
  readonly index: Tensor1D;
  readonly classes: number;
}

/** The answers that may teach: of the former self, the run's teacher, the others of the zoo; and whose counts. */
function choose({ ops, params, memory, teacher, targets, index }: Moment) {
  const [own, ...others] = memory.answers.map((table) => table.read(index));
  const answers = [own!, teacher.logits, ...others];
  const source = sourceOf(ops, answers, params.strategy === 'unsupervised' ? undefined : targets);
  return { answers, source };
}

/** For every image the most convincing answer, `[b, classes]`. */
export function convincing(moment: Moment): Tensor2D {
  const { answers, source } = choose(moment);
  return pick(moment.ops, answers, source);
}

/** Who teaches, what student and teacher knew, and what came of it, for one batch. */
export function pictures(moment: Moment): Readonly<Record<'taught' | 'flips' | 'change', Tensor>> {
  const { ops, teacher, student, labels, classes } = moment;
  const { answers, source } = choose(moment);
  const [before, of, after] = [answers[0]!, teacher.logits, student.logits].map((z) => ops.argMax(z));
  const { matrix, gain, loss } = flips(ops, { labels, before, teacher: of, after } as Seen, classes);
  return {
    taught: ops.mean(ops.oneHot(source, answers.length), 0),
    flips: matrix,
    change: ops.stack([gain, loss]),
  };
}
