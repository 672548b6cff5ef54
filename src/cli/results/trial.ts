/** Trials as the command asks for them, and as the table tells of them. Pure. */
import type { Claim, TrialAbout } from '../../share/results';
import { UsageError } from '../arguments';
import { claimsOf } from './claims';
import { trials } from './trials/index';
import type { Trial } from './trials/kit';

/** A trial in one of its settings. */
export interface Chosen {
  readonly trial: Trial;
  /** Undefined where it has one set-up only. */
  readonly setting: string | undefined;
}

const settingsOf = (trial: Trial): Chosen[] =>
  trial.settings
    ? Object.keys(trial.settings).map((setting) => ({ trial, setting }))
    : [{ trial, setting: undefined }];

function one(text: string): Chosen[] {
  const [id = '', setting] = text.split(/:(.*)/s);
  const trial = trials.get(id);
  if (!trial)
    throw new UsageError(`There is no trial of '${id}'. Known: ${[...trials.keys()].join(', ')}, or all.`);
  const all = settingsOf(trial);
  if (!setting) return all;
  const found = all.filter((chosen) => chosen.setting === setting);
  if (found.length > 0) return found;
  const known = Object.keys(trial.settings ?? {}).join(', ') || 'none';
  throw new UsageError(`The trial of ${id} has no setting '${setting}'. Known: ${known}.`);
}

/** `ID`, `ID:SETTING` or `all`. @throws UsageError naming what is not known. */
export const askedTrials = (texts: readonly string[]): Chosen[] =>
  texts.flatMap((text) => (text === 'all' ? [...trials.values()].flatMap(settingsOf) : one(text)));

/** The key of a row's student: a set-up holds no longer ones. */
const keyOf = (row: string): string => row.slice(0, 20);

/** The row a student is of. */
export const rowOfKey = ({ rows }: Trial, key: string): string =>
  Object.keys(rows).find((row) => keyOf(row) === key) ?? key;

/** Options of the run that trains these rows. @throws UsageError for a row the trial does not have. */
export function trialArguments({ id, rows }: Trial, keys: readonly string[]): string[] {
  const chosen = keys.map((key) => {
    const row = rows[key];
    if (row) return [key, row] as const;
    throw new UsageError(`The trial of ${id} has no row '${key}'. Known: ${Object.keys(rows).join(', ')}.`);
  });
  const settings = chosen.flatMap(([key, { params = {} }], i) => [
    `students.${i}.key=${keyOf(key)}`,
    ...Object.entries(params).map(([name, value]) => `students.${i}.method.params.${name}=${value}`),
  ]);
  return [
    ...['--students', chosen.map(([, { method }]) => method).join(',')],
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
}

export const aboutTrial = ({ trial, setting }: Chosen): TrialAbout => ({
  method: trial.id,
  question: trial.question,
  baseline: trial.baseline,
  ...(setting === undefined ? {} : { setting }),
  numbers: Object.fromEntries(
    Object.entries(trial.numbers ?? {}).map(([key, { name, format }]) => [key, { name, format }]),
  ),
});

/** Claims of a row: the trial's own, or those of the method in the table of all. */
export const claimsIn = (trial: TrialAbout | undefined, row: string): readonly Claim[] =>
  trial ? (trials.get(trial.method)?.claims[row] ?? []) : claimsOf(row);
