/** Three experts on one trunk, each with a cosine classifier of its own. */
import type {
  Build,
  JoiningLayer,
  Layer,
  NetOutput,
  Ops,
  Tensor,
  Tensor2D,
  Variable,
} from '../../engine/types';
import { type Given, mapShape } from '../kit';

/** In order: common classes, all alike, rare classes. The second is the student's own last stage. */
export const EXPERTS = 3;
const OWN = 1;

interface Stage {
  readonly conv: Layer;
  readonly norm: JoiningLayer;
}

export interface Extras {
  /** Two convolutions each; none for the student's own. */
  readonly stages: readonly (readonly Stage[] | undefined)[];
  /** `[features, K]` each. */
  readonly classifiers: readonly Variable[];
}

/** Where the experts part: the last inner layer but one. */
const trunk = <A>(taps: Readonly<Record<string, A>>): A =>
  (Object.values(taps).at(-2) ?? Object.values(taps).at(-1)) as A;

export function grow(
  build: Build,
  { student, classes }: Pick<Given<unknown>, 'student' | 'classes'>,
): Extras {
  const from = mapShape(trunk(student.taps));
  const [height = 1, , width = 1] = mapShape(Object.values(student.taps).at(-1) ?? [1]);
  const stageOf = (e: number): readonly Stage[] => {
    let shape = from;
    return [1, 2].map((n) => {
      const stride = (shape[0] ?? 1) > height ? 2 : 1;
      const conv = build.conv(`expert${e + 1}/conv${n}`, shape, width, { stride });
      shape = conv.out;
      return { conv, norm: build.batchNorm(`expert${e + 1}/norm${n}`, conv.out, { relu: true }) };
    });
  };
  const stages = Array.from({ length: EXPERTS }, (_, e) => (e === OWN ? undefined : stageOf(e)));
  const classifiers = stages.map((stage, e) =>
    build.weight(`expert${e + 1}/classifier`, [stage ? width : student.embedding, classes], 'glorot'),
  );
  return { stages, classifiers };
}

/** s times the cosine of features `[b, d]` and the columns of `weight` `[d, K]`. */
export function cosineLogits(ops: Ops, features: Tensor, weight: Tensor, s: number): Tensor2D {
  const columns = ops.l2Normalize(ops.transpose(weight, [1, 0])) as Tensor2D;
  return ops.mul(ops.matMul(ops.l2Normalize(features) as Tensor2D, columns, false, true), s) as Tensor2D;
}

/** Logits of every expert, `[b, K]`, without any shift. */
export function forward(
  ops: Ops,
  { stages, classifiers }: Extras,
  student: NetOutput,
  s: number,
): Tensor2D[] {
  const start: Tensor = ops.toMap(trunk(student.taps));
  return stages.map((stage, e) => {
    const through = stage?.reduce((x, { conv, norm }) => norm(conv(x)), start);
    const features = through ? ops.globalAveragePool(through) : student.embedding;
    return cosineLogits(ops, features, classifiers[e] as Variable, s);
  });
}

/** The answer of all experts together: the mean of their logits. */
export const together = (ops: Ops, logits: readonly Tensor2D[]): Tensor2D =>
  ops.div(ops.addN([...logits]), logits.length) as Tensor2D;
