/** The two modules of ProC-KD on tokens `[b, n, c]`: prototypes learned on a teacher, and features enriched by them. */
import type { Build, NetOutput, Ops, Shape, Tensor, Tensor4D, Variable } from '../../engine/types';
import { mapShape, type TapShapes } from '../kit';

/** Under every norm. */
const FLOOR = 1e-6;

type Run = (x: Tensor) => Tensor;

export interface Modules {
  /** Joins the teacher's layers, `[b, n, layers c_t]` to `[b, n, c]`, and rectifies. */
  readonly join: Run;
  /** Scores of tokens for the prototypes, `[b, n, m]`. */
  readonly assign: Run;
  /** `[m, c]`. */
  readonly prototypes: Variable;
  /** The image's differences from the prototypes, `[b, m c]`, as one vector `[b, c]`. */
  readonly readout: Run;
  readonly mix: readonly [Run, Run];
  /** What tokens and prototypes are compared in. */
  readonly embed: Run;
  readonly fuse: readonly [Run, Run];
  readonly norm: Run;
  /** The student's tokens in the width of the teacher's. */
  readonly hint: Run;
  /** `[h, w, c]` of the tokens: the student's last layer. */
  readonly grid: Shape;
  /** Name of that layer. */
  readonly last: string;
}

const lastOf = ({ taps }: Pick<TapShapes, 'taps'>): [string, Shape] => {
  const entries = Object.entries(taps);
  return entries.at(-1) as [string, Shape];
};

/** The deepest `count` layers of a network, or all it has. */
const latest = <T>(taps: Readonly<Record<string, T>>, count: number): readonly T[] =>
  Object.values(taps).slice(-count);

/** @param layers of the teacher that are joined. */
export function modules(
  build: Build,
  { layers, count, student, teacher }: Sizes & { student: TapShapes; teacher: TapShapes },
): Modules {
  const [last, shape] = lastOf(student);
  const grid = mapShape(shape);
  const [h = 1, w = 1, c = 1] = grid;
  const widths = latest(teacher.taps, layers).map((tap) => mapShape(tap)[2] as number);
  const cells = (width: number): Shape => [h * w, width];
  const rectified = (name: string, from: number) =>
    build.dense(name, cells(from), c, { activation: 'relu', init: 'he' });
  return {
    join: rectified(
      'join',
      widths.reduce((a, b) => a + b, 0),
    ),
    assign: build.dense('assign', cells(c), count),
    // Uniform in [0, 1), as released.
    prototypes: build.weight('prototypes', [count, c], { uniform: 0.5, mean: 0.5 }),
    readout: build.dense('readout', [count * c], c),
    mix: [rectified('mix/first', 2 * c), rectified('mix/second', c)],
    embed: build.dense('embed', cells(c), c),
    fuse: [rectified('fuse/first', 2 * c), rectified('fuse/second', c)],
    norm: build.layerNorm('norm', cells(c)),
    hint: build.dense('hint', cells(c), widths.at(-1) as number),
    grid,
    last,
  };
}

interface Sizes {
  readonly layers: number;
  /** Number of prototypes. */
  readonly count: number;
}

/** A map of any form as tokens `[b, h w, c]` on a grid of `h` by `w`. */
export function tokensOf(ops: Ops, x: Tensor, [h = 1, w = 1]: Shape): Tensor {
  const map = ops.poolTo(ops.toMap(x) as Tensor4D, h, w);
  return ops.reshape(map, [map.shape[0], h * w, map.shape[3]]);
}

/** Late layers of the teacher side by side on the student's grid, `[b, n, layers c_t]`, and the last of them. */
export function teacherTokens(ops: Ops, teacher: NetOutput, layers: number, grid: Shape) {
  const all = latest(teacher.taps, layers).map((tap) => tokensOf(ops, tap, grid));
  return { joined: ops.concat(all, 2), last: all.at(-1) as Tensor };
}

/** Module A: the teacher's tokens with what all of the image has beside the prototypes, and who is assigned to which. */
export function learnPrototypes(ops: Ops, m: Modules, joined: Tensor): { tokens: Tensor; assigned: Tensor } {
  const t = m.join(joined);
  const [b = 1, n = 1] = t.shape;
  const x = ops.l2Normalize(t, FLOOR);
  const assigned = ops.softmax(m.assign(x));
  const [count, c] = m.prototypes.shape as [number, number];
  const mass = ops.reshape(ops.sum(assigned, 1), [b, count, 1]);
  const from = ops.mul(mass, ops.reshape(m.prototypes, [1, count, c]));
  const apart = ops.l2Normalize(ops.sub(ops.batchMatMul(assigned, x, true), from), FLOOR);
  const whole = m.readout(ops.l2Normalize(ops.reshape(apart, [b, count * c]), FLOOR));
  const beside = ops.tile(ops.reshape(whole, [b, 1, c]), [1, n, 1]);
  return { tokens: m.mix[1](m.mix[0](ops.concat([t, beside], 2))), assigned };
}

/** Module B: tokens `[b, n, c]` enriched with the prototypes they resemble; `aligned` `[b, n, m]`. */
export function augment(ops: Ops, m: Modules, x: Tensor): { tokens: Tensor; aligned: Tensor } {
  const e = m.embed(x);
  const [b = 1] = x.shape;
  const c = m.embed(m.prototypes);
  const [count = 1, width = 1] = c.shape;
  const flat = ops.reshape(e, [-1, width]);
  const aligned = ops.softmax(ops.reshape(ops.matMul(flat, c, false, true), [b, -1, count]));
  const found = ops.matMul(ops.reshape(aligned, [-1, count]), c);
  const like = ops.reshape(found, e.shape);
  const fused = m.fuse[1](m.fuse[0](ops.concat([e, like], 2)));
  return { tokens: ops.relu(ops.add(fused, x)), aligned };
}
