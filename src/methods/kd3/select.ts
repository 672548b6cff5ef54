/** Which images of the pool an epoch learns from. Pure, float64. */

/** Weight of the teacher's logits in epoch `epoch`, counted from 1; 0 from `stop` on. */
export const teacherShare = (epoch: number, stop: number, span: number): number =>
  epoch < stop ? 1 - Math.exp(-5 * ((epoch + 1) / span - 1) ** 2) : 0;

export interface Selection {
  /** Largest probability of the combined answer, and its class, by image. */
  readonly confidence: Float64Array;
  readonly answer: Int32Array;
  /** By class: `cutoff` for the most frequent answer, lower for rarer ones, 0 for none. */
  readonly thresholds: Float64Array;
  /** Rows that are surer than the threshold of their answer. */
  readonly kept: Int32Array;
}

/** @param logits of both networks, row-major `[rows, classes]`. @param share of the teacher. */
export function select(
  student: ArrayLike<number>,
  teacher: ArrayLike<number>,
  { classes, share, cutoff }: { readonly classes: number; readonly share: number; readonly cutoff: number },
): Selection {
  const rows = student.length / classes;
  const confidence = new Float64Array(rows);
  const answer = new Int32Array(rows);
  const counts = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    const z = Array.from({ length: classes }, (_, k) => {
      const at = row * classes + k;
      return share * (teacher[at] as number) + (1 - share) * (student[at] as number);
    });
    const most = Math.max(...z);
    const label = z.indexOf(most);
    answer[row] = label;
    confidence[row] = 1 / z.reduce((sum, v) => sum + Math.exp(v - most), 0);
    counts[label] = (counts[label] as number) + 1;
  }
  const largest = Math.max(1, ...counts);
  const thresholds = counts.map((n) => (cutoff * (n / largest)) / (2 - n / largest));
  const kept = Int32Array.from(
    [...answer.keys()].filter(
      (row) => (confidence[row] as number) > (thresholds[answer[row] as number] as number),
    ),
  );
  return { confidence, answer, thresholds, kept };
}
