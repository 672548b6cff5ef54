/** Sweeps: which settings of a set-up can be varied, and the points that follow from their values. Pure. */
import {
  type Catalogue,
  type Config,
  dataSchema,
  optimizerSchema,
  type Schemas,
  trainingSchema,
} from '../core/config';
import { teacherEpochs } from '../core/config-shape';
import { short } from '../core/format';
import { checkValue, type Param, type Problem, type Schema } from '../core/params';
import { Rng } from '../core/rng';

export type Value = number | boolean | string;

/** One setting that a sweep may vary. `*` in a path means every student. */
export interface Setting {
  /** As `students.s2.method.params.temperature`; `students.*.…` for all of them. */
  readonly path: string;
  /** What it belongs to: a student, the teacher, the data, the training. */
  readonly group: string;
  readonly param: Param;
}

export interface Axis {
  readonly path: string;
  readonly label: string;
  readonly values: readonly Value[];
}

/** Values by path, one for each axis. */
export type Point = Readonly<Record<string, Value>>;

export const MAX_AXES = 3;
export const MAX_POINTS = 60;

const under = (prefix: string, group: string, schema: Schema | undefined): Setting[] =>
  Object.entries(schema ?? {})
    .filter(([, param]) => param.kind !== 'table')
    .map(([key, param]) => ({ path: `${prefix}.${key}`, group, param }));

function ofStudents(config: Config, catalogue: Catalogue, labelOf: (key: string) => string): Setting[] {
  const own = config.students.flatMap(({ key, method, model }) => [
    ...under(`students.${key}.method.params`, labelOf(key), catalogue.methods.get(method.id)),
    ...under(`students.${key}.model.params`, `${labelOf(key)}, network`, catalogue.models.get(model.id)),
    ...under(`students.${key}.optimizer`, `${labelOf(key)}, optimiser`, optimizerSchema),
  ]);
  const [first, ...others] = config.students;
  const alike = first && others.every(({ model }) => model.id === first.model.id);
  return [
    ...own,
    ...under('students.*.optimizer', 'All students, optimiser', optimizerSchema),
    ...(alike
      ? under('students.*.model.params', 'All students, network', catalogue.models.get(first.model.id))
      : []),
  ];
}

/** Every setting of the set-up, in the order of its form. */
export function sweepable(
  config: Config,
  catalogue: Catalogue,
  labelOf: (key: string) => string,
): readonly Setting[] {
  const { dataset, teacher, regimes } = config;
  const chosen = (known: Schemas, id: string) => known.get(id);
  const trained = teacher.mode !== 'saved';
  return [
    ...ofStudents(config, catalogue, labelOf),
    ...under('training', 'Training', trainingSchema),
    ...(teacher.mode === 'trained'
      ? [{ path: 'teacher.epochs', group: 'Teacher', param: teacherEpochs(teacher.epochs) }]
      : []),
    ...(trained
      ? [
          ...under('teacher.model.params', 'Teacher, network', chosen(catalogue.models, teacher.model.id)),
          ...under('teacher.optimizer', 'Teacher, optimiser', optimizerSchema),
        ]
      : []),
    ...(dataset.source === 'builtin'
      ? under('dataset.params', 'Data', chosen(catalogue.datasets, dataset.id))
      : []),
    ...under('data', 'Data', dataSchema),
    ...regimes.flatMap(({ id }) =>
      under(`regimes.${id}.params`, `Regime ${id}`, chosen(catalogue.regimes, id)),
    ),
  ];
}

interface Named {
  readonly key?: string;
  readonly id?: string;
}

function put(node: unknown, [head, ...rest]: readonly string[], value: Value): unknown {
  if (head === undefined) return value;
  if (Array.isArray(node))
    return node.map((item: Named) =>
      head === '*' || item.key === head || item.id === head ? put(item, rest, value) : item,
    );
  const object = (node ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [head]: put(object[head], rest, value) };
}

/** What a set-up has at a path; for `*` what the first student has. */
export function valueAt(config: Config, path: string): Value | undefined {
  let node: unknown = config;
  for (const head of path.split('.')) {
    if (Array.isArray(node))
      node = head === '*' ? node[0] : node.find((item: Named) => item.key === head || item.id === head);
    else node = (node as Readonly<Record<string, unknown>> | undefined)?.[head];
  }
  return typeof node === 'object' ? undefined : (node as Value | undefined);
}

/** The set-up with the values of a point. */
export const configAt = (config: Config, point: Point): Config =>
  Object.entries(point).reduce<Config>(
    (made, [path, value]) => put(made, path.split('.'), value) as Config,
    config,
  );

const reads: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

/** Values as typed, `1, 2, 4`; what does not fit the parameter is named in `problem` and left out. */
export function parseValues(param: Param, text: string): { values: readonly Value[]; problem: string } {
  const problems: Problem[] = [];
  const values = text
    .split(/[,;\s]+/)
    .filter(Boolean)
    .flatMap((word) => {
      const raw = param.kind === 'number' ? Number(word) : param.kind === 'boolean' ? reads[word] : word;
      const before = problems.length;
      const value = checkValue(param, raw, word, problems);
      return problems.length > before ? [] : [value];
    });
  const problem = problems[0] ? `“${problems[0].path}” is no value: ${problems[0].message}` : '';
  return { values: [...new Set(values)], problem: problem.replace(/; using .*$/, '.') };
}

const tidy = (param: Param, value: number): number => {
  if (param.kind !== 'number') return value;
  const held = Math.min(param.max, Math.max(param.min, value));
  return param.integer ? Math.round(held) : Number(held.toPrecision(3));
};

/** Values to begin with: around the present one, or all options. */
export function suggested(param: Param, now: Value | undefined): readonly Value[] {
  if (param.kind === 'boolean') return [false, true];
  if (param.kind === 'choice') return Object.keys(param.options);
  if (param.kind !== 'number') return [];
  const at = typeof now === 'number' ? now : param.default;
  const factor = param.log ? 3 : 2;
  const around =
    at === 0
      ? [0, param.step ?? param.max / 10, 2 * (param.step ?? param.max / 10)]
      : [at / factor, at, at * factor];
  return [...new Set(around.map((value) => tidy(param, value)))];
}

/** Every combination of the values; the last axis changes fastest. */
export const grid = (axes: readonly Axis[]): readonly Point[] =>
  axes.reduce<readonly Point[]>(
    (points, { path, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    axes.length ? [{}] : [],
  );

function drawn({ values }: Axis, param: Param, rng: Rng): Value {
  const numbers = values.filter((value) => typeof value === 'number');
  if (param.kind !== 'number' || numbers.length < 2) return rng.pick(values);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  // Bergstra and Bengio 2012 draw rates and the like from the logarithm of their range.
  const wide = low > 0 && (param.log || high / low >= 10);
  return tidy(param, wide ? Math.exp(rng.between(Math.log(low), Math.log(high))) : rng.between(low, high));
}

/** Draws of a point that may be given up because it was drawn before. */
const ATTEMPTS = 20;

/**
 * `count` points drawn at random (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 2012):
 * numbers between the least and the greatest value of their axis, options among those chosen. No point twice; fewer
 * points where there are no more. The same seed gives the same points.
 */
export function random(
  axes: readonly Axis[],
  paramOf: (path: string) => Param,
  count: number,
  seed = 1,
): readonly Point[] {
  const rng = new Rng(seed, 'sweep');
  const found = new Map<string, Point>();
  for (let i = 0; axes.length > 0 && found.size < count && i < count * ATTEMPTS; i++) {
    const point = Object.fromEntries(axes.map((axis) => [axis.path, drawn(axis, paramOf(axis.path), rng)]));
    found.set(JSON.stringify(point), point);
  }
  return [...found.values()];
}

export const valueText = (value: Value | undefined): string =>
  value === undefined ? '–' : typeof value === 'number' ? short(value) : String(value);

/** A point in words: `Temperature 4, Learning rate 0.01`. */
export const pointText = (axes: readonly Axis[], point: Point): string =>
  axes.map(({ path, label }) => `${label} ${valueText(point[path])}`).join(', ');

/** Work of a run, in epochs of one learner: enough to scale a measured time to another set-up on the same data. */
export function workOf({ students, seeds, training, teacher }: Config): number {
  const alone = teacher.mode === 'trained' ? teacher.epochs : 0;
  return students.length * seeds.length * training.epochs + alone;
}
