/**
 * Golden cases: inputs with reference results (float64) that the app's own method code must reproduce. An
 * adapter maps the inputs of one file to a call of its method; `run.ts` compares what comes out.
 */
import { tasksOf } from '../core/label-tasks';
import type { Schema, Values } from '../core/params';
import { defaults } from '../core/params';
import { Rng } from '../core/rng';
import { type Nested, tensorOf } from '../engine/autodiff';
import { NetworkBuild } from '../engine/layers';
import { ops } from '../engine/ops/index';
import type {
  Hooks,
  NetOutput,
  Random,
  Scalar,
  Shape,
  Table,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor4D,
  Variable,
} from '../engine/types';
import type { Method, Pass, PoolBatch, Probed } from '../methods/kit';

export { ops };

export interface Case {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** A case as an adapter sees it. */
export interface Given extends Case {
  /** An input as a float tensor; the one a gradient is taken by is the tape's. */
  tensor(input: string): Tensor;
  /** An input of logits or features, `[rows, columns]`. */
  matrix(input: string): Tensor2D;
  /** An input of whole numbers, int32 `[n]`. */
  whole(input: string): Tensor1D;
  /** A numeric parameter. Throws when the case has none of this name. */
  number(param: string): number;
}

export interface Golden {
  /** Id of the method or model, and name of the file. */
  readonly id: string;
  /** Where the standard of run.ts cannot hold, with the reason beside the number. */
  readonly tolerance?: { readonly values?: number; readonly gradients?: number };
  /** Expected entries that repeat an input or belong to no shipped form. */
  readonly ignore?: readonly string[];
  /** Expected gradient to [value, input], or to entry `at` of the input's first axis; default `grad_<input>` of `loss`. */
  readonly gradients?: Readonly<Record<string, readonly [value: string, input: string, at?: number]>>;
  /** The results by their key in `expected`; undefined when the case tests something that is not shipped. */
  compute(given: Given): Readonly<Record<string, Tensor | number>> | undefined;
}

export const defineGolden = (golden: Golden): Golden => golden;

/** What a network answered, from the parts a case has. */
export function net(parts: {
  logits?: Tensor2D;
  embedding?: Tensor2D;
  taps?: Record<string, Tensor>;
  normed?: Tensor;
  lastStage?: NetOutput['lastStage'];
}): NetOutput {
  const some = parts.logits ?? parts.embedding ?? Object.values(parts.taps ?? {})[0];
  const rows = some?.shape[0] ?? 1;
  return {
    logits: parts.logits ?? ops.zeros([rows, 2]),
    embedding: parts.embedding ?? ops.zeros([rows, 2]),
    taps: parts.taps ?? {},
    normed: parts.normed,
    lastStage: parts.lastStage,
  };
}

/** Random tensors that depend on `seed` and name only. */
export function fixedRandom(seed = 1): Random {
  const draw = (name: string, shape: readonly number[], next: (rng: Rng) => number): Tensor => {
    const rng = new Rng(seed, name);
    const n = shape.reduce((a, b) => a * b, 1);
    return ops.reshape(ops.tensor1d(Float32Array.from({ length: n }, () => next(rng))), [...shape]);
  };
  return {
    uniform: (name, shape) => draw(name, shape, (rng) => rng.uniform()),
    normal: (name, shape) => draw(name, shape, (rng) => rng.normal()),
    permutation: (name, n) => ops.tensor1d(new Rng(seed, name).permutation(n), 'int32'),
  };
}

/** A table that notes its writes instead of applying them. */
export interface NotingTable extends Table {
  readonly writes: { readonly index: Tensor1D; readonly values: Tensor2D }[];
}

export function table(values: Tensor2D): NotingTable {
  const writes: NotingTable['writes'] = [];
  return {
    rows: values.shape[0],
    columns: values.shape[1],
    writes,
    read: (index) => ops.gather(values, index),
    write: (index, rows) => void writes.push({ index, values: rows }),
    fill: () => {
      throw new Error('A table of a case is not filled anew.');
    },
  };
}

/** The tools of `prepare` over given labels, without a teacher unless `outputs` is given. */
export function makePass(labels: Int32Array, classes: number, outputs?: Pass['teacherOutputs']): Pass {
  return {
    ops,
    classes,
    classNames: Array.from({ length: classes }, (_, i) => `class ${i}`),
    groups: [],
    tasks: tasksOf({ labels, classes }),
    samples: labels.length,
    labels,
    table: (rows, columns, initial) =>
      table(initial ? ops.tensor2d(initial, [rows, columns]) : ops.zeros([rows, columns])),
    uniform(name, n) {
      const rng = new Rng(1, name);
      return Float32Array.from({ length: n }, () => rng.uniform());
    },
    teacherOutputs: outputs ?? (() => Promise.reject(new Error('This case has no teacher.'))),
  };
}

/** Builds layers on given weights; those not given are zero. Statistics are those of the batch. */
export class FixedBuild extends NetworkBuild {
  override updateStatistics = false;
  private readonly given: Readonly<Record<string, Tensor>>;

  constructor(given: Readonly<Record<string, Tensor>>) {
    super(0, 'golden');
    this.given = given;
  }

  override weight(name: string, shape: Shape): Variable {
    return ops.reshape(this.given[name] ?? ops.zeros([...shape]), [...shape]) as Variable;
  }

  override state(name: string, shape: Shape, value: number): Variable {
    return (this.given[name] ?? ops.fill([...shape], value)) as Variable;
  }
}

/**
 * A network that is known by one answer only, run again: the answer cut or repeated for `rows` images, its embedding
 * and logits moved by the mean of what hooks make of the taps.
 */
export function rerun(known: NetOutput, rows: number, hooks: Hooks | undefined): NetOutput {
  const repeated = (x: Tensor): Tensor => {
    const [known = 1, ...rest] = x.shape;
    const whole = known < rows ? ops.tile(x, [Math.ceil(rows / known), ...rest.map(() => 1)]) : x;
    if (whole.shape[0] === rows) return whole;
    return ops.slice(whole, [0, ...rest.map(() => 0)], [rows, ...rest]);
  };
  let moved: Tensor = ops.zeros([rows, 1]);
  const taps = Object.entries(known.taps).map(([name, tap]) => {
    const before = repeated(tap);
    const after = hooks?.tap?.(name, before) ?? before;
    const change = ops.reshape(ops.sub(after, before), [rows, -1]);
    moved = ops.add(moved, ops.mean(change, 1, true));
    return [name, after] as const;
  });
  const end = (x: Tensor2D) => ops.add(repeated(x), moved) as Tensor2D;
  return { logits: end(known.logits), embedding: end(known.embedding), taps: Object.fromEntries(taps) };
}

type Parts<S extends Schema, E, M> = Partial<Omit<Probed<Values<S>, E, M>, 'params' | 'ops'>> & {
  readonly params?: Partial<Values<S>>;
};

/** A step of `method`: what is not given is made up (no teacher, labels 0, first step, seeded random). */
export function makeStep<S extends Schema, T extends string, E, M>(
  method: Method<S, T, E, M>,
  parts: Parts<S, E, M>,
): Probed<Values<S>, E, M> {
  const { params, teacher, ...given } = parts;
  const students = parts.students ?? [parts.student ?? net({})];
  const student = students[0]!;
  const [batch, classes] = student.logits.shape;
  const labels = parts.labels ?? (ops.zeros([batch], 'int32') as Tensor1D);
  const targets = parts.targets ?? ops.oneHot(labels, classes);
  return {
    ops,
    params: { ...defaults(method.params), ...params } as Values<S>,
    extras: undefined as E,
    memory: undefined as M,
    phase: 'main',
    images: ops.zeros([batch, 2, 2, 1]) as Tensor4D,
    student,
    teachers: [],
    students,
    forward: (images, { student: i = 0, teacher: own, hooks } = {}) => {
      const known = own === undefined ? students[i] : own === true ? teacher : given.teachers?.[own];
      if (!known) throw new Error(`${method.id} runs a network that the step has not.`);
      return rerun(known, images.shape[0], hooks);
    },
    gradientOf: () => ops.zeros([1]) as Tensor1D,
    weights: {},
    labels,
    targets,
    index: ops.range(0, batch, 1, 'int32'),
    get pool(): PoolBatch {
      throw new Error(`${method.id} asked for a pool that the step has not.`);
    },
    classes,
    batch,
    regime: { kept: 1, noisyTeacher: false },
    supervised: ops.crossEntropy(student.logits, targets),
    progress: ops.scalar(0),
    epoch: ops.scalar(0),
    epochs: 1,
    random: fixedRandom(),
    ...given,
    get teacher(): NetOutput {
      if (!teacher) throw new Error(`${method.id} asked for a teacher that the step has not.`);
      return teacher;
    },
  };
}

/** The loss that is trained: the sum of the terms. */
export const total = (terms: Readonly<Record<string, Scalar>>): Scalar =>
  ops.addN(Object.values(terms)) as Scalar;

/** The tensors of a case; `held` replaces the input a gradient is taken by. */
export function given(from: Case, held?: { readonly input: string; readonly value: Tensor }): Given {
  const raw = (input: string): Nested => {
    if (!(input in from.inputs)) throw new Error(`Case '${from.name}' has no input '${input}'.`);
    return from.inputs[input] as Nested;
  };
  const tensor = (input: string) => (held?.input === input ? held.value : tensorOf(raw(input)));
  return {
    ...from,
    tensor,
    matrix: (input) => tensor(input) as Tensor2D,
    whole: (input) => tensorOf(raw(input), 'int32') as Tensor1D,
    number(param) {
      const value = from.params[param];
      if (typeof value !== 'number') throw new Error(`Case '${from.name}' has no number '${param}'.`);
      return value;
    },
  };
}
