/** What to train, from the arguments. Pure but for the sizes of the data files. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, MAX_STUDENTS } from '../../core/config';
import { regimes } from '../../data/regimes/index';
import { asksPool, methods } from '../../methods/index';
import { BASELINE } from '../../share/results';
import { type Command, parseArguments, UsageError } from '../arguments';
import { setupOf } from '../setup';
import { readVaried, rowArguments, type Varied } from './grid';

export const USAGE = `results - every method on one small budget

  --methods A,B      which methods (default all)
  --dataset ID       a built-in data set, or none (default glyphs); may be given again
  --data PATH        own images beside it: a folder, an archive or a file; may be given again
  --regime ID:KEY=VALUE,...  what is made of the training images; may be given again
  --epochs N         epochs of teacher and students (default: those of the ready set-up)
  --size N           image size in pixels
  --seeds 1,2,3      (default 1,2,3)
  --own-teachers     a teacher for each seed; without it, one of the first seed for all: a third of the time
  --set KEY=VALUE    any other setting, the same for all; may be given again
  --docs DIR         where results.md and results.json go (default docs)
  --add              adds these methods to the table that is there, if data and budget are the same
  --times            trains two epochs of one seed to time the steps anew; the table keeps all else
  --grid ID:KEY=A/B/C --over ID:KEY=A/B/C
                     in place of a table: accuracy of one method at values of its parameter, on the images that
                     a regime leaves at values of one of its own
  --page             trains nothing: writes the page from the runs that are there`;

type RunCommand = Extract<Command, { kind: 'run' }>;

export interface Job {
  readonly seeds: readonly string[];
  readonly methods: readonly string[];
  readonly command: RunCommand;
  readonly config: Config;
  /** Name of the folder of its record: the same set-up and data have the same. */
  readonly folder: string;
}

export interface Part {
  /** Data set or file name, for people. */
  readonly name: string;
  /** The command that makes this part alone. */
  readonly command: string;
  /** What its runs become in place of a table: a grid, a row of each. */
  readonly grid?: { readonly method: Varied; readonly regime: Varied };
  readonly jobs: readonly Job[];
}

export interface Plan {
  readonly parts: readonly Part[];
  readonly docs: string | undefined;
  readonly onlyPage: boolean;
  /** What becomes of a table that is there. Default: another one takes its place. */
  readonly keeps: 'nothing' | 'rows' | 'all but times';
}

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  ...{ methods: text, epochs: text, size: text, seeds: text, docs: text },
  ...{ dataset: list, data: list, set: list, regime: list, page: flag, 'own-teachers': flag },
  ...{ add: flag, times: flag, grid: text, over: text },
};

/** The set-up that times steps: the first two epochs hold the steps that are timed. */
const TIMED = ['teacher.epochs=2', 'training.epochs=2'];

const words = (value: string): string[] => value.split(',').filter(Boolean);

/** Equal parts of at most as many methods as a set-up may have students. */
export function chunks(ids: readonly string[], most = MAX_STUDENTS): string[][] {
  const n = Math.ceil(ids.length / most);
  const at = (i: number) => Math.round((i * ids.length) / n);
  return Array.from({ length: n }, (_, i) => ids.slice(at(i), at(i + 1)));
}

/** Whether one of these regimes, as `--regime` has them, hides labels. */
const hidesLabels = (chosen: readonly string[]): boolean =>
  chosen.some((text) => regimes.all.some(({ id, pools }) => pools && text.split(':')[0] === id));

/**
 * The baseline and plain distillation first: whatever stops half-way has what the others are compared with. All are
 * those that can be used: @param pool whether there are images without labels.
 */
function orderedMethods(wanted: string | undefined, pool: boolean): string[] {
  const all = methods.all.map((method) => method.id);
  const usable = methods.all.filter((method) => pool || !asksPool(method)).map(({ id }) => id);
  const chosen = wanted === undefined ? usable : words(wanted);
  const unknown = chosen.filter((id) => !all.includes(id));
  if (unknown.length > 0)
    throw new UsageError(`There is no method '${unknown[0]}'. Known: ${all.join(', ')}.`);
  const first = [BASELINE, 'kd'].filter((id) => chosen.includes(id));
  return [...new Set([...first, ...chosen])];
}

function folderOf(config: Config, data: string | undefined): string {
  const stat = data === undefined ? undefined : statSync(data, { throwIfNoEntry: false });
  if (data !== undefined && !stat) throw new UsageError(`There is no file or folder ${data}.`);
  const identity = JSON.stringify([config, data && basename(data), stat?.size, stat?.mtimeMs]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}

/** @throws UsageError naming the option that cannot be used. */
export function planOf(args: readonly string[]): Plan {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const common = [
    ...(values.epochs === undefined ? [] : ['--epochs', values.epochs]),
    ...(values.size === undefined ? [] : ['--size', values.size]),
    ...(values.set ?? []).flatMap((setting) => ['--set', setting]),
    ...(values.regime ?? []).flatMap((regime) => ['--regime', regime]),
  ];
  const wanted = words(values.seeds ?? '1,2,3');
  const seeds = values.times ? wanted.slice(0, 1) : wanted;
  const set = [...(values.set ?? []), ...(values.times ? TIMED : [])];
  const groups = values['own-teachers'] ? seeds.map((seed) => [seed]) : [seeds];
  const ids = orderedMethods(values.methods, hidesLabels(values.regime ?? []));
  const grid =
    values.grid === undefined && values.over === undefined
      ? undefined
      : { method: readVaried('--grid', values.grid ?? ''), regime: readVaried('--over', values.over ?? '') };
  const settings = [
    ...(values.epochs === undefined ? [] : ['--epochs', values.epochs]),
    ...(values.size === undefined ? [] : ['--set', `data.size=${values.size}`]),
    ...set.flatMap((setting) => ['--set', setting]),
    ...(values.regime ?? []).flatMap((regime) => ['--regime', regime]),
  ];
  const part = (name: string, dataset: string | undefined, data: string | undefined): Part => {
    const source = data === undefined ? ['--dataset', dataset!] : ['--data', data];
    const job = (chunk: readonly string[], group: readonly string[], own: readonly string[]): Job => {
      const seeded = ['run', ...source, '--seeds', group.join(',')];
      const command = parseArguments([...seeded, ...own, ...settings]) as RunCommand;
      const config = setupOf(command, undefined);
      return { seeds: group, methods: chunk, command, config, folder: folderOf(config, data) };
    };
    const jobs = grid
      ? grid.regime.axis.values.map((value) =>
          job([grid.method.id], seeds, rowArguments(grid.method, grid.regime, value)),
        )
      : chunks(ids).flatMap((chunk) =>
          groups.map((group) => job(chunk, group, ['--students', chunk.join(',')])),
        );
    const shown = data === undefined ? ['--dataset', name] : ['--dataset', 'none', '--data', name];
    const chosen = values.methods === undefined ? [] : ['--methods', values.methods];
    const rest = [
      ...(grid ? ['--grid', values.grid!, '--over', values.over!] : []),
      ...common,
      ...(values.seeds === undefined ? [] : ['--seeds', values.seeds]),
      ...(values['own-teachers'] ? ['--own-teachers'] : []),
      ...(values.add ? ['--add'] : []),
    ];
    const command = ['npm run results --', ...shown, ...chosen, ...rest].join(' ');
    return { name, command, jobs, ...(grid ? { grid } : {}) };
  };
  const builtin = (values.dataset ?? ['glyphs']).filter((id) => id !== 'none');
  return {
    parts: [
      ...builtin.map((id) => part(id, id, undefined)),
      ...(values.data ?? []).map((path) => part(basename(path), undefined, path)),
    ],
    docs: values.docs,
    onlyPage: values.page === true,
    keeps: values.times ? 'all but times' : values.add ? 'rows' : 'nothing',
  };
}
