/** Toy answers that several figures share: one image of a cat, or four images, seen by a teacher and a student. */
import { number } from '../../../core/params';
import type { Picture, Toy } from '../kit';
import { mix, oneHot, type Row, type Rows, softmax } from './maths';

export const CLASSES = ['cat', 'dog', 'fox', 'car', 'ship'] as const;
/** The true class of the one image. */
export const LABEL = 0;
export const TARGET = oneHot(LABEL, CLASSES.length);
/** Logits: surely a cat, rather a dog than a ship. */
export const TEACHER: Row = [4, 2.6, 1.4, -1, -2];
const BEGINNER: Row = [0.8, 1.6, -0.5, 0.9, -0.3];

/** Controls. */
export const learnt = number('What the student has learnt', 0.3, { min: 0, max: 1, step: 0.05 });
export const temperature = (value: number) => number('Temperature', value, { min: 1, max: 10, step: 0.5 });

/** The student's logits: a beginner's at 0, the teacher's at 1. */
export const studentAt = (share: number): number[] => mix(BEGINNER, TEACHER, share);

/** Four images: a cat, a dog, a car and a ship. */
export const LABELS: readonly number[] = [0, 1, 3, 4];
export const TEACHERS: Rows = [
  TEACHER,
  [2.2, 3.8, 1, -1, -1.5],
  [-1, -1.4, -0.6, 3.5, 1.8],
  [-2, -1, -1, 1.6, 3.6],
];
const BEGINNERS: Rows = [
  BEGINNER,
  [1.1, 0.4, 0.9, -0.2, 0.3],
  [0.2, 0.9, -0.4, 0.5, 0.1],
  [-0.3, 0.4, 0.6, 0.7, -0.1],
];
export const studentsAt = (share: number): number[][] =>
  BEGINNERS.map((row, i) => mix(row, TEACHERS[i]!, share));

/** Bars of answers, softened by a temperature. */
export const answers = (series: Readonly<Record<string, Row>>, t = 1): Picture => ({
  kind: 'bars',
  categories: CLASSES,
  series: Object.entries(series).map(([name, z]) => ({ name, values: softmax(z, t) })),
});

/** The one image as a batch, as the method itself would see it. */
export const oneImage = (share: number, params: Toy['params']): Toy => ({
  params,
  labels: [LABEL],
  students: [{ logits: [studentAt(share)] }],
  teacher: { logits: [TEACHER] },
});

export const fourImages = (share: number, params: Toy['params']): Toy => ({
  params,
  labels: LABELS,
  students: [{ logits: studentsAt(share) }],
  teacher: { logits: TEACHERS },
});

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
