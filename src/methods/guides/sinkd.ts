import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, mean, oneHot, softmax, sum } from './toys/maths';
import { CLASSES, fourImages, LABELS, learnt, studentsAt, TEACHERS } from './toys/scenes';

export default defineGuide({
  id: 'sinkd',
  when: 'When teacher and student answers hardly overlap, so that divergences say little.',
  avoid: 'With small batches: the plan moves answers of different images onto each other.',
  setup: {
    question: 'Does the cheapest plan from answers to answers help beside plain distillation?',
    reduced:
      'Paper: language models on text tasks, batches of 16 to 32. Here: images in place of text, ResNet-14 to ResNet-8 on generated shapes of 16 pixels, batches of 32, 20 epochs.',
    scale: 'cifar',
    training: { batchSize: 32 },
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'sinkd' },
      { id: 'sinkd', params: { scale: 'released', squared: false } },
    ],
  },
  figure: figure({
    title: 'The cheapest way to move answers',
    controls: { epsilon: number('Blur of the plan', 0.1, { min: 0.05, max: 0.5, step: 0.05 }), learnt },
    show({ epsilon, learnt }) {
      const z = studentsAt(learnt);
      const [s, p] = [z.map((row) => softmax(row, 2)), TEACHERS.map((row) => softmax(row, 2))];
      const cost = s.map((a) => p.map((b) => sum(a.map((v, k) => Math.abs(v - b[k]!)))));
      let plan = cost.map((row) => row.map((d) => Math.exp(-d / epsilon)));
      for (let sweep = 0; sweep < 20; sweep++) {
        plan = plan.map((row) => row.map((v) => v / sum(row)));
        const columns = plan[0]!.map((_, j) => sum(plan.map((row) => row[j]!)));
        plan = plan.map((row) => row.map((v, j) => v / columns[j]!));
      }
      const soft = (row: readonly number[], i: number) =>
        crossEntropy(
          row.map((v) => v / 2),
          softmax(TEACHERS[i]!, 2),
        );
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'Cost of a move', rows: cost },
            { name: 'Plan', rows: plan },
          ],
        },
        terms: {
          ce: 0.2 * mean(z.map((row, i) => crossEntropy(row, oneHot(LABELS[i]!, CLASSES.length)))),
          kd: 0.8 * 4 * mean(z.map(soft)),
          transport:
            (0.8 / LABELS.length) * sum(plan.map((row, i) => sum(row.map((v, j) => v * cost[i]![j]!)))),
        },
        sentence:
          'Row i of the plan says to which teacher answers the student’s answer i is moved. Less blur, fewer places; the more is learnt, the more stays on the diagonal.',
      };
    },
    toy: ({ epsilon, learnt }) => fourImages(learnt, { epsilon }),
  }),
});
