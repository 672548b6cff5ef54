/** The tools a method's `prepare` and `begin` are handed. */
import type { AnyValues } from '../core/params';
import { Rng } from '../core/rng';
import type { Dataset } from '../data/dataset';
import { datasetTasks } from '../data/subset';
import { ops } from '../engine/ops/index';
import { DeviceTable } from '../engine/table';
import type { Tensor2D, Tensor4D } from '../engine/types';
import { writeTensor } from '../engine/weights';
import type { Answers, ImageNumbers, Midway, NamedValues, Validation } from '../methods/kit';
import { betweenSteps, standardised } from './asking';
import type { Evaluator, Images } from './evaluate';
import { headOf } from './head';
import type { Lane } from './lane';
import type { Network } from './network';
import { factsOf } from './plan';

function trained({ teacher, lane }: Pick<About, 'teacher' | 'lane'>): Network {
  if (teacher) return teacher;
  throw new Error(`${lane.options.method.name} asks a teacher that this run does not train first.`);
}

/** A teacher's logits and embeddings for all of some images. Throws when the run does not train it first. */
async function teacherSays(about: About, images: Images, count: number): Promise<Answers> {
  const { evaluator } = about;
  const teacher = trained(about);
  const width = teacher.body.embedding;
  const id = 'teacher with embedding';
  const predict = (x: Tensor4D) => {
    const { logits, embedding } = teacher.forward(x, false);
    return ops.concat([logits, embedding], 1) as Tensor2D;
  };
  const rows = await evaluator.logits({ id, predict }, images);
  evaluator.forget(id);
  return { ...splitColumns(rows, count, teacher.input.classes, width), width };
}

/** The logits of networks of the lane. */
async function networksSay(about: About, networks: readonly Network[], images: Images) {
  const { lane, evaluator } = about;
  const answers: Float32Array[] = [];
  const id = `${lane.options.id} between phases`;
  for (const network of networks) {
    const predict = (x: Tensor4D) => network.forward(x, false).logits;
    answers.push(await evaluator.logits({ id, predict }, images));
    evaluator.forget(id);
  }
  return answers;
}

interface About {
  readonly dataset: Dataset;
  /** Undefined when it trains beside the students, so that it has no final answers yet. */
  readonly teacher: Network | undefined;
  readonly evaluator: Evaluator;
  readonly lane: Lane;
}

/** @param teacher undefined when it trains beside the students, so that it has no final answers yet. */
export function makePass(
  dataset: Dataset,
  teacher: Network | undefined,
  evaluator: Evaluator,
  lane: Lane,
): Midway<unknown, AnyValues> {
  const about = { dataset, teacher, evaluator, lane };
  const { numbers, splits } = dataset;
  const { train } = splits;
  const { samples, pool, method, students, ownTeachers, guests } = lane.options;
  const images = method.roles?.images ?? 'train';
  return {
    ops,
    ...factsOf(dataset),
    tasks: images === 'train' ? datasetTasks(dataset) : [],
    samples,
    get labels(): Int32Array {
      if (images === 'train') return train.labels;
      throw new Error(`${method.name} says that it sees images without labels only, and asked for labels.`);
    },
    uniform(name, n) {
      const rng = new Rng(lane.options.seed, `prepare/${name}`);
      return Float32Array.from({ length: n }, () => rng.uniform());
    },
    table(rows, columns, initial) {
      const table = new DeviceTable(rows, columns, initial);
      lane.tables.push(table);
      return table;
    },
    ...betweenSteps(dataset, evaluator, teacher, lane),
    ...(dataset.relabelled && images === 'train' ? { relabelled: dataset.relabelled } : {}),
    ...(dataset.attributes && images === 'train' ? { attributes: dataset.attributes } : {}),
    ...(numbers ? { numbers: numbersOf(numbers, images, evaluator) } : {}),
    ...(guests ? { guests: guests.length } : {}),
    kept: lane.options.fixed?.students ?? new Set(),
    epochs: Math.max(1, Math.round(lane.options.totalSteps / lane.options.stepsPerEpoch)),
    teacherHead: async () => headOf(trained(about)),
    teacherOutputs: () => teacherSays(about, images, samples),
    studentOutputs: () => networksSay(about, students, images),
    ownTeacherOutputs: () => {
      const networks = ownTeachers.map(({ network }) => network);
      return networksSay(about, networks, images);
    },
    held: makeValidation(evaluator, lane),
    weights: (student) => studentOf(lane, student).save(),
    setWeights: (student, values) => replace(studentOf(lane, student), values),
    ...(pool
      ? {
          pool: {
            samples: pool.count,
            tasks: pool.tasks ?? [],
            imagesOf: (rows: ArrayLike<number>) => standardised(dataset, evaluator.pixels('pool'), rows),
            teacherOutputs: () => teacherSays(about, 'pool', pool.count),
            studentOutputs: () => networksSay(about, students, 'pool'),
          },
        }
      : {}),
  };
}

/** Numbers about what a method is trained on, and about the pool. */
function numbersOf(numbers: ImageNumbers, images: Images, { poolNumbers: pool }: Evaluator) {
  return { ...numbers, ...(images === 'pool' ? { rows: pool } : {}), pool };
}

/** The validation images as a lane's method sees them. */
export function makeValidation(evaluator: Evaluator, lane: Lane): Validation<AnyValues, unknown> {
  const { labels } = evaluator.rows('validation');
  const { facts, id } = lane.options;
  return {
    extras: lane.extras,
    classes: facts.classes,
    labels,
    async answers(read) {
      const learner = { id: `${id}/held`, predict: (images: Tensor4D) => read(lane.prediction(images)) };
      const rows = await evaluator.logits(learner, 'validation');
      evaluator.forget(learner.id);
      return rows;
    },
    write: writeTensor,
  };
}

async function replace(network: Network, values: NamedValues): Promise<void> {
  const names = new Set(network.build.entries().map(([name]) => name));
  const unknown = Object.keys(values).find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`The network has no '${unknown}'.`);
  await network.change(() => values);
}

function studentOf({ options }: Lane, number: number): Network {
  const network = options.students[number];
  if (!network) throw new Error(`${options.method.name} has no student ${number}.`);
  return network;
}

/** Rows of logits and embedding side by side, `[count, classes + width]`, as two arrays. */
export function splitColumns(rows: Float32Array, count: number, classes: number, width: number) {
  const logits = new Float32Array(count * classes);
  const embedding = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const at = row * (classes + width);
    logits.set(rows.subarray(at, at + classes), row * classes);
    embedding.set(rows.subarray(at + classes, at + classes + width), row * width);
  }
  return { logits, embedding };
}
