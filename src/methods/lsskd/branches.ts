/** The heads of layered self-supervised distillation: one small classifier of (class, turn) behind every stage. */
import type { Build, JoiningLayer, Layer, NetOutput, Ops, Tensor, Tensor2D } from '../../engine/types';
import { type Given, mapShape } from '../kit';

/** Turns of every image. */
export const TURNS = 4;

interface Branch {
  readonly convs: readonly { readonly conv: Layer; readonly norm: JoiningLayer }[];
  readonly head: Layer;
  /** To the width of the student's embedding, where that is another. */
  readonly adapter: Layer | undefined;
}

export interface Extras {
  /** Shallow first. */
  readonly branches: readonly Branch[];
}

/** The last `count` inner activations, shallow first. */
const stages = <A>(taps: Readonly<Record<string, A>>, count: number): readonly A[] =>
  Object.values(taps).slice(-count);

/** Two convolutions each, that bring the map towards the size of the last stage's. */
export function grow(
  build: Build,
  { params, student, classes }: Given<{ readonly branches: number }>,
): Extras {
  const shapes = stages(student.taps, params.branches).map(mapShape);
  const [height = 1, , width = 1] = shapes.at(-1) ?? [1, 1, student.embedding];
  const branches = shapes.map((from, i) => {
    let shape = from;
    const convs = [1, 2].map((n) => {
      const stride = (shape[0] ?? 1) > height ? 2 : 1;
      const conv = build.conv(`branch${i + 1}/conv${n}`, shape, width, { stride });
      shape = conv.out;
      return { conv, norm: build.batchNorm(`branch${i + 1}/norm${n}`, conv.out, { relu: true }) };
    });
    const head = build.dense(`branch${i + 1}/head`, [width], classes * TURNS);
    const same = width === student.embedding;
    const adapter = same ? undefined : build.dense(`branch${i + 1}/adapter`, [width], student.embedding);
    return { convs, head, adapter };
  });
  return { branches };
}

/** Joint logits `[4 b, K M]` and pooled features `[4 b, embedding]` of every branch, shallow first. */
export function forward(
  ops: Ops,
  { branches }: Extras,
  student: NetOutput,
): { readonly logits: Tensor2D[]; readonly features: Tensor[] } {
  const maps = stages(student.taps, branches.length);
  const pooled = branches.map(({ convs }, i) => {
    const start: Tensor = ops.toMap(maps[i] as Tensor);
    return ops.globalAveragePool(convs.reduce((x, { conv, norm }) => norm(conv(x)), start));
  });
  return {
    logits: branches.map(({ head }, i) => head(pooled[i] as Tensor) as Tensor2D),
    features: branches.map(({ adapter }, i) => adapter?.(pooled[i] as Tensor) ?? (pooled[i] as Tensor)),
  };
}
