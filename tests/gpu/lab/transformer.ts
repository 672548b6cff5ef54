import { attentionTwin } from '../../../src/engine/kernels/attention';
import { geluTwin } from '../../../src/engine/kernels/gelu';
import { layerNormTwin } from '../../../src/engine/kernels/layer-norm';
import { attention, gelu, LAYER_NORM_EPSILON, layerNorm } from '../../../src/engine/ops/network';
import type { Tensor3D } from '../../../src/engine/types';
import type { Bench, Check } from './lab';
import { checkOp } from './op';

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** With `nan`, one input is no number; which elements of the gradients are none is left open. */
async function layerNormCheck(
  bench: Bench,
  { shape, nan }: { shape: number[]; nan?: boolean },
): Promise<void> {
  const width = shape.at(-1)!;
  const inputs = [shape, [width], [width]].map((s) => ({ values: bench.values(product(s)), shape: s }));
  if (nan) inputs[0]!.values[0] = Number.NaN;
  await checkOp(bench, {
    inputs,
    op: ([x, scale, shift]) => layerNorm(x!, scale!, shift!),
    twin: ([x, scale, shift], dy) => {
      const { value, gradients } = layerNormTwin(x!, scale!, shift!, dy, LAYER_NORM_EPSILON);
      return { value, gradients: nan ? [] : [gradients.x, gradients.scale, gradients.shift] };
    },
  });
}

/** With `scale`, inputs far in the tails. */
async function geluCheck(
  bench: Bench,
  { shape, scale = 1, nan }: { shape: number[]; scale?: number; nan?: boolean },
): Promise<void> {
  const values = bench.values(product(shape)).map((v) => v * scale);
  if (nan) values[0] = Number.NaN;
  await checkOp(bench, {
    inputs: [{ values, shape }],
    op: ([x]) => gelu(x!),
    twin: ([x], dy) => {
      const { value, gradients } = geluTwin(x!, dy);
      return { value, gradients: [gradients.x] };
    },
  });
}

interface AttentionShape {
  readonly shape: readonly [number, number, number];
  readonly heads: number;
  /** Factor on the inputs: large ones make one key win. */
  readonly scale?: number;
  readonly special?: boolean;
}

async function attentionCheck(
  bench: Bench,
  { shape, heads, scale = 1, special }: AttentionShape,
): Promise<void> {
  const values = bench.values(product(shape)).map((v) => v * scale);
  if (special) values[0] = Number.NaN;
  await checkOp(bench, {
    inputs: [{ values, shape }],
    op: ([x]) => attention(x as Tensor3D, heads),
    twin: ([x], dy) => {
      const { value, gradients } = attentionTwin(x!, dy, shape, heads);
      return { value, gradients: [special ? undefined : gradients.qkv] };
    },
  });
}

export const transformerChecks: Record<string, Check<never>> = {
  'layer-norm': layerNormCheck as Check<never>,
  gelu: geluCheck as Check<never>,
  attention: attentionCheck as Check<never>,
};
