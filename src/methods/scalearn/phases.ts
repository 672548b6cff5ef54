/** The stages of ScaLearn over a run. */
import type { Phase, Rates } from '../kit';

const STEPS = 20;

/** A straight fall to 0, in steps. */
const falling = (factor: number): Rates =>
  Array.from({ length: STEPS }, (_, i) => [(i + 1) / STEPS, factor * (1 - i / STEPS)]);

interface Shares {
  readonly transfer: 'scales' | 'fusion' | 'adapter' | 'head' | 'all';
  readonly backbone: number;
  readonly adapters: number;
  readonly rate: number;
}

/** The backbone, then adapters, then the target; what a comparison does not need is left out. */
export function phasesOf({ transfer, backbone, adapters, rate }: Shares): Record<string, Phase> {
  const first: Phase = { label: 'Backbone', share: backbone };
  const rest = 1 - backbone;
  const adapt = { trains: ['extras'], extras: 'adapt/' } as const;
  const own = { rates: falling(rate), extras: 'transfer/' } as const;
  if (transfer === 'adapter')
    return { backbone: first, adapters: { label: 'Target adapter', share: rest, ...adapt } };
  const all = transfer === 'all' ? (['student', 'extras'] as const) : (['extras'] as const);
  if (transfer === 'head' || transfer === 'all')
    return { backbone: first, transfer: { label: 'Target', share: rest, trains: all, ...own } };
  const middle = rest * (adapters / Math.max(adapters + 0.05, 1 - backbone));
  return {
    backbone: first,
    adapters: { label: 'Adapters', share: middle, ...adapt },
    transfer: { label: 'Target', share: rest - middle, trains: all, ...own },
    ...(transfer === 'scales' ? { study: { label: 'Study', share: 0, hostOnly: true } as const } : {}),
  };
}
