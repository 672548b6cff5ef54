/** What a regime report says, in sentences. Pure. */
import { count, percent } from '../../core/format';
import type { RegimeReport } from '../../data/dataset';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Who sees how many images, vanished classes, wrong labels, cost; in this order, only what applies. */
export function regimeSentences(report: RegimeReport): string[] {
  const { before, after, students, teacher, pooled, wrong, cost, classNames } = report;
  const all = sum(before);
  const gone = after ? classNames.filter((_, i) => before[i]! > 0 && after[i] === 0) : [];
  return [
    `Students see ${count(students)} of ${count(all)} training images (${percent(students / all, 0)}), the teacher ${teacher === all ? 'all' : count(teacher)}.`,
    ...(pooled > 0
      ? [
          `${count(pooled)} ${pooled === 1 ? 'image has' : 'images have'} lost the label and wait in the pool.`,
        ]
      : []),
    ...(after
      ? []
      : ['Which images these are, and of which classes, is known once the run has scored them.']),
    ...(gone.length > 0 ? [`No image is left of ${gone.join(', ')}.`] : []),
    ...(wrong
      ? [
          `Wrong labels: ${percent(wrong.before)} before the choice, ${wrong.students === undefined ? '' : `${percent(wrong.students)} of what students see, `}${percent(wrong.teacher)} of what the teacher sees.`,
        ]
      : []),
    ...(cost
      ? [
          `Finding the scores took ${cost.steps > 0 ? `${count(cost.steps)} training steps, ` : ''}${(cost.milliseconds / 1000).toFixed(1)} s.`,
        ]
      : []),
  ];
}
