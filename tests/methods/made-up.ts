/** Made-up answers of the networks a method may have beside its students and the run's teacher. */
import type { AnyValues } from '../../src/core/params';
import type { NetOutput, Shape, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { net, rerun } from '../../src/golden/kit';
import type { AnyMethod } from '../../src/methods/index';
import type { ClassFacts, Forward, Review, Step } from '../../src/methods/kit';
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
): NetOutput[] =>
  (method.roles?.teachers?.(params, factsOf(classes)) ?? []).map(({ outputs = classes }, i) =>
    net({
      logits: normal([rows, outputs], 300 + i, 2) as Tensor2D,
      taps: Object.fromEntries(
        Object.entries(taps).map(([key, shape], k) => [key, normal([rows, ...shape], 320 + 10 * i + k)]),
      ),
    }),
  );

/** Stands for the passes of a step: other images get the answers to its own, from the first on. */
export const forwardOf =
  (students: readonly NetOutput[], own: readonly NetOutput[]): Forward =>
  (images, { student = 0, teacher, hooks } = {}) => {
    const answer = teacher === undefined ? students[student] : own[Number(teacher)];
    if (!answer) throw new Error('No such network.');
    return rerun(answer, images.shape[0], hooks);
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
