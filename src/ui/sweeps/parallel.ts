/** Where values lie on the axes of parallel coordinates. Pure. */
import type { Value } from '../../state/sweep';

export interface Scale {
  /** 0 at the bottom to 1 at the top. */
  readonly at: (value: Value) => number;
  /** From bottom to top. */
  readonly ticks: readonly Value[];
}

const MOST_TICKS = 6;

/**
 * Numbers lie by their size, by their logarithm where the largest is ten times the least or more; all else is spread
 * evenly in the order given.
 */
export function scaleOf(values: readonly Value[]): Scale {
  const different = [...new Set(values)];
  const numbers = different.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (numbers.length < different.length || numbers.length < 2) {
    const last = Math.max(1, different.length - 1);
    return {
      at: (value) => (different.length < 2 ? 0.5 : different.indexOf(value) / last),
      ticks: different,
    };
  }
  const [low, high] = [numbers[0]!, numbers.at(-1)!];
  const log = low > 0 && high / low >= 10;
  const place = (value: number) => (log ? Math.log(value) : value);
  const [from, span] = [place(low), place(high) - place(low)];
  const every = Math.ceil(numbers.length / MOST_TICKS);
  return {
    at: (value) => (place(Number(value)) - from) / span,
    ticks:
      numbers.length <= MOST_TICKS
        ? numbers
        : numbers.filter((_, i) => i % every === 0 || i === numbers.length - 1),
  };
}
