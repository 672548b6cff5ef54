/** Reads the arguments of the command line. Pure. */
import { DATA_ROLES, type DataRole } from '../core/config';
import type { ListKind } from '../worker/protocol';

export const LIST_KINDS = [
  'methods',
  'models',
  'tasks',
  'datasets',
  'regimes',
  'metrics',
  'importers',
] as const;

export const USAGE = `condenser - knowledge distillation experiments, without a window

  run [config.json | share link]   trains a set-up; without one, the ready set-up
      --data PATH                  images: a folder, an archive or a file; may be given again
      --dataset ID                 a built-in data set
      --target PATH|shift:ID       the domain to adapt to: images of the same classes, or the first
      --pool PATH|shift:ID         set changed; images from elsewhere, their labels unused. Both also
                                   take builtin:ID, and parameters, as shift:noise:deviation=60
      --regime ID:KEY=VALUE,...    what is made of the training images; may be given again
      --students A,B,C             methods, one student each
      --epochs N                   epochs of the students and of a teacher trained first
      --seeds 1,2,3                one learner per student and seed
      --set KEY=VALUE              any other setting, as data.size=28; may be given again
      --vary KEY=A,B,C             trains once per value, as training.epochs=2,4 or
                                   students.*.optimizer.rate=0.01,0.1; up to three give a grid
      --random N                   N points at random between the values of --vary
      --networks                   writes the trained networks too: ONNX, TF.js, safetensors
      --out DIR                    where the results go (default out/run-<time>)
  import PATH [--json]             what the importer makes of a path
  import --each DIR --json         the same for every entry of a folder, a line each
  golden DIR [--skip-missing]      compares the methods with stored reference values
  list ${LIST_KINDS.join('|')} [--json]

  --backend condenser|webgpu|webgl|wasm|cpu   what the numbers are computed on (run, import, golden)
  --executor eager|replay                     how steps are run (run)`;

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly setup: string | undefined;
      readonly data: readonly string[];
      readonly dataset: string | undefined;
      readonly others: Readonly<Partial<Record<DataRole, OtherArgument>>>;
      readonly regimes: readonly RegimeArgument[];
      readonly students: readonly string[] | undefined;
      readonly epochs: number | undefined;
      readonly seeds: readonly number[] | undefined;
      readonly set: readonly (readonly [string, unknown])[];
      /** Settings of a sweep with their values as typed; absent: one run. */
      readonly vary?: readonly (readonly [string, string])[];
      /** Points drawn at random instead of the whole grid. */
      readonly random?: number;
      readonly networks: boolean;
      readonly out: string | undefined;
      readonly page: PageOptions;
    }
  | {
      readonly kind: 'import';
      readonly paths: readonly string[];
      readonly each: string | undefined;
      readonly json: boolean;
      readonly page: PageOptions;
    }
  | {
      readonly kind: 'golden';
      readonly dir: string;
      readonly skipMissing: boolean;
      readonly page: PageOptions;
    }
  | { readonly kind: 'list'; readonly what: ListKind; readonly json: boolean };

/** A further data set: paths of images, or a value for the set-up. */
export type OtherArgument =
  | { readonly paths: readonly string[] }
  | { readonly source: 'shift' | 'builtin'; readonly id: string; readonly params: object };

/** A regime with the parameters that were given. */
export interface RegimeArgument {
  readonly id: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface PageOptions {
  readonly backend?: string;
  readonly executor?: string;
}

/** A mistake in the arguments; the message says which. */
export class UsageError extends Error {}

const BACKENDS = ['condenser', 'webgpu', 'webgl', 'wasm', 'cpu'];
const EXECUTORS = ['eager', 'replay'];
const FLAGS = new Set(['--json', '--skip-missing', '--networks', '--help']);
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  run: [
    '--data',
    '--dataset',
    '--target',
    '--pool',
    '--regime',
    '--students',
    '--epochs',
    '--seeds',
    '--set',
    '--vary',
    '--random',
    '--networks',
    '--out',
    '--backend',
    '--executor',
  ],
  import: ['--each', '--json', '--backend'],
  golden: ['--skip-missing', '--backend'],
  list: ['--json'],
};

interface Split {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
}

function split(args: readonly string[]): Split {
  const words: string[] = [];
  const options = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith('--')) {
      words.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const value = FLAGS.has(name) ? '' : equals < 0 ? args[++i] : arg.slice(equals + 1);
    if (value === undefined) throw new UsageError(`${name} needs a value.`);
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { words, options };
}

function list(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

function whole(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`${name} takes whole numbers, not '${text}'.`);
  return Number(text);
}

function oneOf<T extends string>(name: string, text: string | undefined, known: readonly T[]): T {
  const found = known.find((k) => k === text);
  if (found === undefined) throw new UsageError(`${name} must be one of ${known.join(', ')}.`);
  return found;
}

/** `data-pruning:share=0.1,score=el2n`; the parameters may be left out. */
export function regimeArgument(text: string): RegimeArgument {
  const colon = text.indexOf(':');
  const id = colon < 0 ? text : text.slice(0, colon);
  const params = colon < 0 ? [] : (list(text.slice(colon + 1)) ?? []);
  return { id, params: Object.fromEntries(params.map((param) => setting(param, '--regime'))) };
}

/** `shift:noise:deviation=60`, `builtin:textures`, or paths. */
export function otherArgument(texts: readonly string[]): OtherArgument {
  const match = texts.length === 1 ? /^(shift|builtin):(.+)$/s.exec(texts[0]!) : null;
  if (!match) return { paths: texts };
  return { source: match[1] as 'shift' | 'builtin', ...regimeArgument(match[2]!) };
}

const othersOf = (options: ReadonlyMap<string, readonly string[]>) =>
  Object.fromEntries(
    DATA_ROLES.flatMap((role) => {
      const texts = options.get(`--${role}`);
      return texts ? [[role, otherArgument(texts)] as const] : [];
    }),
  );

/** `training.batchSize=32` as a path and a JSON value; what is no JSON is a text. */
function setting(text: string, option = '--set'): readonly [string, unknown] {
  const match = /^([\w.]+)=(.*)$/s.exec(text);
  if (!match) throw new UsageError(`${option} takes KEY=VALUE, not '${text}'.`);
  try {
    return [match[1]!, JSON.parse(match[2]!)];
  } catch {
    return [match[1]!, match[2]];
  }
}

/** `training.epochs=2,4`: a setting and its values, checked when the set-up is known. */
function sweepOf(texts: readonly string[], random: string | undefined) {
  if (texts.length === 0) {
    if (random !== undefined) throw new UsageError('--random needs --vary.');
    return {};
  }
  const vary = texts.map((text) => {
    const match = /^([\w.*-]+)=(.+)$/s.exec(text);
    if (!match) throw new UsageError(`--vary takes KEY=A,B,C, not '${text}'.`);
    return [match[1]!, match[2]!] as const;
  });
  return { vary, ...(random === undefined ? {} : { random: whole('--random', random) }) };
}

function pageOptions(last: (name: string) => string | undefined): PageOptions {
  const backend = last('--backend');
  const executor = last('--executor');
  return {
    ...(backend === undefined ? {} : { backend: oneOf('--backend', backend, BACKENDS) }),
    ...(executor === undefined ? {} : { executor: oneOf('--executor', executor, EXECUTORS) }),
  };
}

/** Throws UsageError. */
export function parseArguments(args: readonly string[]): Command {
  const { words, options } = split(args);
  const [kind, ...rest] = words;
  if (kind === undefined || kind === 'help' || options.has('--help')) return { kind: 'help' };
  const allowed = ALLOWED[kind];
  if (!allowed)
    throw new UsageError(`There is no command '${kind}'. Known: ${Object.keys(ALLOWED).join(', ')}.`);
  for (const name of options.keys())
    if (!allowed.includes(name)) throw new UsageError(`'${kind}' has no option ${name}.`);
  const last = (name: string) => options.get(name)?.at(-1);
  const json = options.has('--json');
  const page = pageOptions(last);
  if (kind === 'list') return { kind, what: oneOf('list', rest[0], LIST_KINDS), json };
  if (kind === 'golden') {
    if (rest.length !== 1) throw new UsageError('golden takes one folder.');
    return { kind, dir: rest[0]!, skipMissing: options.has('--skip-missing'), page };
  }
  if (kind === 'import') {
    const each = last('--each');
    if ((rest.length === 0) === (each === undefined))
      throw new UsageError('import takes a path, or --each with a folder.');
    return { kind, paths: rest, each, json, page };
  }
  if (rest.length > 1) throw new UsageError('run takes at most one config file or link.');
  const epochs = last('--epochs');
  return {
    kind: 'run',
    setup: rest[0],
    data: options.get('--data') ?? [],
    dataset: last('--dataset'),
    others: othersOf(options),
    regimes: (options.get('--regime') ?? []).map(regimeArgument),
    students: list(last('--students')),
    epochs: epochs === undefined ? undefined : whole('--epochs', epochs),
    seeds: list(last('--seeds'))?.map((seed) => whole('--seeds', seed)),
    set: (options.get('--set') ?? []).map((text) => setting(text)),
    ...sweepOf(options.get('--vary') ?? [], last('--random')),
    networks: options.has('--networks'),
    out: last('--out'),
    page,
  };
}
