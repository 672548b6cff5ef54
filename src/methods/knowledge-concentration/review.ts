/** Average precision of each vertical, and how often answers leave it. Host arithmetic over validation images. */
import type { Drawing, Review } from '../kit';
import type { Layout } from './layout';

/** Mean over the true rows of the precision down to each, in order of score; 0 without any. Of equals the first leads. */
export function averagePrecision(scores: readonly number[], truth: readonly boolean[]): number {
  const order = [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  let found = 0;
  let sum = 0;
  for (const [rank, row] of order.entries()) if (truth[row]) sum += ++found / (rank + 1);
  return found === 0 ? 0 : sum / found;
}

/** Answers about the classes of one vertical: score of class `j` of it for a row. */
type Scores = (row: number, j: number) => number;

/** Mean of the average precisions of the classes of a vertical, over its own images; 0 where it has none. */
function precisionOf(
  rows: readonly number[],
  own: readonly number[],
  labels: ArrayLike<number>,
  score: Scores,
) {
  const each = own.flatMap((c, j) => {
    const truth = rows.map((row) => labels[row] === c);
    return truth.includes(true)
      ? [
          averagePrecision(
            rows.map((row) => score(row, j)),
            truth,
          ),
        ]
      : [];
  });
  return each.length ? each.reduce((a, b) => a + b, 0) / each.length : 0;
}

/** @param classAt class in each place of the layout. */
export async function reviewed(
  seen: Review,
  layout: Layout,
  classAt: Int32Array,
): Promise<Readonly<Record<'precision' | 'mean' | 'blocks', Drawing>>> {
  const { labels, logits, classes } = seen;
  const verticals = layout.names.length;
  const verticalOf = new Int32Array(classes);
  for (const [place, c] of classAt.entries()) verticalOf[c] = layout.of[place] as number;
  const members = layout.names.map((_, v) => [...classAt].filter((c) => verticalOf[c] === v));
  const rowsOf = layout.names.map((_, v) =>
    [...labels.keys()].filter((row) => verticalOf[labels[row] as number] === v),
  );
  const precisions = (scoresOf: (v: number) => Scores) =>
    members.map((own, v) => precisionOf(rowsOf[v] as number[], own, labels, scoresOf(v)));
  const student = precisions(
    (v) => (row, j) => logits[row * classes + (members[v] as number[])[j]!] as number,
  );
  const outputs = await seen.ownTeacherOutputs();
  const specialists = outputs.length
    ? precisions((v) => (row, j) => (outputs[v] as Float32Array)[row * layout.sizes[v]! + j] as number)
    : undefined;
  const curves = [student, ...(specialists ? [specialists] : [])];
  const mean = (all: readonly number[]) => all.reduce((a, b) => a + b, 0) / all.length;
  return {
    precision: { shape: [curves.length, 1 + verticals], data: curves.flatMap((all, i) => [i, ...all]) },
    mean: { shape: [curves.length], data: curves.map(mean) },
    blocks: { shape: [verticals, verticals], data: blocks(seen, verticalOf, rowsOf) },
  };
}

/** Share of each vertical's images that are answered with a class of each, row-major. */
function blocks({ logits, classes }: Review, verticalOf: Int32Array, rowsOf: readonly number[][]): number[] {
  return rowsOf.flatMap((rows) => {
    const counts = rowsOf.map(() => 0);
    for (const row of rows) {
      const own = logits.subarray(row * classes, (row + 1) * classes);
      const best = own.reduce((at, z, c) => (z > (own[at] as number) ? c : at), 0);
      const to = verticalOf[best] as number;
      counts[to] = (counts[to] as number) + 1;
    }
    return counts.map((n) => n / Math.max(1, rows.length));
  });
}
