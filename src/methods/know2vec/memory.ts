/** What the method keeps: who learns what, and tables that are filled between phases. */
import type { Build, Table } from '../../engine/types';
import type { Given, Pass } from '../kit';
import type { Options } from './params';
import { divide, type Rows } from './rows';
import { drawTasks, type Task, upTo, type Zoo, zooOf } from './tasks';
import { type Encoders, growEncoders } from './vectors';
import { growZoo, type Nets } from './zoo';

export interface Extras {
  readonly nets: Nets;
  readonly encoders: Encoders;
}

/** Queries that are made of each task; the first is made of the user's images. */
export const QUERIES = 12;
/** Pixels a side of a picture of an image. */
export const PICTURE = 12;
/** Ways of choosing a network whose accuracy is compared. */
export const RULES = ['random', 'confident', 'leep', 'means', 'know2vec', 'best'] as const;

export interface Memory {
  readonly zoo: Zoo;
  readonly tasks: readonly Task[];
  readonly rows: Rows;
  /** Mean and spread of the teacher's embedding over the training images. */
  readonly center: Float32Array;
  readonly spread: Float32Array;
  /** Per image: 1 where the zoo learns from it, 1 where the student sees its label. */
  readonly use: Table;
  /** Encoded typical and boundary images of each network, `[nets, C * C * D]`. */
  readonly models: Table;
  /** Encoded class means of the queries of each task, `[tasks * QUERIES, C * D]`. */
  readonly queries: Table;
  /** Accuracy of every network on every task, `[tasks, nets]`. */
  readonly truth: Table;
  /** What the chosen network of each group answers to each image, as the group's classes: `[samples, groups * C]`. */
  readonly answers: Table;
  /** Typical images on the diagonal, boundary images beside it, as one picture for each network. */
  readonly pictures: Table;
  /** Mean accuracy of what each rule chooses for the groups, in the order of RULES. */
  readonly picks: Table;
  /** Questions to each network: about typical images, about boundaries. */
  readonly questions: Table;
}

export function grow(build: Build, { params, classes, image, teacher, guests }: Given<Options>): Extras {
  const zoo = zooOf(params, classes, guests);
  return {
    nets: growZoo(build, zoo, image),
    encoders: growEncoders(build, zoo.perTask, teacher?.embedding ?? 1, zoo.tasks - zoo.unseen),
  };
}

type Seen = Pick<Memory, 'center' | 'spread'>;

function remember(pass: Omit<Pass, 'teacherOutputs'>, params: Options, seen: Seen): Memory {
  const { classes, samples, labels } = pass;
  const zoo = zooOf(params, classes, pass.guests);
  const width = seen.center.length;
  const rows = divide(labels, classes, params.shots, pass.uniform);
  const use = new Float32Array(2 * samples).fill(params.labels === 'all' ? 1 : 0);
  for (const row of rows.held.flatMap((held) => held.slice(0, params.shots))) use[2 * row + 1] = 1;
  for (const row of upTo(samples)) use[2 * row] = rows.zoo[row]!;
  const { perTask, groups, nets, tasks } = zoo;
  return {
    ...seen,
    zoo,
    rows,
    tasks: drawTasks(pass.uniform, classes, zoo),
    use: pass.table(samples, 2, use),
    models: pass.table(nets, perTask * perTask * width),
    queries: pass.table(tasks * QUERIES, perTask * width),
    truth: pass.table(tasks, nets),
    answers: pass.table(samples, groups * perTask),
    pictures: pass.table(nets, (perTask * PICTURE) ** 2),
    picks: pass.table(1, RULES.length),
    questions: pass.table(1, 2),
  };
}

export const blank = (pass: Omit<Pass, 'teacherOutputs'>, { params, teacher }: Given<Options>): Memory => {
  const width = teacher?.embedding ?? 1;
  return remember(pass, params, { center: new Float32Array(width), spread: new Float32Array(width).fill(1) });
};

/** The teacher is the encoder of both sides: its embedding is brought to mean 0 and spread 1. */
export async function prepare(pass: Pass, params: Options): Promise<Memory> {
  const { embedding, width } = await pass.teacherOutputs();
  const sums = upTo(2).map(() => new Float64Array(width));
  embedding.forEach((value, at) => {
    sums[0]![at % width]! += value / pass.samples;
    sums[1]![at % width]! += (value * value) / pass.samples;
  });
  const center = Float32Array.from(sums[0]!);
  const spread = Float32Array.from(
    sums[1]!,
    (square, d) => Math.sqrt(Math.max(0, square - center[d]! ** 2)) || 1,
  );
  return remember(pass, params, { center, spread });
}
