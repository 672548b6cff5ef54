/** The registry of regimes, and the order in which a set-up's regimes take effect. */
import { type Registry, registry } from '../../core/registry';
import type { Regime, Surroundings } from './kit';

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

/** Why the chosen regimes cannot be used together or with this teacher; undefined when they can. */
export function refusalOf(chosen: readonly Chosen[], teacher: Surroundings['teacher']): string | undefined {
  const around = { teacher, regimes: chosen.map(({ id }) => id), otherClasses: splitsClasses(chosen) };
  for (const { id, params } of chosen) {
    const regime = regimes.get(id);
    const reason = regime.refuses?.(params, around);
    if (reason) return `${regime.name}: ${reason}`;
  }
  return undefined;
}
