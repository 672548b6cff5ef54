/** Verticals out of what a generalist confuses. Ours: the paper is given its verticals. */
import { softmax } from '../../core/logits';

/** How much of class b a network sees in images of class a, and the other way round, row-major `[classes, classes]`. */
export function confusionOf(logits: Float32Array, labels: ArrayLike<number>, classes: number): Float64Array {
  const p = softmax(Float64Array.from(logits), classes);
  const sums = new Float64Array(classes * classes);
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const a = labels[row] as number;
    counts[a] = (counts[a] as number) + 1;
    for (let b = 0; b < classes; b++)
      sums[a * classes + b] = (sums[a * classes + b] as number) + (p[row * classes + b] as number);
  }
  const mean = (a: number, b: number) => (sums[a * classes + b] as number) / Math.max(1, counts[a] as number);
  return sums.map((_, at) => {
    const [a, b] = [Math.floor(at / classes), at % classes];
    return a === b ? 0 : mean(a, b) + mean(b, a);
  });
}

/** Rounds of exchanges; each makes the groups better, and a few are enough. */
const ROUNDS = 20;

/**
 * Class in each place of groups of given sizes so that classes that are confused lie together: pairs are exchanged
 * while that gains. Any start gives a local best; the order of the classes is the start.
 */
export function together(alike: Float64Array, classes: number, sizes: readonly number[]): Int32Array {
  const order = Int32Array.from({ length: classes }, (_, i) => i);
  const group = Int32Array.from(sizes.flatMap((size, g) => new Array<number>(size).fill(g)));
  const at = (a: number, b: number) => alike[a * classes + b] as number;
  // How much each class has in common with each group.
  const common = Array.from({ length: classes }, (_, a) => {
    const all = new Float64Array(sizes.length);
    for (let i = 0; i < classes; i++) all[group[i] as number]! += at(a, order[i] as number);
    return all;
  });
  const exchange = (i: number, j: number): boolean => {
    const [a, b] = [order[i] as number, order[j] as number];
    const [g, h] = [group[i] as number, group[j] as number];
    const [ofA, ofB] = [common[a] as Float64Array, common[b] as Float64Array];
    const gain = ofA[h]! + ofB[g]! - ofA[g]! - ofB[h]! - 2 * at(a, b);
    if (g === h || gain <= 1e-12) return false;
    order[i] = b;
    order[j] = a;
    for (const [c, all] of common.entries()) {
      all[g]! += at(c, b) - at(c, a);
      all[h]! += at(c, a) - at(c, b);
    }
    return true;
  };
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (let i = 0; i < classes; i++) for (let j = i + 1; j < classes; j++) moved = exchange(i, j) || moved;
    if (!moved) break;
  }
  return order;
}
