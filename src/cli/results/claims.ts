/** What each method's paper says it is better at, as a comparison that the table can make. */
import { BASELINE, type Claim } from '../../share/results';
import { trials } from './trials/index';

const accuracyOver = (against: string): Claim => ({ metric: 'accuracy', better: 'higher', against });
const calibratedOver = (against: string): Claim => ({ metric: 'ece', better: 'lower', against });

const usual: readonly Claim[] = [accuracyOver(BASELINE)];
const beyondKd: readonly Claim[] = [accuracyOver('kd')];

/** Methods that are presented as better than plain distillation, or as better calibrated. */
const CLAIMS: Readonly<Record<string, readonly Claim[]>> = {
  [BASELINE]: [],
  'label-smoothing': [accuracyOver(BASELINE), calibratedOver(BASELINE)],
  'ps-kd': [accuracyOver(BASELINE), calibratedOver(BASELINE)],
  'bd-kd': [accuracyOver('kd'), calibratedOver('kd')],
  crd: beyondKd,
  dhkd: beyondKd,
  dist: beyondKd,
  dkd: beyondKd,
  lelp: beyondKd,
  lskd: beyondKd,
  lsskd: [accuracyOver(BASELINE), accuracyOver('ps-kd')],
  'fantastic-gains': usual,
  'mixup-kd': beyondKd,
  mlkd: beyondKd,
  'nd-loss': beyondKd,
  rotnet: beyondKd,
  sinkd: beyondKd,
  'tgeo-kd': beyondKd,
  trg: beyondKd,
};

/**
 * Methods not named above claim that a student with them is more accurate than one without; one of them that has a
 * trial claims what is said there, in the set-up it is about, and nothing in the table of all.
 */
export const claimsOf = (method: string): readonly Claim[] =>
  CLAIMS[method] ?? (trials.has(method) ? [] : usual);

/** Methods that make no claim in the table of all. */
export const unclaimed: readonly string[] = [
  BASELINE,
  ...[...trials.keys()].filter((method) => !(method in CLAIMS)),
];

/** Methods of which a claim speaks beside their own. */
export const claimed: readonly string[] = [...Object.keys(CLAIMS), ...trials.keys()];
