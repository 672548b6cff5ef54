/** Choosing among networks by their answers `[n, outputs]` to a few images with known labels. Plain numbers. */
import { upTo } from './tasks';

/**
 * Chance of each class given each output, `[outputs, classes]`: the empirical conditional distribution of LEEP
 * (Nguyen et al. 2020). An output that nothing speaks for means every class alike.
 */
export function meanings(answers: Float32Array, labels: readonly number[], classes: number): Float32Array {
  const outputs = answers.length / Math.max(1, labels.length);
  const joint = new Float32Array(outputs * classes);
  for (const [i, y] of labels.entries())
    for (const z of upTo(outputs)) joint[z * classes + y]! += answers[i * outputs + z]!;
  for (const z of upTo(outputs)) {
    const row = joint.subarray(z * classes, (z + 1) * classes);
    const sum = row.reduce((a, b) => a + b, 0);
    for (const y of upTo(classes)) row[y] = sum > 0 ? row[y]! / sum : 1 / classes;
  }
  return joint;
}

/** Answers as chances of the classes, `[n, classes]`, by what the outputs mean. */
export function translated(answers: Float32Array, meaning: Float32Array, classes: number): Float32Array {
  const outputs = meaning.length / classes;
  const out = new Float32Array((answers.length / outputs) * classes);
  for (let i = 0; i < out.length; i++) {
    const [row, y] = [Math.floor(i / classes), i % classes];
    for (let z = 0; z < outputs; z++) out[i]! += answers[row * outputs + z]! * meaning[z * classes + y]!;
  }
  return out;
}

/** Share of images whose likeliest class is the right one. */
export function accuracy(answers: Float32Array, labels: readonly number[], meaning: Float32Array): number {
  const outputs = answers.length / Math.max(1, labels.length);
  const classes = meaning.length / outputs;
  const said = translated(answers, meaning, classes);
  const right = labels.filter((y, i) => {
    const row = said.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row)) === y;
  });
  return right.length / Math.max(1, labels.length);
}

/** LEEP: mean log of the chance that the translated answers give to the labels. */
export function leep(answers: Float32Array, labels: readonly number[], classes: number): number {
  const said = translated(answers, meanings(answers, labels, classes), classes);
  const logs = labels.map((y, i) => Math.log(Math.max(1e-12, said[i * classes + y]!)));
  return logs.reduce((a, b) => a + b, 0) / Math.max(1, logs.length);
}

/** Mean of the highest probability. */
export function confidence(answers: Float32Array, outputs: number): number {
  const rows = upTo(answers.length / outputs);
  const highest = rows.map((i) => Math.max(...answers.subarray(i * outputs, (i + 1) * outputs)));
  return highest.reduce((a, b) => a + b, 0) / Math.max(1, highest.length);
}

/** Cosine of the angle between two rows; 0 where one has no length. */
export function alike(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return dot / (Math.sqrt(aa * bb) || 1);
}

/** Place of the largest; the first of equals. */
export const highest = (values: ArrayLike<number>): number =>
  upTo(values.length).reduce((best, i) => ((values[i] as number) > (values[best] as number) ? i : best), 0);
