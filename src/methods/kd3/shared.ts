/** The shared classifier: the student's map through a transfer module to what the teacher's frozen head reads. */
import type {
  Build,
  Layer,
  NetOutput,
  Ops,
  Shape,
  Tensor,
  Tensor2D,
  Tensor4D,
  Variable,
} from '../../engine/types';
import { type Given, mapShape, type TapShapes } from '../kit';

/** What the teacher's head reads: a map of `[height, width, channels]`, averaged over its cells or `flat`. */
export interface Reads {
  readonly shape: Shape;
  readonly flat: boolean;
}

export interface Extras {
  readonly reads: Reads;
  /** From the student's map to one of the teacher's width. */
  readonly transfer: (x: Tensor) => Tensor;
  /** Copy of the teacher's head, `[embedding, classes]` and `[classes]`: a state, so nothing trains it. */
  readonly kernel: Variable;
  readonly bias: Variable;
  /** Embeddings that the contrasts compare. */
  readonly student: Layer;
  readonly teacher: Layer;
}

const lastShape = ({ taps }: TapShapes): Shape => mapShape(Object.values(taps).at(-1) ?? [1, 1, 1]);

/** The cells of the last map where the embedding is their average, or flattened; else the embedding as one cell. */
export function readsOf(teacher: TapShapes): Reads {
  let [h = 1, w = 1, c = 1] = lastShape(teacher);
  const { embedding } = teacher;
  if (c === embedding) return { shape: [h, w, c], flat: false };
  while (h * w * c > embedding && h * w > 1) [h, w] = [Math.ceil(h / 2), Math.ceil(w / 2)];
  return { shape: h * w * c === embedding ? [h, w, c] : [1, 1, embedding], flat: true };
}

interface Widths {
  readonly factor: number;
  readonly width: number;
}

export function grow(build: Build, given: Given<Widths>): Extras {
  const { params, classes, student, teacher = student } = given;
  const reads = readsOf(teacher);
  const [h = 1, w = 1, own = 1] = lastShape(student);
  const [rows = 1, columns = 1, wide = 1] = reads.shape;
  const grid = reads.flat ? [rows, columns] : [Math.min(h, rows), Math.min(w, columns)];
  const inner = Math.max(1, Math.round(wide / params.factor));
  const block = (name: string, inputs: number, outputs: number, kernel: number) => {
    const conv = build.conv(`transfer/${name}`, [...grid, inputs], outputs, { kernel });
    const norm = build.batchNorm(`transfer/${name}/norm`, conv.out, { relu: true });
    return (x: Tensor): Tensor => norm(conv(x));
  };
  const blocks = [block('in', own, inner, 1), block('middle', inner, inner, 3), block('out', inner, wide, 1)];
  return {
    reads: { ...reads, shape: [...grid, wide] },
    transfer: (x) => blocks.reduce((y, run) => run(y), x),
    kernel: build.state('head/kernel', [teacher.embedding, classes], 0),
    bias: build.state('head/bias', [classes], 0),
    student: build.dense('embed/student', [student.embedding], params.width),
    teacher: build.dense('embed/teacher', [teacher.embedding], params.width),
  };
}

const lastMap = (ops: Ops, { normed, taps }: NetOutput): Tensor4D =>
  ops.toMap(normed ?? (Object.values(taps).at(-1) as Tensor));

interface Moment {
  readonly ops: Ops;
  readonly extras: Extras;
}

/** The student's features in the teacher's form, `[rows, h, w, c]`, and what the teacher's head says of them. */
export function answersOf({ ops, extras }: Moment, student: NetOutput) {
  const { reads, transfer, kernel, bias } = extras;
  const [h = 1, w = 1] = reads.shape;
  const map = transfer(ops.poolTo(lastMap(ops, student), h, w));
  const seen = reads.flat ? ops.flatten(map) : ops.globalAveragePool(map);
  const logits = ops.add(ops.matMul(seen, kernel as unknown as Tensor2D), bias) as Tensor2D;
  return { map, logits };
}

/** The teacher's features in the same form. */
export function wantedOf({ ops, extras }: Moment, teacher: NetOutput): Tensor {
  const { shape, flat } = extras.reads;
  const [h = 1, w = 1] = shape;
  return flat ? ops.reshape(teacher.embedding, [-1, ...shape]) : ops.poolTo(lastMap(ops, teacher), h, w);
}
