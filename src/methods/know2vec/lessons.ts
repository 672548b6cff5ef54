/** The losses of the three phases: the zoo's own, those of the ranking, and what chosen networks teach. */
import type { Ops, Scalar, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import type { Step } from '../kit';
import { maskedRank, releasedRank, transferabilityLoss } from './losses';
import { indexOf } from './measures';
import { type Extras, type Memory, QUERIES } from './memory';
import type { Options } from './params';
import { learntFrom, taskOf, upTo } from './tasks';
import { modelVectors, queryVectors, taskLoss } from './vectors';

export type OwnStep = Step<Options, Extras, Memory>;

/** Vectors of some networks, with the raw ones. */
export function vectorsOf(
  { ops, params, extras, memory }: Pick<OwnStep, 'ops' | 'params' | 'extras' | 'memory'>,
  nets: readonly number[],
) {
  const { perTask } = memory.zoo;
  const rows = memory.models.read(indexOf(ops, nets));
  const encoded = ops.reshape(rows, [nets.length, perTask, perTask, -1]);
  return modelVectors(ops, encoded, extras.encoders, params.ends);
}

/** Vectors of the queries at `rows` of their table. */
export function queriesAt(
  { ops, params, extras, memory }: Pick<OwnStep, 'ops' | 'params' | 'extras' | 'memory'>,
  rows: Tensor1D,
): Tensor2D {
  const means = ops.reshape(memory.queries.read(rows), [rows.size, memory.zoo.perTask, -1]);
  return queryVectors(ops, means, extras.encoders, params.ends);
}

/** Share of the best accuracy from which on a network is listed for a query, in the transferability form. */
const LISTED = 0.8;

/** The networks of seen tasks, each with a random query of its task. */
export function matching(step: OwnStep): { readonly rank: Scalar; readonly head: Scalar } {
  const { ops, params, extras, memory, random } = step;
  const { zoo } = memory;
  const nets = learntFrom(zoo);
  const tasks = nets.map((net) => taskOf(zoo, net));
  const lot = ops.floor(ops.mul(random.uniform('query', [nets.length]), QUERIES));
  const first = ops.mul(ops.cast(indexOf(ops, tasks), 'float32'), QUERIES);
  const q = queriesAt(step, ops.cast(ops.add(first, lot), 'int32') as Tensor1D);
  const { raw, vector } = vectorsOf(step, nets);
  const seen = indexOf(
    ops,
    tasks.map((task) => task - zoo.unseen),
  );
  const head = taskLoss(ops, raw, extras.encoders.head, seen, zoo.tasks - zoo.unseen);
  if (params.loss === 'released') return { head, rank: releasedRank(ops, q, vector) };
  if (params.loss === 'masked') return { head, rank: maskedRank(ops, q, vector, seen, params.margin) };
  const truth = ops.gather(memory.truth.read(indexOf(ops, tasks)), indexOf(ops, nets), 1);
  const listed = ops.greaterEqual(truth, ops.mul(ops.max(truth, -1, true), LISTED));
  const performance = ops.mul(truth, ops.cast(listed, 'float32')) as Tensor2D;
  return { head, rank: transferabilityLoss(ops, q, vector, performance, params.margin).loss };
}

/** Cross-entropy with the labels that the student may see. */
export function labelsLoss({ ops, memory, student, targets, index }: OwnStep): Scalar {
  const seen = ops.reshape(ops.slice(memory.use.read(index), [0, 1], [-1, 1]), [-1]);
  const rows = ops.mul(seen, ops.crossEntropyRows(student.logits, targets));
  return ops.div(ops.sum(rows), ops.maximum(ops.sum(seen), 1));
}

/** The classes of the groups as columns to pick, `[classes, groups * C]`. */
function columnsOf(ops: Ops, { tasks, zoo }: Memory, classes: number): Tensor2D {
  const members = tasks.slice(0, zoo.groups).flatMap((task) => task.classes);
  return ops.transpose(ops.oneHot(indexOf(ops, members), classes)) as Tensor2D;
}

/**
 * Within each group of classes the student answers as the group's chosen network does. An image counts for a group as
 * far as it is of the group: by its label, or where that is not seen, by what the student itself believes.
 */
export function teaching(step: OwnStep): Scalar {
  const { ops, memory, student, targets, index, classes, batch } = step;
  const { groups, perTask } = memory.zoo;
  const columns = columnsOf(ops, memory, classes);
  const grouped = (x: Tensor): Tensor =>
    ops.reshape(ops.matMul(x as Tensor2D, columns), [batch, groups, perTask]);
  const taught = ops.reshape(memory.answers.read(index), [batch, groups, perTask]);
  const said = ops.logSoftmax(grouped(student.logits));
  const apart = ops.sum(ops.mul(taught, ops.sub(ops.log(ops.maximum(taught, 1e-7)), said)), -1);
  const seen = ops.slice(memory.use.read(index), [0, 1], [-1, 1]);
  const believed = ops.softmax(ops.stopGradient(student.logits));
  const known = ops.add(ops.mul(seen, targets), ops.mul(ops.sub(1, seen), believed));
  const share = ops.sum(grouped(known), -1);
  return ops.div(ops.sum(ops.mul(share, apart)), batch);
}

/** Scores of queries at `rows` against all networks, `[rows, nets]`. */
export function scoresAt(
  step: Pick<OwnStep, 'ops' | 'params' | 'extras' | 'memory'>,
  rows: readonly number[],
): Tensor2D {
  const { ops, memory } = step;
  const q = queriesAt(step, indexOf(ops, rows));
  return ops.matMul(q, vectorsOf(step, upTo(memory.zoo.nets)).vector, false, true);
}
