import { choice, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { dot, minus, mix, norm, oneHot, type Row, type Rows, scale, softmax, transpose } from './toys/maths';
import { CLASSES, LABEL, TEACHER } from './toys/scenes';

/** Three features of one image, and the heads that read them: a weight for each feature, class by class. */
const FEATURES: Row = [1.2, -0.6, 0.8];
const LABEL_HEAD: Rows = [
  [0.9, 0.4, 0.5],
  [1.4, -0.7, 0.3],
  [0.2, 0.6, -0.5],
  [-0.8, 0.5, 0.2],
  [-0.6, -0.9, 0.1],
];
const TEACHER_HEAD: Rows = [
  [0.7, -1.1, 1.2],
  [0.1, 0.3, 1.1],
  [-0.4, -0.8, 0.6],
  [-0.9, 0.7, -0.4],
  [0.5, 1, -1.3],
];
const TEMPERATURE = 2;

const logits = (head: Rows): number[] => head.map((row) => dot(row, FEATURES));
/** Gradient of a loss by the features, from that by the logits. */
const pull = (head: Rows, slope: Row): number[] => transpose(head).map((column) => dot(column, slope));

/** How far label and teacher pull the features the same way: the cosine of both gradients. */
function agreement(taught: Rows): number {
  const ce = pull(LABEL_HEAD, minus(softmax(logits(LABEL_HEAD)), oneHot(LABEL, CLASSES.length)));
  const apart = minus(softmax(logits(taught), TEMPERATURE), softmax(TEACHER, TEMPERATURE));
  const kd = pull(taught, scale(apart, TEMPERATURE));
  return dot(ce, kd) / (norm(ce) * norm(kd));
}

export default defineGuide({
  id: 'dho',
  when: 'With labels for few images, many images without, and a teacher that knows more than the labels say.',
  avoid: 'With labels for all images, or a teacher that is worse than what the labels alone teach.',
  setup: {
    question: 'Few labels and many images without: one output layer or two?',
    reduced:
      'Paper: ImageNet and ten other sets, students pre-trained, teachers CLIP models, 1 or 10 % of the labels or up to 16 a class. Here: generated digits with 5 % of the labels, students from nothing, an MLP that saw all labels as the teacher.',
    scale: 'digits',
    regimes: [{ id: 'labelled-fraction', params: { share: 5, minimum: 4 } }],
    students: [
      { id: 'labels-only' },
      { id: 'dho', params: { arm: 'kd' } },
      { id: 'dho', params: { arm: 'single' } },
      { id: 'dho' },
    ],
  },
  figure: figure({
    title: 'Two heads, one answer',
    controls: {
      alpha: number('Alpha, weight of the label head', 0.5, { min: 0, max: 1, step: 0.05 }),
      beta: choice('Beta, divides the teacher head', '1', { '0.5': '0.5', '1': '1', '2': '2', '4': '4' }),
      heads: choice('Heads', 'two', { two: 'One for each', one: 'One for both' }),
    },
    show({ alpha, beta, heads }) {
      const taught = heads === 'two' ? TEACHER_HEAD : LABEL_HEAD;
      const own = softmax(logits(LABEL_HEAD));
      const other = softmax(logits(taught), Number(beta));
      return {
        picture: {
          kind: 'bars',
          categories: [...CLASSES],
          series: [
            { name: 'Label head', values: own },
            { name: 'Teacher’s head', values: other },
            { name: 'Blend', values: mix(other, own, alpha) },
          ],
        },
        numbers: { 'Cosine of the pulls on the features': agreement(taught) },
        sentence:
          heads === 'two'
            ? 'Each head turns what it is asked into a pull of its own, and the answers are blended only in the end.'
            : 'One head has to please label and teacher, and hands both pulls on to the same features.',
      };
    },
  }),
});
