/** Made-up answers of the networks a method may have beside its students and the run's teacher. */
import type { AnyValues } from '../../src/core/params';
import type { NetOutput, Shape, Table, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { net, ops, rerun } from '../../src/golden/kit';
import type { AnyMethod } from '../../src/methods/index';
import type {
  Asked,
  ClassFacts,
  Forward,
  Midway,
  Pass,
  PoolBatch,
  Review,
  Step,
} from '../../src/methods/kit';
import { normal } from './support';

export const factsOf = (classes: number): ClassFacts => ({
  classes,
  classNames: Array.from({ length: classes }, (_, i) => `class ${i}`),
  groups: [],
  tasks: [],
});

/** Logits of the own teachers that a method asks for, and inner activations of these shapes. */
export const ownAnswers = (
  method: AnyMethod,
  params: AnyValues,
  classes: number,
  rows: number,
  taps: Readonly<Record<string, Shape>> = {},
  facts: ClassFacts = factsOf(classes),
): NetOutput[] =>
  (method.roles?.teachers?.(params, facts) ?? []).map(({ outputs = classes }, i) =>
    net({
      logits: normal([rows, outputs], 300 + i, 2) as Tensor2D,
      taps: Object.fromEntries(
        Object.entries(taps).map(([key, shape], k) => [key, normal([rows, ...shape], 320 + 10 * i + k)]),
      ),
    }),
  );

/** Stands for the passes of a step: other images get the answers to its own, from the first on. */
export const forwardOf =
  (students: readonly NetOutput[], own: readonly NetOutput[], frozen?: NetOutput): Forward =>
  (images, { student = 0, teacher, hooks } = {}) => {
    const taught = teacher === true && frozen ? frozen : own[Number(teacher)];
    const answer = teacher === undefined ? students[student] : taught;
    if (!answer) throw new Error('No such network.');
    return rerun(answer, images.shape[0], hooks);
  };

/** Images of a pool, and of a step of it. */
const [POOL, SEEN] = [20, 5];

/** A pool without answers of its own, one number per class imported with every image, and every third label wrong. */
export function more(samples: number, classes: number): Pick<Pass, 'pool' | 'numbers' | 'relabelled'> {
  const refuse = () => Promise.reject(new Error('Asked before there was anything to ask.'));
  const rows = (n: number) => new Float32Array(n * classes).map((_, i) => Math.sin(i + 1));
  return {
    pool: {
      samples: POOL,
      tasks: [],
      imagesOf: (some) => new Float32Array(some.length * 64),
      teacherOutputs: refuse,
      studentOutputs: refuse,
    },
    numbers: {
      name: 'numbers.csv',
      width: classes,
      rows: rows(samples),
      pool: rows(POOL),
      classes: new Float32Array(classes * classes).fill(Number.NaN),
    },
    relabelled: Uint8Array.from({ length: samples }, (_, i) => Number(i % 3 === 0)),
  };
}

/** Images without labels of a step. @param answer of a network, by a seed. */
export function poolBatch(
  students: number,
  answer: (kind: 'student' | 'teacher', rows: number, seed: number) => NetOutput,
): PoolBatch {
  const all = Array.from({ length: students }, (_, i) => answer('student', SEEN, 500 + 10 * i));
  return {
    images: normal([SEEN, 8, 8, 1], 400) as PoolBatch['images'],
    index: ops.range(0, SEEN, 1, 'int32') as Tensor1D,
    rows: SEEN,
    student: all[0]!,
    students: all,
    teachers: [],
    teacher: answer('teacher', SEEN, 600),
  };
}

/** What a method would be told of validation images like those of a step. */
export async function reviewOf(step: Step<AnyValues, unknown, unknown>): Promise<Review> {
  const { labels, student, teachers, phase, classes } = step;
  const numbers = async (x: Tensor | Tensor1D) => Float32Array.from(await x.data());
  const outputs = Promise.all(teachers.map(({ logits }) => numbers(logits)));
  return {
    ...factsOf(classes),
    phase,
    labels: Int32Array.from(await labels.data()),
    logits: await numbers(student.logits),
    ownTeacherOutputs: () => outputs,
  };
}

/** A table that can be filled anew; what a step writes to it is forgotten. */
export function fillable(rows: number, columns: number, initial?: Float32Array): Table {
  let values: Tensor2D = initial ? ops.tensor2d(initial, [rows, columns]) : ops.zeros([rows, columns]);
  return {
    rows,
    columns,
    read: (index) => ops.gather(values, index),
    write: () => undefined,
    fill: (all) => {
      values = ops.tensor2d(all, [rows, columns]);
    },
  };
}

/** The tools of `begin` for a lane of these networks, over images of made-up pixels. What it does not need refuses. */
export function midwayOf(
  pass: Pass,
  extras: unknown,
  image: Shape,
  networks: Pick<Asked, 'teacher' | 'student'>,
): Midway<unknown, AnyValues> {
  const size = image.reduce((a, b) => a * b, 1);
  const refuse = () => Promise.reject(new Error('Nothing to ask here.'));
  const asked: Asked = {
    ...networks,
    guest: () => {
      throw new Error('There is no guest.');
    },
    images: (values) => {
      const shape = [values.length / size, ...image] as [number, number, number, number];
      return ops.reshape(ops.tensor1d(values), shape);
    },
  };
  return {
    ...pass,
    ...{ extras, image, epochs: 1, kept: new Set<number>() },
    held: {
      extras,
      classes: pass.classes,
      labels: new Int32Array(),
      answers: refuse,
      write: () => undefined,
    },
    imagesOf: (rows) =>
      Float32Array.from({ length: rows.length * size }, (_, i) =>
        Math.sin(rows[Math.floor(i / size)]! + 3 * (i % size)),
      ),
    compute: async (make) => Float32Array.from(await make(asked).data()),
    teacherHead: refuse,
    studentOutputs: refuse,
    ownTeacherOutputs: refuse,
    weights: refuse,
    setWeights: refuse,
  };
}
