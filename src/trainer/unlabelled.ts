/** Images without labels as a lane sees them: beside its batch, or in its place. */
import { ops } from '../engine/ops/index';
import type { NetOutput, Tensor, Tensor2D, Tensor4D } from '../engine/types';
import type { Batch, PoolBatch } from '../methods/kit';
import type { LaneOptions, SharedBatch, Unlabelled } from './contract';
import { lazyOutput, once } from './outputs';
import type { Passes } from './passes';

type Asked = Pick<LaneOptions, 'method' | 'pool' | 'facts'>;

/** Those of a step. Throws when the run has none, or none of this number. */
function drawn({ method, pool }: Asked, shared: SharedBatch): Unlabelled {
  const found = pool && shared.pools?.get(pool.rows);
  if (!found) throw new Error(`${method.name} asks for images without labels, but this step has none.`);
  return found;
}

/** The batch of a lane: that of all lanes or, for methods that see nothing else, images without labels. */
export function batchFor(asked: Asked, shared: SharedBatch): SharedBatch {
  if (asked.method.roles?.images !== 'pool') return shared;
  const pool = drawn(asked, shared);
  const rows = pool.images.shape[0];
  const labels = ops.fill([rows], -1, 'int32') as SharedBatch['labels'];
  return { ...pool, labels, targets: ops.zeros([rows, asked.facts.classes]) as Tensor2D };
}

/** What a step says of labels that are not there. */
export function withoutLabels<T extends object>({ method }: Asked, step: T): T {
  if (method.roles?.images !== 'pool') return step;
  const get = () => {
    throw new Error(`${method.name} says that it sees images without labels only, and asked for labels.`);
  };
  const hidden = { get, enumerable: true };
  return Object.defineProperties(step, { labels: hidden, targets: hidden, supervised: hidden });
}

/** Rows `from` to `from + rows` of an answer, each part when it is first read. */
function slicedOutput(answer: NetOutput, from: number, rows: number): NetOutput {
  const part = <T extends Tensor>(whole: () => T) =>
    once(() => {
      const x = whole();
      return ops.slice(x, [from, ...x.shape.slice(1).map(() => 0)], [rows, ...x.shape.slice(1)]) as T;
    });
  const [logits, embedding] = [part(() => answer.logits), part(() => answer.embedding)];
  const normed = part(() => answer.normed!);
  const taps = Object.keys(answer.taps).map((name): [string, PropertyDescriptor] => [
    name,
    { enumerable: true, get: part(() => answer.taps[name]!) },
  ]);
  return {
    get logits() {
      return logits();
    },
    get embedding() {
      return embedding();
    },
    taps: Object.defineProperties({}, Object.fromEntries(taps)),
    get normed() {
      return answer.normed && normed();
    },
    lastStage: answer.lastStage,
  };
}

/** A batch and what stands beside it, as one. */
export interface Joint {
  /** What the networks run over. */
  readonly images: Tensor4D;
  /** The part of an answer that is about the batch. */
  batch(answer: NetOutput): NetOutput;
  /** As a step shows it. Throws where the method asks for none. */
  shown(students: readonly NetOutput[], own: readonly NetOutput[]): PoolBatch;
}

export function jointPass(asked: Asked, shared: SharedBatch, { images }: Pick<Batch, 'images'>): Joint {
  const { method } = asked;
  const shown = (): never => {
    throw new Error(`${method.name} reads images without labels, but its card does not ask for a pool.`);
  };
  if (!method.roles?.pool || (method.roles.pool.optional && !asked.pool))
    return { images, batch: (answer) => answer, shown };
  const pool = drawn(asked, shared);
  const [rows, more] = [images.shape[0], pool.images.shape[0]];
  const part = (from: number, count: number) => (answer: NetOutput) =>
    lazyOutput(once(() => slicedOutput(answer, from, count)));
  const beside = part(rows, more);
  return {
    images: ops.concat([images, pool.images], 0) as Tensor4D,
    batch: part(0, rows),
    shown(students, own) {
      const [all, teachers] = [students.map(beside), own.map(beside)];
      return {
        images: pool.images,
        index: pool.index,
        rows: more,
        student: all[0]!,
        students: all,
        teachers,
        get teacher(): NetOutput {
          const frozen = (method.roles?.teacher ?? 'frozen') === 'frozen';
          const answer = frozen ? pool.teacher : teachers[0];
          if (!answer) throw new Error(`${method.name} asks for a teacher, but this run has none for it.`);
          return answer;
        },
      };
    },
  };
}

/** What the networks that a lane trains answer in a step. */
export interface Answered {
  readonly students: readonly NetOutput[];
  /** Of the lane's own teachers. */
  readonly own: readonly NetOutput[];
  /** Throws where the method asks for no images without labels. */
  pool(): PoolBatch;
  readonly forward: Passes['forward'];
}

/** Every network runs at most once, over the batch and over what stands beside it, when it is first read. */
export function answersOf(passes: Passes, joint: Joint): Answered {
  const [students, own] = [passes.answers(joint.images), passes.teacherAnswers(joint.images)];
  return {
    students: students.map(joint.batch),
    own: own.map(joint.batch),
    pool: once(() => joint.shown(students, own)),
    forward: passes.forward,
  };
}
