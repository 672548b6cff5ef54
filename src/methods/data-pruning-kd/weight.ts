/** How much to trust the teacher on a share of the images. Pure. */
import type { RegimeFacts } from '../kit';

/** Between `low` and `high`, straight from `a` to `b`. */
const between = (x: number, low: number, high: number, a: number, b: number): number =>
  a + ((b - a) * (x - low)) / (high - low);

/**
 * Weight of the teacher by the kept share f: 1 up to a tenth, 0.9 at a half, and at all images 0.8, or 0.5 where
 * the teacher itself learnt from wrong labels; straight lines between.
 */
export function weightFor({ kept, noisyTeacher }: RegimeFacts): number {
  if (kept <= 0.1) return 1;
  if (kept <= 0.5) return between(kept, 0.1, 0.5, 1, 0.9);
  return between(Math.min(1, kept), 0.5, 1, 0.9, noisyTeacher ? 0.5 : 0.8);
}
