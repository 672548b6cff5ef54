/** Branches of one student and the gate that weighs them (Lan, Zhu, Gong 2018). */
import type {
  Build,
  JoiningLayer,
  Layer,
  NetOutput,
  Ops,
  Scalar,
  Tensor,
  Tensor2D,
} from '../../engine/types';
import { type Given, mapShape, type TapShapes } from '../kit';

interface Branch {
  readonly conv: Layer;
  readonly norm: JoiningLayer;
  readonly head: Layer;
}

export interface Extras {
  /** All branches but the first, which is the student itself. */
  readonly branches: readonly Branch[];
  readonly gate: { readonly score: Layer; readonly norm: JoiningLayer };
}

/** Where the branches part: the last inner layer but one. */
const trunk = <A>(taps: Readonly<Record<string, A>>): A =>
  (Object.values(taps).at(-2) ?? Object.values(taps).at(-1)) as A;

const trunkShape = (student: TapShapes) => mapShape(trunk(student.taps));

/** Weight of each branch for each image, `[b, branches]`, from the pooled trunk. */
export const gateOf = (ops: Ops, { gate }: Pick<Extras, 'gate'>, pooled: Tensor): Tensor2D =>
  ops.softmax(gate.norm(gate.score(pooled))) as Tensor2D;

/** Sum of the branches' logits, weighted by the gate. */
export const ensembleOf = (ops: Ops, logits: readonly Tensor2D[], gate: Tensor2D): Tensor2D =>
  ops.sum(ops.mul(ops.stack([...logits], 2), ops.expandDims(gate, 1)), 2) as Tensor2D;

/** Logits of every branch, the student's own first, and the gate. */
export function forward(
  ops: Ops,
  extras: Extras,
  student: NetOutput,
): { logits: Tensor2D[]; gate: Tensor2D } {
  const start = ops.toMap(trunk(student.taps));
  const others = extras.branches.map(
    ({ conv, norm, head }) => head(ops.globalAveragePool(norm(conv(start)))) as Tensor2D,
  );
  return { logits: [student.logits, ...others], gate: gateOf(ops, extras, ops.globalAveragePool(start)) };
}

/** Labels for every branch and the ensemble; T^2 KL(ensemble + 1e-7 || branch) with the ensemble held fixed. */
export function branchLosses(
  ops: Ops,
  logits: readonly Tensor2D[],
  gate: Tensor2D,
  targets: Tensor2D,
  t: number,
) {
  const ensemble = ensembleOf(ops, logits, gate);
  const q = ops.add(ops.stopGradient(ops.softmax(ensemble, t)), 1e-7);
  const distances = logits.map((z) => ops.mean(ops.klRows(ops.log(q), ops.logSoftmax(z, t))));
  const labels = [...logits, ensemble].map((z) => ops.crossEntropy(z, targets));
  return { ce: ops.addN(labels) as Scalar, kl: ops.mul(ops.addN(distances) as Scalar, t * t) };
}

/** All branches but the student's own, and the gate over the pooled trunk. */
export function grow(
  build: Build,
  { params, student, classes }: Given<{ readonly branches: number }>,
): Extras {
  const from = trunkShape(student);
  const [height = 1, , channels = 1] = mapShape(Object.values(student.taps).at(-1) ?? [1]);
  const stride = (from[0] ?? 1) > height ? 2 : 1;
  const branches = Array.from({ length: params.branches - 1 }, (_, i) => {
    const conv = build.conv(`branch${i + 2}/conv`, from, channels, { stride });
    const norm = build.batchNorm(`branch${i + 2}/norm`, conv.out, { relu: true });
    return { conv, norm, head: build.dense(`branch${i + 2}/head`, [channels], classes) };
  });
  const score = build.dense('gate/score', [from[2] ?? 1], params.branches);
  return { branches, gate: { score, norm: build.batchNorm('gate/norm', score.out, { relu: true }) } };
}
