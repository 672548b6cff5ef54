/** What the method adds to the shared network: exclusive parts, heads of the tasks, and a router between them. */
import type { Build, LinearLayer, Tensor, Variable } from '../../engine/types';
import type { Given } from '../kit';
import type { Mask } from './exclusive';
import { type Router, routerOf } from './router';

export interface Values {
  readonly tasks: number;
  readonly split: 'lot' | 'groups' | 'views';
  readonly start: 'classes' | 'turns';
  readonly hidden: number;
  readonly dropout: number;
  readonly gamma: number;
  readonly mask: Mask;
  readonly density: number;
  readonly keep: number;
  readonly scale: number;
}

/** The layer that makes the logits, by its name in every network. */
const HEAD = 'head';
/** Points of a curve of singular values. */
export const POINTS = 32;
/** Ways of merging that are compared. */
export const RULES = ['Base', 'Average', 'Task arithmetic', 'TIES', 'DARE', 'Twin-Merging'] as const;
/** Settings at which the sweeps are measured. */
export const SWEEP = [0, 0.25, 0.5, 0.75, 1] as const;

/** One layer's exclusive parts: row t * rank + k of `inputs` by that of `outputs` is the k-th product of expert t. */
export interface Exclusive {
  readonly linear: LinearLayer;
  /** Products of each expert. */
  readonly rank: number;
  readonly inputs: Variable;
  readonly outputs: Variable;
  /** `[tasks, outputs]`. */
  readonly bias: Variable | undefined;
}

export interface Parts {
  /** Every linear layer of the network. */
  readonly linear: Readonly<Record<string, LinearLayer>>;
  /** By layer, all of them but the head. */
  readonly exclusive: Readonly<Record<string, Exclusive>>;
  /** All heads side by side: `[features, tasks * classes]` and `[tasks * classes]`. */
  readonly heads: { readonly weight: Variable; readonly bias: Variable };
  /** `[rows, tasks]`, before softmax. */
  readonly router: Router;
  readonly turns: ((features: Tensor) => Tensor) | undefined;
  /** The base's linear layers in one row, in the order of `linear`, kernel before bias. */
  readonly base: Variable;
  /** Shared factor and mask that the parts were made with. */
  readonly made: Variable;
  /** Singular values of each layer over its largest, mean over experts, `[layers, POINTS]`. */
  readonly spectra: Variable;
  /** Percent of the experts' in the mean, then of each task, `[rules, 1 + tasks]`, by either choice of head. */
  readonly scores: { readonly oracle: Variable; readonly routed: Variable };
  /** The mean at each setting, `[2, 1 + settings]`: its own number, then oracle and routed head. */
  readonly sweeps: { readonly density: Variable; readonly gamma: Variable };
}

export const sizeOf = ({ inputs, outputs, bias }: LinearLayer): number =>
  inputs * outputs + (bias === undefined ? 0 : outputs);

function exclusiveOf(build: Build, name: string, linear: LinearLayer, tasks: number): Exclusive {
  const rank = Math.min(linear.inputs, linear.outputs);
  const state = (part: string, rows: number, columns: number) =>
    build.state(`exclusive/${name}/${part}`, [rows, columns], 0);
  return {
    linear,
    rank,
    inputs: state('inputs', tasks * rank, linear.inputs),
    outputs: state('outputs', tasks * rank, linear.outputs),
    bias: linear.bias === undefined ? undefined : state('bias', tasks, linear.outputs),
  };
}

export function grow(build: Build, { params, classes, student }: Given<Values>): Parts {
  const { tasks, hidden, start } = params;
  const { linear = {}, embedding } = student;
  const body = Object.entries(linear).filter(([name]) => name !== HEAD);
  const state = (name: string, ...shape: number[]) => build.state(name, shape, 0);
  const numbers = Object.values(linear).reduce((sum, layer) => sum + sizeOf(layer), 0);
  const sweep = (name: string) => state(`sweeps/${name}`, 2, 1 + SWEEP.length);
  return {
    linear,
    exclusive: Object.fromEntries(
      body.map(([name, layer]) => [name, exclusiveOf(build, name, layer, tasks)]),
    ),
    heads: {
      weight: state('heads/weight', embedding, tasks * classes),
      bias: state('heads/bias', tasks * classes),
    },
    router: routerOf(build, embedding, hidden, tasks),
    turns: start === 'turns' ? build.dense('turns', [embedding], 4) : undefined,
    base: state('base', Math.max(1, numbers)),
    made: state('made', 2),
    spectra: state('spectra', Math.max(1, body.length), POINTS),
    scores: {
      oracle: state('scores/oracle', RULES.length, 1 + tasks),
      routed: state('scores/routed', RULES.length, 1 + tasks),
    },
    sweeps: { density: sweep('density'), gamma: sweep('gamma') },
  };
}
