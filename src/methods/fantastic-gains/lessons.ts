import type { NetOutput, Ops, Scalar, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { flips, pick, type Seen, sourceOf } from './sources';

export interface Memory {
  /** What the student, then each other learner of the zoo, answered when the transfer began. */
  readonly answers: readonly Table[];
  /** 1 where a learner was shown the image at first, `[samples, learners]`. */
  readonly shown: Table;
}

/** The first phase of transfer; later turns have their number behind it. */
export const TRANSFER = 'transfer';

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
  readonly params: { readonly strategy: string; readonly order: string };
  readonly phase: string;
  readonly memory: Memory;
  readonly teacher: NetOutput;
  readonly student: NetOutput;
  readonly targets: Tensor2D;
  readonly labels: Tensor1D;
  readonly index: Tensor1D;
  readonly classes: number;
}

/** Logits of the run's teacher and of the others of the zoo, or of the one whose turn it is. */
function teachersOf({ params, phase, memory, teacher, index }: Moment): Tensor2D[] {
  const turn = Number(/ (\d+)$/.exec(phase)?.[1] ?? 1) - 1;
  const tables = memory.answers.slice(1);
  if (params.order !== 'turns') return [teacher.logits, ...tables.map((table) => table.read(index))];
  return [turn === 0 ? teacher.logits : (tables[turn - 1] as Table).read(index)];
}

interface Copying extends Pick<Moment, 'ops' | 'labels'> {
  readonly params: { readonly slow: boolean; readonly strategy: string; readonly temperature: number };
}

/** The answers that may teach: of the former self, then of teachers; and whose counts. */
function choose(moment: Moment) {
  const { ops, params, memory, targets, index } = moment;
  const answers = [(memory.answers[0] as Table).read(index), ...teachersOf(moment)];
  const source = sourceOf(ops, answers, params.strategy === 'unsupervised' ? undefined : targets);
  return { answers, source };
}

/** What the student is to answer, `[b, classes]`: the most convincing answer, or always the teacher's. */
export function taughtBy(moment: Moment): Tensor2D {
  const { strategy } = moment.params;
  if (strategy === 'teacher' || strategy === 'labels') return teachersOf(moment)[0] as Tensor2D;
  const { answers, source } = choose(moment);
  return pick(moment.ops, answers, source);
}

/**
 * T^2 times the mean over images of the KL divergence from one answer to the student's. With slow weights and a
 * teacher that always counts, images that the student has right and the teacher wrong add 0.
 */
export function copying(moment: Copying, mine: Tensor2D, theirs: Tensor2D): Scalar {
  const { ops, params, labels } = moment;
  const { slow, strategy, temperature } = params;
  const always = strategy === 'teacher' || strategy === 'labels';
  if (!slow || !always) return ops.distillation(mine, theirs, temperature);
  const right = (logits: Tensor2D) => ops.cast(ops.equal(ops.argMax(logits), labels), 'float32');
  const now = ops.stopGradient(mine);
  const lost = ops.mul(right(now), ops.sub(1, right(theirs)));
  const kept = ops.sub(1, lost);
  return ops.mean(ops.mul(kept, ops.distillationRows(mine, theirs, temperature)));
}

/** Who teaches, what student and teacher knew, and what came of it, for one batch. */
export function pictures(moment: Moment): Readonly<Record<'taught' | 'flips' | 'change', Tensor>> {
  const { ops, student, labels, classes } = moment;
  const { answers, source } = choose(moment);
  const [before, of, after] = [answers[0]!, answers[1]!, student.logits].map((z) => ops.argMax(z));
  const { matrix, gain, loss } = flips(ops, { labels, before, teacher: of, after } as Seen, classes);
  return {
    taught: ops.mean(ops.oneHot(source, answers.length), 0),
    flips: matrix,
    change: ops.stack([gain, loss]),
  };
}
