/** How student maps reach the teacher's last map: which projectors there are and what they are fed. */
import type { Build, NetOutput, Ops, Shape, Tensor, Tensor4D } from '../../engine/types';
import { mapShape, type TapShapes } from '../kit';
import { attending, convolving, headsOf, type Projected, type Projector } from './projector';

export interface Form {
  readonly projector: 'attention' | 'conv';
  readonly heads: number;
  /** Also the view without the mean. */
  readonly detail: boolean;
  /** Send the earlier map through the teacher's last stage. */
  readonly through: boolean;
}

/** One projector per view. */
interface Views<X> {
  readonly spatial: X;
  readonly detail?: X;
}

export interface Projectors {
  /** Onto what the teacher's last stage reads; absent when nothing goes through it. */
  readonly through?: Views<Projector>;
  /** Onto the teacher's last map. */
  readonly last: Views<Projector>;
}

/** Attention costs cells times cells: larger maps are averaged down to this side before they are read or written. */
const SIDE = 16;
const capped = ([h = 1, w = 1, c = 1]: Shape): Shape => [Math.min(h, SIDE), Math.min(w, SIDE), c];

/** The last tap but one and the last; a network with one tap has it in both places. */
function late<X>(taps: Readonly<Record<string, X>>): readonly [X, X] {
  const all = Object.values(taps);
  return [(all.at(-2) ?? all.at(-1)) as X, all.at(-1) as X];
}

/** The projectors of a form between two networks. Without a last stage of the teacher nothing goes through it. */
export function projectors(build: Build, form: Form, student: TapShapes, teacher: TapShapes): Projectors {
  const [s3, s4] = late(student.taps).map((shape) => capped(mapShape(shape))) as [Shape, Shape];
  const [t3, t4] = late(teacher.taps).map((shape) => capped(mapShape(shape))) as [Shape, Shape];
  const through = form.through && teacher.lastStage === true;
  const views = (stage: string, from: Shape, to: Shape, learned: boolean): Views<Projector> => {
    const one = (view: string): Projector =>
      form.projector === 'conv'
        ? convolving(build, `${stage}/${view}`, from, to)
        : attending(build, `${stage}/${view}`, from, to, {
            heads: headsOf(to[2] as number, form.heads),
            learned,
          });
    return { spatial: one('spatial'), ...(form.detail ? { detail: one('detail') } : {}) };
  };
  const last = views('last', s4, t4, !through);
  return through ? { through: views('through', s3, t3, true), last } : { last };
}

/** A map no larger than the cap. */
function small(ops: Ops, x: Tensor): Tensor4D {
  const map = ops.toMap(x);
  const [h = 1, w = 1] = capped(map.shape.slice(1));
  return ops.poolTo(map, h, w);
}

/** `[b, h, w, c]` in a row of cells, `[b, h w, c]`. */
const cells = (ops: Ops, x: Tensor4D): Tensor => ops.reshape(x, [x.shape[0], -1, x.shape[3]]);

/** The teacher's last stage on tokens for the map before it; tokens of its last map, normalised as it does. */
function sendThrough(ops: Ops, teacher: NetOutput, tokens: Tensor): Tensor {
  const [before] = late(teacher.taps);
  const full = ops.toMap(before);
  const [h = 1, w = 1, c = 1] = capped(full.shape.slice(1));
  const map = ops.poolTo(ops.reshape(tokens, [-1, h, w, c]), full.shape[1], full.shape[2]);
  const shape = [tokens.shape[0] as number, ...before.shape.slice(1)];
  const end = teacher.lastStage?.(ops.reshape(map, shape));
  if (!end) throw new Error('ScaleKD sends features through a last stage that this teacher does not have.');
  return cells(ops, small(ops, end.normed));
}

export interface Mimicry {
  /** The teacher's last map, `[b, n, c]`. */
  readonly wanted: Tensor;
  /** Its grid. */
  readonly grid: readonly [number, number];
  /** Grid of the student's last map. */
  readonly read: readonly [number, number];
  /** What came out of the teacher's last stage for the student's features, by view. */
  readonly through?: Views<Tensor>;
  readonly last: Views<Projected>;
}

/** Everything that is compared, from both networks' answers. */
export function mimicry(
  ops: Ops,
  all: Projectors,
  student: NetOutput,
  teacher: NetOutput,
  scale: number,
): Mimicry {
  const [f3, f4] = late(student.taps).map((tap) => small(ops, tap)) as [Tensor4D, Tensor4D];
  const target = small(ops, teacher.normed ?? late(teacher.taps)[1]);
  const sent = (project: Projector): Tensor => sendThrough(ops, teacher, project(ops, f3, scale).tokens);
  const through = all.through && {
    spatial: sent(all.through.spatial),
    ...(all.through.detail ? { detail: sent(all.through.detail) } : {}),
  };
  const { spatial, detail } = all.last;
  return {
    wanted: cells(ops, target),
    grid: [target.shape[1], target.shape[2]],
    read: [f4.shape[1], f4.shape[2]],
    ...(through ? { through } : {}),
    last: {
      spatial: spatial(ops, f4, scale, through?.spatial),
      ...(detail ? { detail: detail(ops, f4, scale, through?.detail) } : {}),
    },
  };
}
