/** What learners answered to the images of one split: the pictures worth a look, and their probabilities. Pure. */
import { argmax, softmax } from '../core/logits';
import type { PredictionItem } from '../worker/protocol';

/** Which images to show, from the view of one learner. */
export type Filter =
  | {
      readonly kind:
        | 'all'
        | 'right'
        | 'wrong'
        | 'teacher-wrong'
        | 'only-teacher'
        | 'only-student'
        | 'sure-mistakes'
        | 'disagreement';
    }
  /** One cell of the confusion matrix. */
  | { readonly kind: 'cell'; readonly truth: number; readonly answer: number };

export type FilterKind = Exclude<Filter['kind'], 'cell'>;

/** Softmax of row `row` of logits `[rows, classes]` at a temperature; float64. */
export function probabilities(item: PredictionItem, row: number, temperature = 1): Float64Array {
  const { classes, logits } = item;
  const own = Float64Array.from(logits.subarray(row * classes, (row + 1) * classes), (z) => z / temperature);
  return softmax(own, classes);
}

/** Row of an image of the split; -1 where the learner was not asked about it. */
export const rowOf = ({ index }: PredictionItem, image: number): number =>
  index[image] === image ? image : index.indexOf(image);

/** The class with the largest logit; the lowest one of equals. */
export const answerOf = ({ classes, logits }: PredictionItem, row: number): number =>
  argmax(logits, row, classes);

/** The `count` most probable classes of a row, most probable first. */
export function topOf(
  item: PredictionItem,
  row: number,
  count: number,
  temperature = 1,
): readonly { readonly index: number; readonly probability: number }[] {
  const p = probabilities(item, row, temperature);
  return [...p.keys()]
    .sort((a, b) => p[b]! - p[a]! || a - b)
    .slice(0, count)
    .map((index) => ({ index, probability: p[index]! }));
}

/** KL(teacher || student) of one row, in nats. */
export function divergence(teacher: PredictionItem, student: PredictionItem, row: number): number {
  const p = probabilities(teacher, row);
  const q = probabilities(student, row);
  return p.reduce(
    (sum, v, k) => (v > 0 ? sum + v * Math.log(v / Math.max(q[k]!, Number.MIN_VALUE)) : sum),
    0,
  );
}

const descending = (rows: number[], score: (row: number) => number): number[] => {
  const scores = new Map(rows.map((row) => [row, score(row)]));
  return rows.sort((a, b) => scores.get(b)! - scores.get(a)! || a - b);
};

/** Rows that pass a filter, in the order in which they are worth a look. */
export function rowsOf(filter: Filter, own: PredictionItem, teacher: PredictionItem | undefined): number[] {
  const all = Array.from({ length: own.rows }, (_, row) => row);
  const right = (item: PredictionItem, row: number) => answerOf(item, row) === own.labels[row];
  const other = teacher ?? own;
  switch (filter.kind) {
    case 'all':
      return all;
    case 'right':
      return all.filter((row) => right(own, row));
    case 'teacher-wrong':
      return all.filter((row) => !right(other, row));
    case 'wrong':
      return all.filter((row) => !right(own, row));
    case 'only-teacher':
      return all.filter((row) => right(other, row) && !right(own, row));
    case 'only-student':
      return all.filter((row) => !right(other, row) && right(own, row));
    case 'sure-mistakes':
      return descending(
        all.filter((row) => !right(own, row)),
        (row) => probabilities(own, row)[answerOf(own, row)]!,
      );
    case 'disagreement':
      return descending(all, (row) => divergence(other, own, row));
    case 'cell':
      return all.filter((row) => own.labels[row] === filter.truth && answerOf(own, row) === filter.answer);
  }
}
