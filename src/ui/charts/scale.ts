/** Round axis limits and ticks. Pure. */

export interface Domain {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Limits rounded outward to 1, 2, 2.5 or 5 times a power of ten, with about `count` intervals. */
export function niceDomain(low: number, high: number, count = 4): Domain {
  if (!Number.isFinite(low) || !Number.isFinite(high))
    return { min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1] };
  if (high - low <= 1e-9) {
    const half = Math.max(Math.abs(high) * 0.1, 5e-4);
    return niceDomain(low - half, high + half, count);
  }
  const span = high - low;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? 10 * power;
  const from = Math.floor(low / step + 1e-6);
  let to = Math.ceil(high / step - 1e-6);
  if (to <= from) to = from + 1;
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(10)));
  return { min: ticks[0]!, max: ticks.at(-1)!, ticks };
}

/** Right end of the step axis: grows by quarters, so that the frame is redrawn rarely, up to the planned end. */
export function growingEnd(last: number, planned: number, start = 20): number {
  let end = Math.min(start, Math.max(planned, 1));
  while (end < last) end = Math.ceil(end * 1.25);
  return planned > 0 ? Math.min(end, Math.max(planned, last)) : end;
}

/** Whole-number ticks from 0 to `end`, the end included when it is round. */
export function stepTicks(end: number, count = 5): readonly number[] {
  const { ticks } = niceDomain(0, end, count);
  return ticks.filter((t) => t <= end && Number.isInteger(t));
}
