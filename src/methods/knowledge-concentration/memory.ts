/** What is kept of the specialists, and which class has which place. */
import type { Table } from '../../engine/types';
import type { Midway, Pass } from '../kit';
import { confusionOf, together } from './confusion';
import { chosenLayout, type Layout } from './layout';
import type { Choices, Extras } from './student';
import { lessons } from './targets';

export interface Memory {
  /** What the specialist of each image answered, `[samples, widest]`. */
  readonly answers: Table;
  readonly layout: Layout;
  /** Class in each place; refilled when verticals are found. */
  readonly classAt: Int32Array;
}

export function prepareMemory(pass: Pass, params: Choices): Memory {
  const layout = chosenLayout(params, pass);
  return {
    layout,
    answers: pass.table(params.distill ? pass.samples : 1, Math.max(...layout.sizes)),
    classAt: Int32Array.from({ length: layout.classes }, (_, i) => i),
  };
}

/** Finds verticals by what the run's teacher confuses, which has learnt all classes. */
export async function group(pass: Midway<Extras, Choices>, { classAt, layout }: Memory): Promise<void> {
  const { classes, labels, extras } = pass;
  const { logits } = await pass.teacherOutputs();
  classAt.set(together(confusionOf(logits, labels, classes), classes, layout.leaves));
  const order = new Float32Array(classes * classes);
  for (const [place, c] of classAt.entries()) order[c * classes + place] = 1;
  if (extras.order) pass.held.write(extras.order, order);
}

/** Asks every specialist about all images, and keeps what it says of those of its vertical. */
export async function listen(
  pass: Midway<Extras, Choices>,
  { answers, classAt, layout }: Memory,
  topK: number,
): Promise<void> {
  const verticalOf = new Int32Array(pass.classes);
  for (const [place, c] of classAt.entries()) verticalOf[c] = layout.of[place] as number;
  const verticals = pass.labels.map((label) => verticalOf[label] as number);
  answers.fill(lessons(await pass.ownTeacherOutputs(), verticals, layout.sizes, topK));
}
