/** Made-up answers of the networks a method may have beside its students and the run's teacher. */
import type { AnyValues } from '../../src/core/params';
import type { NetOutput, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import type { AnyMethod } from '../../src/methods/index';
import type { ClassFacts, Forward, Review, Step } from '../../src/methods/kit';
import { normal } from './support';

export const factsOf = (classes: number): ClassFacts => ({
  classes,
  classNames: Array.from({ length: classes }, (_, i) => `class ${i}`),
  groups: [],
});

/** Logits of the own teachers that a method asks for. */
export const ownAnswers = (
  method: AnyMethod,
  params: AnyValues,
  classes: number,
  rows: number,
): NetOutput[] =>
  (method.roles?.teachers?.(params, factsOf(classes)) ?? []).map(({ outputs = classes }, i) =>
    net({ logits: normal([rows, outputs], 300 + i, 2) as Tensor2D }),
  );

/** Rows `0 .. rows - 1` of everything a network answered. */
function first({ logits, embedding, taps }: NetOutput, rows: number): NetOutput {
  const cut = <T extends Tensor>(x: T): T =>
    ops.slice(x, new Array<number>(x.rank).fill(0), [rows, ...new Array<number>(x.rank - 1).fill(-1)]) as T;
  return net({
    logits: cut(logits),
    embedding: cut(embedding),
    taps: Object.fromEntries(Object.entries(taps).map(([key, x]) => [key, cut(x)])),
  });
}

/** Stands for the passes of a step: other images get the first of the answers to its own. */
export const forwardOf =
  (students: readonly NetOutput[], own: readonly NetOutput[]): Forward =>
  (images, { student = 0, teacher } = {}) => {
    const answer = teacher === undefined ? students[student] : own[Number(teacher)];
    if (!answer) throw new Error('No such network.');
    return first(answer, images.shape[0]);
  };

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
