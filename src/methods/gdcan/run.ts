/** A step of both domains: one pass over source and target, what each layer saw, and what the test will use. */
import type { Hooks, Ops, Table, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import type { Pass, Step, Validation } from '../kit';
import { attend } from './attention';
import { answersOf, type Extras } from './modules';

export interface Memory {
  /** Sums of the statistic of every layer over the last steps, and last the sum of their weights. */
  readonly gaps: Table;
}

export interface Params {
  readonly gates: string;
  readonly eta: number;
  readonly start: number;
  readonly alpha: number;
  readonly beta: number;
  readonly keep: number;
}

/** Layers that the memory has room for. */
const MOST = 32;
/** Steps over which the statistic is averaged for tests. */
const STEPS = 20;

export const remember = (pass: Pick<Pass, 'table'>): Memory => ({ gaps: pass.table(1, MOST + 1) });

/** The threshold of the statistic below which both domains share an entrance. */
export const thresholdOf = ({ gates, eta }: Pick<Params, 'gates' | 'eta'>): number =>
  gates === 'separate' ? 0 : gates === 'shared' ? 2 : eta;

type Moment = Pick<
  Step<Params, Extras, Memory>,
  'ops' | 'params' | 'extras' | 'images' | 'pool' | 'forward' | 'memory'
>;

/** Source and target through the student, its taps gated. Both have as many rows. */
export function both({ ops, params, extras, images, pool, forward }: Moment) {
  const rows = Math.min(images.shape[0], pool.images.shape[0]);
  const eta = thresholdOf(params);
  const seen = new Map<string, ReturnType<typeof attend>>();
  const hooks: Hooks = {
    tap(name, x) {
      const module = extras.modules.find(({ tap }) => tap === name);
      if (!module) return x;
      const found = attend(ops, x, rows, module, { eta });
      seen.set(name, found);
      return found.x;
    },
  };
  const first = (x: Tensor4D): Tensor4D =>
    ops.slice(x, [0, 0, 0, 0], [rows, ...x.shape.slice(1)] as [number, number, number, number]);
  const together = ops.concat([first(images), first(pool.images)], 0) as Tensor4D;
  const { embedding } = forward(together, { hooks });
  const width = embedding.shape[1];
  const source = ops.slice(embedding, [0, 0], [rows, width]) as Tensor2D;
  const target = ops.slice(embedding, [rows, 0], [rows, width]) as Tensor2D;
  const layers = extras.modules.flatMap(({ tap }) => seen.get(tap) ?? []);
  return {
    rows,
    layers,
    source: { features: source, ...answersOf(ops, extras, source) },
    target: { features: target, ...answersOf(ops, extras, target) },
  };
}

const only = (ops: Ops) => ops.tensor1d(Int32Array.of(0), 'int32');

/** Moves the running means of the statistics. */
export function note({ ops, memory }: Moment, layers: ReturnType<typeof both>['layers']): void {
  const now = layers.slice(0, MOST).map(({ gap }) => ops.reshape(gap, [1]));
  const padded = ops.concat([...now, ops.zeros([MOST - now.length]), ops.ones([1])], 0);
  const before = memory.gaps.read(only(ops));
  const after = ops.add(ops.mul(before, 1 - 1 / STEPS), ops.mul(ops.reshape(padded, [1, -1]), 1 / STEPS));
  memory.gaps.write(only(ops), after as Tensor2D);
}

/** Before a measurement: test images take the entrance that the running mean speaks for. */
export async function decide(
  held: Validation<Params, Extras>,
  memory: Memory,
  params: Params,
): Promise<void> {
  const rows = await held.answers(({ ops, student }) => {
    const n = student.logits.shape[0];
    return ops.tile(memory.gaps.read(only(ops)), [n, 1]) as Tensor2D;
  });
  const weight = Math.max(rows[MOST] ?? 0, 1e-12);
  held.extras.modules.forEach(({ together }, i) => {
    const mean = (rows[i] ?? 0) / weight;
    held.write(together, Float32Array.of(i < MOST && mean < thresholdOf(params) ? 1 : 0));
  });
}

/** 0 until `start` of the run, 1 from as far behind it as half of what is left. */
export function ramp(ops: Ops, progress: Tensor, start: number): Tensor {
  if (start >= 1) return ops.scalar(0);
  return ops.clip(ops.div(ops.sub(progress, start), Math.max(1e-6, (1 - start) / 2)), 0, 1);
}
