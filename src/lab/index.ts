/** The function lab: every net on every function with every seed, one record each. */
import { boot } from '../engine/boot';
import { BUDGET, type Fit, fit } from './fit';
import { TARGETS } from './functions';
import { type ImageRecord, measureImages } from './images';
import { CONTESTANTS } from './nets';

export { page } from './page';

export const SEEDS = [1, 2, 3];

export interface FitRecord extends Fit {
  readonly target: string;
  readonly net: string;
  readonly seed: number;
}

/** Results are the same on every machine. */
const onCpu = () => boot('cpu', { lost: () => {}, uncaptured: () => {} });

/** Trains on images, on the plain CPU backend, seed after seed. `made` is told of every seed. */
export async function images(made: (records: readonly ImageRecord[]) => void): Promise<void> {
  await onCpu();
  for (const seed of SEEDS) made(await measureImages(seed));
}

/** Fits what `known` has no record of, on the plain CPU backend. `made` is told of every fit. */
export async function measure(known: readonly FitRecord[], made: (record: FitRecord) => void): Promise<void> {
  await onCpu();
  const has = (target: string, net: string, seed: number) =>
    known.some((r) => r.target === target && r.net === net && r.seed === seed);
  for (const seed of SEEDS)
    for (const target of TARGETS)
      for (const contestant of CONTESTANTS) {
        if (has(target.id, contestant.id, seed)) continue;
        const result = await fit(target, contestant, seed, BUDGET);
        made({ target: target.id, net: contestant.id, seed, ...result });
      }
}
