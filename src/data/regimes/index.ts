/** The registry of regimes, and the order in which a set-up's regimes take effect. */
import { type Registry, registry } from '../../core/registry';
import type { Draws, Regime, Surroundings } from './kit';

/** Regime with its parameter types forgotten, as the trainer and the page handle it. */
// biome-ignore lint/suspicious/noExplicitAny: select takes its own parameter type; only `any` accepts them all
export type AnyRegime = Regime<any>;

const files = import.meta.glob<AnyRegime>(['./*.ts', '!./kit.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

export const regimes: Registry<AnyRegime> = registry('regime', files);

/** All regimes, first to take effect first. */
export const orderedRegimes: readonly AnyRegime[] = regimes.all.toSorted((a, b) => a.order - b.order);

interface Chosen {
  readonly id: string;
  readonly params: Readonly<Record<string, number | boolean | string>>;
}

/** Whether one of them gives the teacher other classes than the students. */
export const splitsClasses = (chosen: readonly Pick<Chosen, 'id'>[]): boolean =>
  chosen.some(({ id }) => regimes.has(id) && regimes.get(id).spaces !== undefined);

/** A regime with the further data set it draws on. */
export interface Drawing {
  readonly regime: AnyRegime;
  readonly draws: Draws;
}

/** Which further data set the chosen regimes draw on; undefined when the first one is all they use. */
export function drawsOf(chosen: readonly Pick<Chosen, 'id'>[]): Drawing | undefined {
  for (const { id } of chosen) {
    const regime = regimes.has(id) ? regimes.get(id) : undefined;
    if (regime?.draws) return { regime, draws: regime.draws };
  }
  return undefined;
}

/** Why the chosen regimes cannot be used together or with this teacher; undefined when they can. */
export function refusalOf(chosen: readonly Chosen[], teacher: Surroundings['teacher']): string | undefined {
  const around = {
    teacher,
    regimes: chosen.map(({ id }) => id),
    otherClasses: splitsClasses(chosen),
    measuredElsewhere: drawsOf(chosen)?.draws.measured === true,
  };
  const drawing = chosen.map(({ id }) => regimes.get(id)).filter(({ pools }) => pools);
  if (drawing.length > 1)
    return `${drawing.map(({ name }) => name).join(' and ')} both decide what the pool is. Use one of the two.`;
  for (const { id, params } of chosen) {
    const regime = regimes.get(id);
    const reason = regime.refuses?.(params, around);
    if (reason) return `${regime.name}: ${reason}`;
  }
  return undefined;
}
