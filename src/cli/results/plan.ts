/** What to train, from the arguments. Pure but for the sizes of the data files. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Config, MAX_STUDENTS } from '../../core/config';
import { regimes } from '../../data/regimes/index';
import { asksPool, methods } from '../../methods/index';
import { BASELINE } from '../../share/results';
import { type Command, parseArguments, UsageError } from '../arguments';
import { setupOf } from '../setup';
import { readVaried, rowArguments, type Varied } from './grid';
import { type Options, optionsOf, readOptions, runArguments, stated } from './options';
import { askedTrials, type Chosen, trialArguments } from './trial';

type RunCommand = Extract<Command, { kind: 'run' }>;

export interface Job {
  readonly seeds: readonly string[];
  /** Methods, or rows of a trial. */
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
  /** The trial whose rows these are. */
  readonly trial?: Chosen;
  readonly jobs: readonly Job[];
}

export interface Plan {
  readonly parts: readonly Part[];
  readonly docs: string | undefined;
  readonly onlyPage: boolean;
  /** What becomes of a table that is there. Default: another one takes its place. */
  readonly keeps: 'nothing' | 'rows' | 'all but times';
}

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

function folderOf(config: Config, paths: readonly string[]): string {
  const files = paths.map((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new UsageError(`There is no file or folder ${path}.`);
    return [basename(path), stat.size, stat.mtimeMs];
  });
  // Flat up to one file, so that records made before there were several are found.
  const flat = files.length > 1 ? [files] : (files[0] ?? [undefined, undefined, undefined]);
  const identity = JSON.stringify([config, ...flat]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}

/** One data set: a built-in one by its id, or own images by their path. */
interface Source {
  readonly id?: string;
  readonly path?: string;
}

const sourcesOf = (values: Options): Source[] => [
  ...(values.dataset ?? ['glyphs']).filter((id) => id !== 'none').map((id) => ({ id })),
  ...(values.data ?? []).map((path) => ({ path })),
];

/** Paths of further data sets among the options. */
const otherPaths = ({ target = [], pool = [] }: Options): string[] =>
  [...target, ...pool].filter((text) => !/^(shift|builtin):/.test(text));

/** Makes the runs of one part. @param own what a run has beside the common settings. */
function jobMaker(values: Options, { id, path }: Source) {
  const source = path === undefined ? ['--dataset', id!] : ['--data', path];
  const settings = runArguments(values);
  const paths = [...(path === undefined ? [] : [path]), ...otherPaths(values)];
  return (chunk: readonly string[], seeds: readonly string[], own: readonly string[]): Job => {
    const args = ['run', ...source, '--seeds', seeds.join(','), ...own, ...settings];
    const command = parseArguments(args) as RunCommand;
    const config = setupOf(command, undefined);
    return { seeds, methods: chunk, command, config, folder: folderOf(config, paths) };
  };
}

/** Seeds that train together: all, or each with a teacher of its own. */
function seedGroups(values: Options): string[][] {
  const wanted = words(values.seeds ?? '1,2,3');
  const seeds = values.times ? wanted.slice(0, 1) : wanted;
  return values['own-teachers'] ? seeds.map((seed) => [seed]) : [seeds];
}

const timed = (values: Options): Options =>
  values.times ? { ...values, set: [...(values.set ?? []), ...TIMED] } : values;

function commandOf(values: Options, { id, path }: Source): string {
  const name = id ?? basename(path!);
  const shown = path === undefined ? ['--dataset', name] : ['--dataset', 'none', '--data', name];
  const chosen = values.methods === undefined ? [] : ['--methods', values.methods];
  return ['npm run results --', ...shown, ...chosen, ...stated(values)].join(' ');
}

/** A table of methods, or a grid, on one data set. */
function tablePart(asked: Options, source: Source): Part {
  const job = jobMaker(timed(asked), source);
  const groups = seedGroups(asked);
  const about = { name: source.id ?? basename(source.path!), command: commandOf(asked, source) };
  if (asked.grid !== undefined || asked.over !== undefined) {
    const [method, regime] = [readVaried('--grid', asked.grid ?? ''), readVaried('--over', asked.over ?? '')];
    const jobs = regime.axis.values.map((value) =>
      job([method.id], groups.flat(), rowArguments(method, regime, value)),
    );
    return { ...about, jobs, grid: { method, regime } };
  }
  const ids = orderedMethods(asked.methods, hidesLabels(asked.regime ?? []));
  const jobs = chunks(ids).flatMap((chunk) =>
    groups.map((group) => job(chunk, group, ['--students', chunk.join(',')])),
  );
  return { ...about, jobs };
}

/** A trial in one of its settings. */
function trialPart(asked: Options, chosen: Chosen): Part {
  const { trial, setting } = chosen;
  const values = optionsOf(trial, setting, asked);
  const [source, second] = sourcesOf(values);
  if (!source || second) throw new UsageError('A trial takes one data set.');
  const name = setting === undefined ? trial.id : `${trial.id}:${setting}`;
  const ids = asked.methods === undefined ? Object.keys(trial.rows) : words(asked.methods);
  const job = jobMaker(timed(values), source);
  const jobs = chunks(ids).flatMap((chunk) =>
    seedGroups(values).map((group) => job(chunk, group, trialArguments(trial, chunk))),
  );
  const data = asked.data ? ['--dataset', 'none', '--data', basename(asked.data[0]!)] : [];
  const rows = asked.methods === undefined ? [] : ['--methods', asked.methods];
  const quoted = name.includes(' ') ? `'${name}'` : name;
  const command = ['npm run results -- --trial', quoted, ...data, ...rows, ...stated(asked)].join(' ');
  return { name, command, trial: chosen, jobs };
}

/** @throws UsageError naming the option that cannot be used. */
export function planOf(args: readonly string[]): Plan {
  const values = readOptions(args);
  const parts = values.trial
    ? askedTrials(values.trial).map((chosen) => trialPart(values, chosen))
    : sourcesOf(values).map((source) => tablePart(values, source));
  return {
    parts,
    docs: values.docs,
    onlyPage: values.page === true,
    keeps: values.times ? 'all but times' : values.add ? 'rows' : 'nothing',
  };
}
