/** The three stages of ScaLearn as losses. */
import type { Ops, Scalar, Table, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';
import type { Step } from '../kit';
import { allTurns, turnLabels } from '../views/turns';
import { answer, type Values } from './answer';
import { alone, type Parts } from './parts';

/** Labels of the source tasks, a row per image, -1 for none. */
export interface Memory {
  /** Undefined without source tasks. */
  readonly labels: Table | undefined;
  /** Of images that lost their class; undefined where there are none, or none of the tasks is known of them. */
  readonly pool: Table | undefined;
}

type Training = Step<Values, Parts, Memory>;

/** Mean over the rows that have a label, int32 `[rows]`, -1 for none. 0 where no row has one. */
export function maskedLoss(ops: Ops, z: Tensor2D, labels: Tensor1D): Scalar {
  const targets = ops.oneHot(labels, z.shape[1]);
  const rows = ops.maximum(ops.sum(targets), 1);
  return ops.neg(ops.div(ops.sum(ops.mul(targets, ops.logSoftmax(z))), rows)) as Scalar;
}

const labelsOf = (ops: Ops, rows: Tensor2D, task: number): Tensor1D =>
  ops.cast(ops.reshape(ops.slice(rows, [0, task], [rows.shape[0], 1]), [-1]), 'int32');

/** The images that source tasks are learnt from, those without a class among them, and their labels. */
function sourceRows(step: Training & { memory: { labels: Table } }) {
  const { ops, memory, images, index } = step;
  const rows = memory.labels.read(index);
  if (!memory.pool) return { images, rows };
  return {
    images: ops.concat([images, step.pool.images], 0) as Tensor4D,
    rows: ops.concat([rows, memory.pool.read(step.pool.index)], 0) as Tensor2D,
  };
}

const hasTasks = (step: Training): step is Training & { memory: { labels: Table } } =>
  step.memory.labels !== undefined;

/** The backbone's own stage: every source task from one network, or turns of the images. */
function backboneLoss(step: Training): Scalar {
  const { ops, extras, memory, images, forward } = step;
  const { pretext } = extras;
  if (!hasTasks(step) || pretext.length < extras.tasks.length - 1) {
    const all = memory.pool ? (ops.concat([images, step.pool.images], 0) as Tensor4D) : images;
    const z = pretext[0]!(forward(allTurns(ops, all)).embedding) as Tensor2D;
    return ops.crossEntropy(z, turnLabels(ops, z));
  }
  const source = sourceRows(step);
  const { embedding } = forward(source.images);
  const losses = pretext.map((head, t) =>
    maskedLoss(ops, head(embedding) as Tensor2D, labelsOf(ops, source.rows, t)),
  );
  return ops.div(ops.addN(losses), losses.length) as Scalar;
}

/** Adapters of the source tasks; they share nothing that learns, so their sum trains each as if alone. */
function adapterLoss(step: Training): Scalar {
  const { ops, params, extras, forward } = step;
  if (!hasTasks(step) || params.transfer === 'adapter') return ops.scalar(0);
  const source = sourceRows(step);
  const losses = extras.heads.slice(0, -1).map((head, t) => {
    const { embedding } = forward(source.images, { hooks: alone(ops, extras, t) });
    return maskedLoss(ops, head(embedding) as Tensor2D, labelsOf(ops, source.rows, t));
  });
  return ops.addN(losses) as Scalar;
}

export function stageLosses(step: Training): Record<'backbone' | 'sources' | 'target', Scalar> {
  const { ops, phase, targets, random } = step;
  const none = ops.scalar(0);
  if (phase === 'backbone') return { backbone: backboneLoss(step), sources: none, target: none };
  const target = ops.crossEntropy(answer(step, random), targets);
  return { backbone: none, sources: phase === 'adapters' ? adapterLoss(step) : none, target };
}
