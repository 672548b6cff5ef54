/** The memory bank of contrastive representation distillation (Tian, Krishnan, Isola 2020) and its losses. */
import type { Ops, Scalar, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import type { Pass } from '../kit';

/** Momentum of the memory and the epsilon under its logarithms, as released. */
const MOMENTUM = 0.5;
const EPSILON = 1e-7;

/** Unit embeddings of every training image as student and teacher gave them last, and how to draw others. */
export interface Memory {
  readonly student: Table;
  readonly teacher: Table;
  /** Normalisers of both sides, `[1, 2]`; 0 until the first batch sets them. */
  readonly constants: Table;
  /** Training rows sorted by class, `[samples, 1]`. */
  readonly order: Table;
  /** First place in `order` and number of rows of each class, `[classes, 2]`. */
  readonly ranges: Table;
}

/** A new memory of embeddings of this width: uniform in +-1 / sqrt(width / 3), as released. */
export function remember(pass: Pass, width: number): Memory {
  const spread = 1 / Math.sqrt(width / 3);
  const rows = (name: string) =>
    pass.table(
      pass.samples,
      width,
      pass.uniform(name, pass.samples * width).map((u) => (2 * u - 1) * spread),
    );
  const order = Array.from(pass.labels.keys()).sort((a, b) => (pass.labels[a] ?? 0) - (pass.labels[b] ?? 0));
  const ranges = new Float32Array(2 * pass.classes);
  for (const label of pass.labels) ranges[2 * label + 1] = (ranges[2 * label + 1] ?? 0) + 1;
  for (let c = 1; c < pass.classes; c++) ranges[2 * c] = (ranges[2 * c - 2] ?? 0) + (ranges[2 * c - 1] ?? 0);
  return {
    student: rows('student'),
    teacher: rows('teacher'),
    constants: pass.table(1, 2),
    order: pass.table(pass.samples, 1, Float32Array.from(order)),
    ranges: pass.table(pass.classes, 2, ranges),
  };
}

/** Rows of other classes for each label, from uniform numbers `[b, n]`: int32 `[b, n]`. */
export function drawOthers(ops: Ops, memory: Memory, labels: Tensor1D, uniform: Tensor): Tensor2D {
  const [start, count] = ops.split(memory.ranges.read(labels), 2, 1) as [Tensor, Tensor];
  const others = ops.sub(memory.order.rows, count);
  const drawn = ops.minimum(ops.floor(ops.mul(uniform, others)), ops.maximum(ops.sub(others, 1), 0));
  const after = ops.cast(ops.greaterEqual(drawn, start), 'float32');
  const place = ops.minimum(ops.add(drawn, ops.mul(after, count)), memory.order.rows - 1);
  const rows = memory.order.read(ops.cast(ops.reshape(place, [-1]), 'int32') as Tensor1D);
  return ops.cast(ops.reshape(rows, uniform.shape as [number, number]), 'int32') as Tensor2D;
}

/** Noise-contrastive loss of similarities `[b, 1 + n]`, the first column the positive. Equation 17. */
function contrast(ops: Ops, x: Tensor, samples: number): Scalar {
  const [b, columns] = x.shape as [number, number];
  const noise = (columns - 1) / samples;
  const log = ops.log(ops.add(x, noise + EPSILON));
  const positive = ops.sum(ops.log(ops.maximum(ops.slice(x, 0, [b, 1]), 1e-37)));
  const negatives = b * (columns - 1) * Math.log(noise);
  return ops.div(ops.sub(ops.sum(log), ops.add(positive, negatives)), b) as Scalar;
}

export interface Anchors {
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
}

/** Both sides against the memory of the other; `rows` int32 `[b, 1 + n]` starts with the own row. Writes it. */
export function memoryLosses(
  ops: Ops,
  memory: Pick<Memory, 'student' | 'teacher' | 'constants'>,
  v: Anchors,
  rows: Tensor2D,
  temperature: number,
) {
  const [b, n] = rows.shape;
  const samples = memory.student.rows;
  const index = ops.reshape(rows, [-1]) as Tensor1D;
  const scores = (table: Table, anchor: Tensor2D): Tensor => {
    const seen = ops.reshape(table.read(index), [b, n, table.columns]);
    const dots = ops.batchMatMul(seen, ops.expandDims(anchor, 2));
    return ops.exp(ops.div(ops.reshape(dots, [b, n]), temperature));
  };
  const raw = [scores(memory.teacher, v.student), scores(memory.student, v.teacher)] as const;
  const first = ops.range(0, 1, 1, 'int32');
  const stored = memory.constants.read(first);
  const fresh = ops.stack(raw.map((x) => ops.mul(ops.mean(ops.stopGradient(x)), samples)));
  const unset = ops.cast(ops.lessEqual(stored, 0), 'float32');
  const constants = ops.add(stored, ops.mul(unset, ops.expandDims(fresh, 0))) as Tensor2D;
  memory.constants.write(first, constants);
  const [zs, zt] = ops.split(constants, 2, 1) as [Tensor, Tensor];
  const own = ops.reshape(ops.slice(rows, 0, [b, 1]), [-1]) as Tensor1D;
  for (const side of ['student', 'teacher'] as const) {
    const mixed = ops.add(
      ops.mul(memory[side].read(own), MOMENTUM),
      ops.mul(ops.stopGradient(v[side]), 1 - MOMENTUM),
    );
    memory[side].write(own, ops.l2Normalize(mixed) as Tensor2D);
  }
  return {
    student: contrast(ops, ops.div(raw[0], zs), samples),
    teacher: contrast(ops, ops.div(raw[1], zt), samples),
  };
}
