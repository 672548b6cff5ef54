/** The released learning rates 0.1, 0.02, 0.004 and 0.0008 as factors of the first, by share of a phase. */
import type { Rates } from '../kit';

const FACTORS = [1, 0.2, 0.04, 0.008];

/** @param ends the epoch at which each rate ends; the last one ends the phase. */
const table = (ends: readonly number[]): Rates =>
  ends.map((epoch, i) => [epoch / (ends.at(-1) as number), FACTORS[i] as number]);

export const RATES = { pretext: table([60, 120, 160, 200]), readout: table([35, 70, 85, 100]) };
