/** Made-up answers that every method has to cope with, and the steps made of them. */
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import type { LastStage, NetOutput, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makePass, net, ops } from '../../src/golden/kit';
import type { AnyMethod } from '../../src/methods/index';
import type { Answers, Batch, ClassFacts, Pass, Phase } from '../../src/methods/kit';
import { factsOf, fillable, forwardOf, more, ownAnswers, poolBatch } from './made-up';
import { labelsOf, normal, type Parts } from './support';

export const SAMPLES = 24;
export const IMAGE = [8, 8, 1];
export const STUDENT = { embedding: 6, taps: { stem: [8, 8, 3], stage1: [8, 8, 3], stage2: [4, 4, 6] } };
export const TEACHER = {
  embedding: 9,
  taps: { stem: [8, 8, 4], stage1: [8, 8, 4], stage2: [4, 4, 9] },
  lastStage: true,
};

/** What the teacher's last stage multiplies by, `[4, 9]`. */
export const endWeight = () => normal([4, 9], 91);

/** From the teacher's last tap but one to its end. */
function lastStage(map: Tensor): LastStage {
  const weight = endWeight();
  const cells = ops.matMul(ops.reshape(ops.avgPool2(map), [-1, 4]), weight);
  const tap = ops.relu(ops.reshape(cells, [-1, 4, 4, 9]));
  const embedding = ops.globalAveragePool(tap);
  return { tap, normed: tap, embedding, logits: embedding };
}

export interface Scene {
  readonly name: string;
  readonly batch?: number;
  readonly classes?: number;
  /** All rows of the batch are of the last class. */
  readonly oneClass?: boolean;
  /** Changes the made-up answers: of every student, of the run's teacher and of own ones, to whatever is asked. */
  readonly student?: (output: NetOutput) => NetOutput;
  readonly teacher?: (output: NetOutput) => NetOutput;
  /** There are images without labels, for methods that do without them too. */
  readonly pool?: boolean;
  /** What the data set knows about its images beside their class. */
  readonly attributes?: Pass['attributes'];
  /** Groupings that the data set came with. */
  readonly groups?: ClassFacts['groups'];
  /** Sees the run's teacher answer for all images before the first step. */
  readonly told?: (answers: Answers) => Answers;
}

const map = (output: NetOutput, change: (x: Tensor) => Tensor): NetOutput => ({
  ...output,
  embedding: change(output.embedding) as Tensor2D,
  taps: Object.fromEntries(Object.entries(output.taps).map(([key, x]) => [key, change(x)])),
});
const logits = (output: NetOutput, change: (x: Tensor) => Tensor): NetOutput => ({
  ...output,
  logits: change(output.logits) as Tensor2D,
});
const sharp = (x: Tensor) => ops.mul(1e4, ops.sign(x));
/** A network of one output is sure of that one. */
const certain = (x: Tensor): Tensor => {
  const [rows, outputs] = x.shape as [number, number];
  return ops.mul(1e4, outputs < 2 ? ops.ones([rows, outputs]) : ops.oneHot(labelsOf(rows, outputs), outputs));
};

export const scenes: readonly Scene[] = [
  { name: 'ordinary answers' },
  {
    name: 'logits of +-1e4',
    student: (o) => logits(o, sharp),
    teacher: (o) => logits(o, (x) => sharp(ops.neg(x))),
  },
  { name: 'a one-hot teacher', teacher: (o) => logits(o, certain) },
  { name: 'a student that answers always the same', student: (o) => logits(o, ops.zerosLike) },
  { name: 'a teacher that answers always the same', teacher: (o) => logits(o, ops.zerosLike) },
  { name: 'constant features of the student', student: (o) => map(o, (x) => ops.add(ops.zerosLike(x), 0.5)) },
  { name: 'dead features of the student', student: (o) => map(o, ops.zerosLike) },
  {
    name: 'dead features of both',
    student: (o) => map(o, ops.zerosLike),
    teacher: (o) => map(o, ops.zerosLike),
  },
  { name: 'dead features of the teacher', teacher: (o) => map(o, ops.zerosLike) },
  {
    name: 'constant features of both',
    student: (o) => map(o, (x) => ops.add(ops.zerosLike(x), 0.5)),
    teacher: (o) => map(o, (x) => ops.add(ops.zerosLike(x), 2)),
  },
  { name: 'a batch of one class', oneClass: true },
  { name: 'a batch of one', batch: 1 },
  { name: 'two classes', classes: 2 },
  { name: 'a hundred classes', classes: 100 },
];

function answer(shapes: typeof STUDENT, batch: number, classes: number, seed: number): NetOutput {
  return net({
    logits: normal([batch, classes], seed, 2) as Tensor2D,
    embedding: ops.relu(normal([batch, shapes.embedding], seed + 1)) as Tensor2D,
    taps: Object.fromEntries(
      Object.entries(shapes.taps).map(([key, shape], i) => [
        key,
        ops.relu(normal([batch, ...shape], seed + 2 + i)),
      ]),
    ),
  });
}

/** Fewer networks where the default is a whole zoo: what is tested is each of them, not their number. */
const LIGHT: Readonly<Record<string, AnyValues>> = { know2vec: { tasks: 6, steps: 2 } };

/** Everything a method gets in `scene`, through its own `extras`, `prepare` and `input`. */
export async function setUp(
  method: AnyMethod,
  scene: Scene,
  phase: string,
  changed: AnyValues = {},
): Promise<{ parts: Parts; pass: Pass; first: Batch; build: NetworkBuild; done: () => void }> {
  const { batch = 6, classes = 4, student = (o) => o, teacher = (o) => o, told = (a) => a } = scene;
  const params = { ...defaults(method.params), ...LIGHT[method.id], ...changed };
  const labels = labelsOf(SAMPLES, classes);
  const taughtAll = teacher(answer(TEACHER, SAMPLES, classes, 88));
  const numbers = async (x: Tensor) => Float32Array.from(await x.data());
  const outputs = async () =>
    told({
      logits: await numbers(taughtAll.logits),
      embedding: await numbers(taughtAll.embedding),
      width: TEACHER.embedding,
    });
  const known = makePass(Int32Array.from(await labels.data()), classes, outputs);
  const { attributes, groups = [] } = scene;
  const knows = { groups, ...(attributes ? { attributes } : {}) };
  const pass = { ...known, ...more(SAMPLES, classes), ...knows, table: fillable };
  const build = new NetworkBuild(1, 'extras');
  const given = {
    ...factsOf(classes),
    groups,
    tasks: pass.tasks,
    params,
    samples: SAMPLES,
    numbers: classes,
    ...(scene.pool && pass.pool ? { pool: pass.pool.samples } : {}),
    image: IMAGE,
    student: STUDENT,
    teacher: TEACHER,
  };
  const extras = method.extras?.(build, given);
  const memory = await method.prepare?.(pass, params);
  const mixed = ops.slice(labels, 0, batch);
  const own = scene.oneClass ? (ops.fill([batch], classes - 1, 'int32') as Tensor1D) : mixed;
  const first: Batch = {
    images: normal([batch, 8, 8, 1]) as Tensor4D,
    labels: own,
    targets: ops.oneHot(own, classes),
  };
  const seen = method.input?.(first, { ops, params, random: fixedRandom(), classes, phase }) ?? first;
  const rows = seen.images.shape[0];
  const peers = method.roles?.peers?.(params) ?? 1;
  const students = Array.from({ length: peers }, (_, i) =>
    student(answer(STUDENT, rows, classes, 10 * i + 1)),
  );
  const teachers = ownAnswers(method, params, classes, rows, TEACHER.taps, {
    ...factsOf(classes),
    groups,
  }).map(teacher);
  const taught =
    method.roles?.teacher === 'none'
      ? undefined
      : teacher({ ...answer(TEACHER, rows, classes, 77), lastStage });
  const parts: Parts = {
    params,
    extras,
    memory,
    phase,
    ...seen,
    classes,
    index: ops.range(0, batch, 1, 'int32'),
    students,
    teachers,
    weights: {
      'conv/filter': normal([3, 3, 1, 4], 700),
      'head/weight': normal([STUDENT.embedding, classes], 701),
    },
    forward: forwardOf(students, teachers, taught),
    pool: poolBatch(peers, (kind, n, seed) =>
      kind === 'student'
        ? student(answer(STUDENT, n, classes, seed))
        : teacher(answer(TEACHER, n, classes, seed)),
    ),
    progress: ops.scalar(0.5),
    epoch: ops.scalar(1),
    epochs: 2,
    ...(taught ? { teacher: taught } : {}),
  };
  return { parts, pass, first, build, done: () => build.dispose() };
}

/** The phases in which steps are taken. */
export const phasesOf = (method: AnyMethod, changed: AnyValues = {}): [string, Phase][] =>
  Object.entries<Phase>(
    method.phases?.({ ...defaults(method.params), ...changed }) ?? { main: { label: '', share: 1 } },
  ).filter(([, { hostOnly }]) => !hostOnly);

/** Each parameter at every value that a form offers at its ends, the others at their defaults. */
export function extremes(method: AnyMethod): AnyValues[] {
  return Object.entries(method.params as Schema).flatMap(([key, param]) => {
    const values: (string | number | boolean)[] =
      param.kind === 'choice'
        ? Object.keys(param.options)
        : param.kind === 'boolean'
          ? [true, false]
          : param.kind === 'table'
            ? [`{"${param.columns}":["a?","b?"],"${param.rows}":{"class 0":[1,null]}}`]
            : [param.min, param.max];
    return values.filter((value) => value !== param.default).map((value) => ({ [key]: value }));
  });
}
