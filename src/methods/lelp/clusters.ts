/** The comparison with k-means: each class is cut where its embeddings lie in clumps. */
import { addTo, dot, type Vector } from '../kit/algebra';

const ROUNDS = 30;

const apart = (a: Vector, b: Vector): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
};

const nearest = (row: Vector, centres: readonly Vector[]): number => {
  let best = 0;
  for (let s = 1; s < centres.length; s++)
    if (apart(row, centres[s] as Vector) < apart(row, centres[best] as Vector)) best = s;
  return best;
};

/** First centres: rows drawn by their squared distance to those already chosen. */
function start(rows: readonly Vector[], count: number, random: () => number): Vector[] {
  const centres = [rows[Math.floor(random() * rows.length)] as Vector];
  while (centres.length < count) {
    const far = rows.map((row) => apart(row, centres[nearest(row, centres)] as Vector));
    let left = random() * far.reduce((a, b) => a + b, 0);
    const at = far.findIndex((d) => {
      left -= d;
      return left < 0;
    });
    centres.push(rows[at < 0 ? centres.length % rows.length : at] as Vector);
  }
  return centres;
}

/** Centres of `count` clusters of rows by Lloyd's rounds; one that loses all its rows stays where it was. */
export function clusters(rows: readonly Vector[], count: number, random: () => number): Vector[] {
  let centres = start(rows, count, random);
  for (let round = 0; round < ROUNDS; round++) {
    const own = centres.map(() => ({ sum: new Float64Array(rows[0]?.length ?? 0), n: 0 }));
    for (const row of rows) {
      const cluster = own[nearest(row, centres)] as (typeof own)[number];
      addTo(cluster.sum, row, 1);
      cluster.n++;
    }
    const next = own.map(({ sum, n }, s) => (n ? sum.map((x) => x / n) : (centres[s] as Vector)));
    const moved = next.some((centre, s) => apart(centre, centres[s] as Vector) > 1e-12);
    centres = next;
    if (!moved) break;
  }
  return centres;
}

/**
 * Split logits by the squared distance to each centre, less what all centres share: h . m - |m|^2 / 2, so that they
 * are linear in the embedding. @returns offsets -|m|^2 / 2, and the spread of the logits around their mean over parts.
 */
export function distances(rows: readonly Vector[], centres: readonly Vector[]) {
  const offsets = centres.map((m) => -dot(m, m) / 2);
  let squares = 0;
  for (const row of rows) {
    const logits = centres.map((m, s) => dot(row, m) + (offsets[s] as number));
    const mean = logits.reduce((a, b) => a + b, 0) / logits.length;
    for (const z of logits) squares += (z - mean) ** 2;
  }
  return { offsets, scale: Math.sqrt(squares / (rows.length * centres.length)) };
}
