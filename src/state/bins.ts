/** Reliability bins of one or several seeds. Pure. */
import type { ReliabilityBins } from '../worker/protocol';

export interface Bin {
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

/** Puts the bins of several learners together, weighted by their counts. */
export function mergeBins(all: readonly ReliabilityBins[]): readonly Bin[] {
  const size = Math.max(0, ...all.map((bins) => bins.count.length));
  return Array.from({ length: size }, (_, i) => {
    let [count, confidence, accuracy] = [0, 0, 0];
    for (const bins of all) {
      const n = bins.count[i] ?? 0;
      count += n;
      confidence += n * (bins.confidence[i] ?? 0);
      accuracy += n * (bins.accuracy[i] ?? 0);
    }
    return count
      ? { count, confidence: confidence / count, accuracy: accuracy / count }
      : { count, confidence: 0, accuracy: 0 };
  });
}

/** Mean confidence minus accuracy over all rows: positive when the learner is too sure. */
export function overconfidence(bins: readonly Bin[]): number {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (total === 0) return 0;
  return bins.reduce((sum, bin) => sum + bin.count * (bin.confidence - bin.accuracy), 0) / total;
}
