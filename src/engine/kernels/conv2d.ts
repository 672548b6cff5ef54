/**
 * 2D convolution in NHWC, its input gradient (also the transposed convolution) and its filter gradient, registered
 * over the stock kernels. Filters of 1 x 1 with stride 1 run as matrix products.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu, Region } from '../gpu';
import { formOf, halfStorage, type Variant, wantsHalf } from '../variants';
import { convForward, convInput, type Program } from './conv-direct';
import { convFilter } from './conv-filter';
import { type ConvAttrs, type ConvShape, convShape, isPointwise } from './conv-shape';
import { filterGemm, forwardGemm, inputGemm } from './conv-tiled';
import { tiledGemm } from './gemm-tiled';
import { type KernelCard, outputsAt, type Places, product, register, release } from './kernel';
import { runMatmul } from './matmul';
import { sumSplits } from './splits';

export { type ConvShape, convFilterTwin, convInputTwin, convShape, convTwin } from './conv-shape';

export const card: KernelCard = {
  id: 'conv2d',
  summary: 'Convolution forward, input gradient and filter gradient.',
  shapes:
    'float32 NHWC, any channels, filter, stride and padding; fastest with channels in fours. NCHW and dilation: stock.',
  variants: ['direct', 'tiled', 'half'],
};

export type Pass = 'forward' | 'input' | 'filter';

const DIRECT = { forward: convForward, input: convInput, filter: convFilter };
const TILED = { forward: forwardGemm, input: inputGemm, filter: filterGemm };

/** WGSL, workgroups and number of partial results of one pass. */
export function convPlan(c: ConvShape, pass: Pass, form: Variant): Program & { readonly splits: number } {
  if (form === 'direct') return { splits: 1, ...DIRECT[pass](c) };
  const half = form === 'half' ? halfStorage() : undefined;
  const gemm = { ...TILED[pass](c), batch: 1, half };
  return { ...tiledGemm(gemm), splits: gemm.splits };
}

function pointwise(
  gpu: Gpu,
  a: TensorInfo,
  b: TensorInfo,
  c: ConvShape,
  pass: Pass,
  shape: number[],
  into: Places,
): TensorInfo {
  const pixels = c.batch * c.height * c.width;
  const spec = {
    forward: { m: pixels, n: c.outputs, k: c.inputs },
    input: { m: pixels, n: c.inputs, k: c.outputs, transposeB: true },
    filter: { m: c.inputs, n: c.outputs, k: pixels, transposeA: true },
  }[pass];
  return runMatmul(gpu, a, b, spec, [shape], {}, undefined, into)[0] as TensorInfo;
}

/** Shapes of image, filter and result. */
const shapesOf = (c: ConvShape) => ({
  x: [c.batch, c.height, c.width, c.inputs],
  w: [c.kernelHeight, c.kernelWidth, c.inputs, c.outputs],
  y: [c.batch, c.outHeight, c.outWidth, c.outputs],
});

/** What each pass reads and makes. */
const ROLES = { forward: ['x', 'w', 'y'], input: ['y', 'w', 'x'], filter: ['x', 'y', 'w'] } as const;

/** The form of one pass: rounded operands where asked for, else the faster of the others. */
function passForm(c: ConvShape, pass: Pass): Variant {
  if (wantsHalf()) return 'half';
  return formOf({
    kernel: `conv-${pass}-${c.kernelHeight}x${c.kernelWidth}-${c.strideHeight}x${c.strideWidth}`,
    size: [c.batch, c.height, c.width, c.inputs, c.outputs],
    forms: ['direct', 'tiled'],
    launch(gpu, form) {
      const shapes = shapesOf(c);
      const [first, second] = ROLES[pass];
      const [a, b] = [gpu.output(shapes[first]), gpu.output(shapes[second])];
      release(gpu, a, b, runConv(gpu, a, b, c, pass, form));
    },
  });
}

/** Runs one pass: (x, w) -> y, (dy, w) -> dx or (x, dy) -> dw. `into`: where the result is wanted. */
export function runConv(
  gpu: Gpu,
  a: TensorInfo,
  b: TensorInfo,
  c: ConvShape,
  pass: Pass,
  form?: Variant,
  into: Places = [],
): TensorInfo {
  const shape = shapesOf(c)[ROLES[pass][2]];
  if (isPointwise(c)) return pointwise(gpu, a, b, c, pass, shape, into);
  const { code, groups, splits } = convPlan(c, pass, form ?? passForm(c, pass));
  const out = splits > 1 ? gpu.output([splits, ...shape]) : (outputsAt(gpu, [shape], into)[0] as TensorInfo);
  gpu.run(`conv-${pass}`, code, [a, b, out], groups);
  if (splits === 1) return out;
  return sumSplits(gpu, out, { splits, count: product(shape), later: true }, [shape], into)[0] as TensorInfo;
}

type Given = ConvAttrs & {
  readonly inputShape?: number[];
  readonly filterShape?: number[];
  /** Where a filter gradient is wanted. */
  readonly into?: Region | undefined;
};

export function registerConv(gpu: Gpu): void {
  const over = (name: string, pass: Pass, first: string, second: string) =>
    register<Given>(name, (inputs, attrs, stock) => {
      const [a, b] = [inputs[first] as TensorInfo, inputs[second] as TensorInfo];
      const c = convShape(attrs.inputShape ?? a.shape, attrs.filterShape ?? b.shape, attrs);
      const ours = c && a.dtype === 'float32' && b.dtype === 'float32';
      return ours ? runConv(gpu, a, b, c, pass, undefined, [attrs.into]) : stock();
    });
  over('Conv2D', 'forward', 'x', 'filter');
  over('Conv2DBackpropInput', 'input', 'dy', 'filter');
  over('Conv2DBackpropFilter', 'filter', 'x', 'dy');
}
