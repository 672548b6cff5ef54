/** The options of `npm run results`, and those of a trial under what was asked beside it. */
import { parseArgs } from 'node:util';
import { UsageError } from '../arguments';
import type { Trial } from './trials/kit';

export const USAGE = `results - every method on one small budget

  --methods A,B      which methods (default all); of a trial, which rows
  --dataset ID       a built-in data set, or none (default glyphs); may be given again
  --data PATH        own images beside it: a folder, an archive or a file; may be given again
  --regime ID:KEY=VALUE,...  what is made of the training images; may be given again
  --target PATH|shift:ID, --pool PATH|shift:ID   a second data set, as in condenser run
  --epochs N         epochs of teacher and students (default: those of the ready set-up)
  --size N           image size in pixels
  --seeds 1,2,3      (default 1,2,3)
  --own-teachers     a teacher for each seed; without it, one of the first seed for all: a third of the time
  --set KEY=VALUE    any other setting, the same for all; may be given again
  --docs DIR         where results.md and results.json go (default docs)
  --add              adds these methods to the table that is there, if data and budget are the same
  --times            trains two epochs of one seed to time the steps anew; the table keeps all else
  --trial ID[:SETTING]  in place of all methods in one set-up: one method in the set-up its claim is about, beside
                     fair comparisons; all: every trial; may be given again. The options above change its set-up
  --grid ID:KEY=A/B/C --over ID:KEY=A/B/C
                     in place of a table: accuracy of one method at values of its parameter, on the images that
                     a regime leaves at values of one of its own
  --page             trains nothing: writes the page from the runs that are there`;

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  ...{ methods: text, epochs: text, size: text, seeds: text, docs: text },
  ...{ dataset: list, data: list, set: list, regime: list, page: flag, 'own-teachers': flag },
  ...{ target: list, pool: list, trial: list, add: flag, times: flag, grid: text, over: text },
};

const parsed = (args: readonly string[]) => parseArgs({ args: [...args], options: OPTIONS }).values;

export type Options = ReturnType<typeof parsed>;

/** @throws TypeError with a code for an option that is unknown or has no value; UsageError. */
export function readOptions(args: readonly string[]): Options {
  const values = parsed(args);
  if (values.trial && (values.grid !== undefined || values.over !== undefined))
    throw new UsageError('--trial and --grid cannot be used together.');
  return values;
}

/**
 * A trial's own options, then those of its setting, then what was asked beside it; the later one counts. Parameters
 * of its data set are left out with another one.
 */
export function optionsOf(trial: Trial, setting: string | undefined, asked: Options): Options {
  const own = parsed(trial.options);
  const more = parsed(setting === undefined ? [] : (trial.settings?.[setting] ?? []));
  const budget = asked.epochs === undefined ? [] : ['teacher.epochs', 'training.epochs'];
  const elsewhere = asked.data !== undefined || asked.dataset !== undefined;
  const sets = [...(own.set ?? []), ...(more.set ?? [])];
  return {
    ...own,
    ...more,
    ...(asked.data ? { dataset: ['none'] } : {}),
    ...asked,
    set: [
      ...sets.filter((setting) => !elsewhere || !setting.startsWith('dataset.')),
      ...budget.map((key) => `${key}=${asked.epochs}`),
      ...(asked.set ?? []),
    ],
  };
}

/** What every run is given beside its data, methods and seeds, as `condenser run` takes it. */
export const runArguments = (values: Options): string[] => [
  ...(values.epochs === undefined ? [] : ['--epochs', values.epochs]),
  ...(values.size === undefined ? [] : ['--set', `data.size=${values.size}`]),
  ...(values.set ?? []).flatMap((setting) => ['--set', setting]),
  ...(values.regime ?? []).flatMap((regime) => ['--regime', regime]),
  ...(values.target ?? []).flatMap((set) => ['--target', set]),
  ...(values.pool ?? []).flatMap((set) => ['--pool', set]),
];

/** The asked options as a command states them, without those that say where and which data. */
export const stated = (values: Options): string[] => [
  ...(values.grid === undefined ? [] : ['--grid', values.grid, '--over', values.over ?? '']),
  ...(values.epochs === undefined ? [] : ['--epochs', values.epochs]),
  ...(values.size === undefined ? [] : ['--size', values.size]),
  ...(values.set ?? []).flatMap((setting) => ['--set', setting]),
  ...(values.regime ?? []).flatMap((regime) => ['--regime', regime]),
  ...(['target', 'pool'] as const).flatMap((role) =>
    (values[role] ?? []).flatMap((set) => [`--${role}`, set.replace(/^.*[\\/]/, '')]),
  ),
  ...(values.seeds === undefined ? [] : ['--seeds', values.seeds]),
  ...(values['own-teachers'] ? ['--own-teachers'] : []),
  ...(values.add ? ['--add'] : []),
];
