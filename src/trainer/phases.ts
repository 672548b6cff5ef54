/** Where a lane's phases begin and end. */
import type { Phase, Rates } from '../methods/kit';

export const ONE_PHASE: Readonly<Record<string, Phase>> = { main: { label: 'Training', share: 1 } };

export interface Span<P = Phase> {
  readonly id: string;
  readonly phase: P;
  readonly start: number;
  readonly end: number;
}

/** First and last step of every phase: shares of the whole, without gaps; those that take no step stand between. */
export function spansOf<P extends Pick<Phase, 'share' | 'hostOnly'>>(
  phases: Readonly<Record<string, P>>,
  totalSteps: number,
): Span<P>[] {
  const entries = Object.entries(phases).filter(([, { share, hostOnly }]) => share > 0 || hostOnly);
  const sum = entries.reduce((total, [, phase]) => total + phase.share, 0);
  let before = 0;
  return entries.map(([id, phase]) => {
    const start = Math.round((before / sum) * totalSteps);
    before += phase.share;
    return { id, phase, start, end: Math.round((before / sum) * totalSteps) };
  });
}

/** Factor of the learning rate at a share of the phase; the last one from the end of the table on. */
export const rateAt = (rates: Rates, at: number): number =>
  (rates.find(([until]) => until > at) ?? rates.at(-1))?.[1] ?? 1;
