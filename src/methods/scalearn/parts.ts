/** What ScaLearn adds to a network: an adapter for each task behind every inner activation, heads, and scales. */
import type { Build, Hooks, Ops, Tensor } from '../../engine/types';
import type { Given } from '../kit';
import { type Fusion, fusion } from './fusion';
import { bottleneck, type Form, isShared, isUniform } from './maths';
import { MOST } from './params';
import { type Study, studyOf } from './study';

export type Run = (x: Tensor) => Tensor;

export interface Parts {
  readonly taps: readonly string[];
  /** Channels of each tap. */
  readonly widths: Readonly<Record<string, number>>;
  /** Class counts of the tasks, the target's the last. */
  readonly tasks: readonly number[];
  readonly norms: Readonly<Record<string, Run>>;
  /** By task, then by tap: what is added to the activation, `[..., d]` to `[..., d]`. */
  readonly adapters: readonly Readonly<Record<string, Run>>[];
  /** Of each task while its adapter learns. */
  readonly heads: readonly Run[];
  /** What the backbone learns by: a head for each source task, or one for four turns. */
  readonly pretext: readonly Run[];
  /** By task, then by tap, `[d]` or `[1]`; shared ones are one variable. */
  readonly scales: readonly Readonly<Record<string, Tensor>>[];
  readonly fusion: Readonly<Record<string, Fusion>> | undefined;
  /** Of the target while scales learn. */
  readonly head: Run;
  /** Undefined where no scales are learnt. */
  readonly study: Study | undefined;
}

interface Values {
  readonly transfer: string;
  readonly form: Form;
  readonly pretext: string;
  readonly reduction: number;
  readonly start: number;
}

const byTap = <T>(taps: readonly string[], make: (tap: string) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(taps.map((tap) => [tap, make(tap)]));

export function partsOf(build: Build, { params, classes, student, tasks = [] }: Given<Values>): Parts {
  const others = tasks.slice(0, MOST).map((task) => task.classes);
  const counts = [...others, classes];
  const taps = Object.keys(student.taps);
  const shape = (tap: string) => student.taps[tap] as readonly number[];
  const width = (tap: string) => shape(tap).at(-1) as number;
  const adapter = (t: number, tap: string): Run => {
    const down = build.dense(`adapt/${t}/${tap}/down`, shape(tap), bottleneck(width(tap), params.reduction), {
      activation: 'relu',
    });
    const up = build.dense(`adapt/${t}/${tap}/up`, down.out, width(tap), { init: { normal: 0.02 } });
    return (x) => up(down(x));
  };
  const head = (name: string, outputs: number): Run => build.dense(name, [student.embedding], outputs);
  const turns = params.pretext === 'rotation' || others.length === 0;
  const scale = (t: number, tap: string) => {
    const size = isUniform(params.form) ? 1 : width(tap);
    const layer = isShared(params.form) ? `shared ${size}` : tap;
    return { name: `transfer/scale/${t}/${layer}`, size };
  };
  const made = new Map<string, Tensor>();
  const scaleOf = (t: number, tap: string): Tensor => {
    const { name, size } = scale(t, tap);
    const init = { normal: 0.001, mean: params.start / counts.length };
    if (!made.has(name)) made.set(name, build.weight(name, [size], init));
    return made.get(name) as Tensor;
  };
  const learnt = params.transfer === 'scales';
  return {
    taps,
    widths: byTap(taps, width),
    tasks: counts,
    norms: byTap(taps, (tap) => build.layerNorm(`norm/${tap}`, shape(tap))),
    adapters: counts.map((_, t) => byTap(taps, (tap) => adapter(t, tap))),
    heads: counts.map((outputs, t) => head(`adapt/${t}/head`, outputs)),
    pretext: turns ? [head('backbone/turns', 4)] : others.map((outputs, t) => head(`backbone/${t}`, outputs)),
    scales: learnt ? counts.map((_, t) => byTap(taps, (tap) => scaleOf(t, tap))) : [],
    fusion:
      params.transfer === 'fusion'
        ? byTap(taps, (tap) => fusion(build, `transfer/fusion/${tap}`, shape(tap)))
        : undefined,
    head: head('transfer/head', classes),
    study: learnt ? studyOf(build, params.form) : undefined,
  };
}

/** The network with the adapters of one task. */
export const alone = (ops: Ops, { norms, adapters }: Parts, task: number): Hooks => ({
  tap: (name, x) => {
    const up = adapters[task]?.[name] as Run;
    return ops.add(x, up((norms[name] as Run)(x)));
  },
});

/** The network with the adapters of all tasks, joined at every tap by `join`: `[..., d]` each to `[..., d]`. */
export const together = (
  ops: Ops,
  { norms, adapters }: Parts,
  join: (tap: string, x: Tensor, ups: readonly Tensor[]) => Tensor,
): Hooks => ({
  tap: (name, x) => {
    const normed = (norms[name] as Run)(x);
    const ups = adapters.map((of) => (of[name] as Run)(normed));
    return ops.add(x, join(name, normed, ups));
  },
});
