import { short } from '../../core/format';
import type { Panel } from '../../core/panel';
import type { Probe } from '../../worker/protocol';

/** Lowest and highest finite number; of one number alone, half a unit around it. */
export function rangeOf(data: Iterable<number>): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of data) {
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}

/** `0.1 to 2`, or the one number that there is. */
function words(numbers: Iterable<number>): string {
  const found = new Set([...numbers].filter(Number.isFinite));
  const [only] = found;
  return found.size === 1 ? short(only!) : rangeOf(found).map(short).join(' to ');
}

/** `Student 0.1 to 2 × Teacher 0 to 1 · 0 to 3`: what the axes are and how far a picture reaches. */
export function rangeText(
  { kind, x = '', y = '' }: Panel,
  { shape, data }: Probe['panels'][number],
): string[] {
  const columns = shape.at(-1) ?? 1;
  const axes = [x, y].filter(Boolean).join(' × ');
  if (kind === 'shares' || kind === 'images' || kind === 'table') return [axes];
  if (kind === 'curves') return [axes, words(data.filter((_, i) => i % columns > 0))];
  // Bars stand on 0.
  if (kind !== 'scatter') return [axes, words(kind === 'bars' ? [0, ...data] : data)];
  const along = (name: string, at: number) =>
    `${name} ${words(data.filter((_, i) => i % columns === at))}`.trim();
  return [`${along(x, 0)} × ${along(y, 1)}`];
}
