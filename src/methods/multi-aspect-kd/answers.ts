/** Tables of yes/no answers about training images, from what the data set knows about them. */
import { classMeans, type Pass } from '../kit';

export type Source = 'image' | 'class' | 'shuffled';

/** Marks a cell that has no answer. */
export const UNKNOWN = -1;

/** One question per value of every attribute ("is it this one?"), 1 for yes; one question where there are two. */
function questionsOf(attributes: Readonly<Record<string, Int32Array>>): Uint8Array[] {
  return Object.values(attributes).flatMap((values) => {
    const distinct = [...new Set(values)].sort((a, b) => a - b);
    const asked = distinct.length > 2 ? distinct : distinct.slice(1);
    return asked.map((wanted) => Uint8Array.from(values, (value) => Number(value === wanted)));
  });
}

const imbalance = (answers: Uint8Array): number =>
  Math.abs(answers.reduce((sum, yes) => sum + yes, 0) / answers.length - 0.5);

/** Random numbers 0 .. n-1 in random order. */
const shuffle = (n: number, random: Float32Array): number[] =>
  Array.from({ length: n }, (_, i) => i).sort((a, b) => (random[a] as number) - (random[b] as number));

/** A code word per class: each question has random halves of the classes on its two sides. */
function codes(pass: Pass, count: number): Float32Array {
  const table = new Float32Array(pass.classes * count);
  for (let q = 0; q < count; q++)
    for (const [rank, label] of shuffle(pass.classes, pass.uniform(`code ${q}`, pass.classes)).entries())
      table[label * count + q] = Number(2 * rank < pass.classes);
  return table;
}

/** The answers of each row's class. */
const byClass = (table: Float32Array, labels: Int32Array, count: number): Float32Array =>
  Float32Array.from(
    { length: labels.length * count },
    (_, at) => table[(labels[Math.floor(at / count)] as number) * count + (at % count)] as number,
  );

/**
 * Answers `[samples, count]` in 0..1, row-major; the most balanced questions first, UNKNOWN where there are no
 * more. Without attributes every class gets a random code word.
 */
export function answersOf(pass: Pass, count: number, source: Source): Float32Array {
  const { labels, samples } = pass;
  const questions = questionsOf(pass.attributes ?? {})
    .sort((a, b) => imbalance(a) - imbalance(b))
    .slice(0, count);
  if (questions.length === 0) return byClass(codes(pass, count), labels, count);
  const order = source === 'shuffled' ? shuffle(samples, pass.uniform('rows', samples)) : undefined;
  const answers = Float32Array.from({ length: samples * count }, (_, at) => {
    const row = Math.floor(at / count);
    return questions[at % count]?.[order ? (order[row] as number) : row] ?? UNKNOWN;
  });
  return source === 'class'
    ? byClass(classMeans(answers, count, labels, pass.classes), labels, count)
    : answers;
}
