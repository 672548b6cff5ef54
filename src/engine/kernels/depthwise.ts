/** Depthwise convolution in NHWC with one filter per channel `[kh, kw, c, 1]`, and its two gradients. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu, Region } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import { type Program, pixelTile } from './conv-direct';
import { type ConvAttrs, type ConvShape, convShape, eachTap, twinsOf } from './conv-shape';
import { type KernelCard, lanesOf, outputsAt, type Places, product, register, unroll } from './kernel';
import { sumSplits } from './splits';

export const card: KernelCard = {
  id: 'depthwise',
  summary: 'Depthwise convolution, its input gradient and its filter gradient.',
  shapes:
    'float32 NHWC, any channels, filter, stride and padding; channel multiplier 1, no dilation (else stock).',
  variants: ['direct'],
};

const twins = twinsOf(
  (c, visit) =>
    eachTap(c, (x, tap, y) => {
      for (let i = 0; i < c.inputs; i++) visit(x * c.inputs + i, tap * c.inputs + i, y * c.inputs + i);
    }),
  (c) => c.inputs,
);

export const { forward: depthwiseTwin, input: depthwiseInputTwin, filter: depthwiseFilterTwin } = twins;

/**
 * A row of output pixels per invocation; each row of the window is read once and serves all of its taps.
 * @param flipped the filter is read back to front, as the input gradient needs it.
 */
export function depthwiseForward(c: ConvShape, flipped = false): Program {
  const { lanes, type } = lanesOf(c.inputs);
  const deep = c.inputs / lanes;
  const pixels = pixelTile(c.outWidth);
  const tiles = Math.ceil(c.outWidth / pixels);
  const n = c.batch * c.outHeight * tiles * deep;
  const window = (pixels - 1) * c.strideWidth + c.kernelWidth;
  const last = c.kernelHeight * c.kernelWidth - 1;
  const tap = (t: number) => {
    const at = `kh * ${c.kernelWidth} + ${t}`;
    const line = (p: number) => `sum${p} += x${p * c.strideWidth + t} * w${t};`;
    return `let w${t} = w[(${flipped ? `${last} - (${at})` : at}) * ${deep} + i]; ${unroll(pixels, line, ' ')}`;
  };
  // Reads beside the image stay inside the buffer by WGSL's own rules; what they give is dropped.
  const load = (j: number) => `let x${j} = select(${type}(), x[at + ${j * deep}], in${j});`;
  const code = `${bindings(`x: ${type}`, `w: ${type}`, `y: ${type}!`)}${main(n)}
  let i = idx % ${deep};
  var rest = idx / ${deep};
  let ow = (rest % ${tiles}) * ${pixels};
  rest = rest / ${tiles};
  let oh = rest % ${c.outHeight};
  let b = rest / ${c.outHeight};
  let iw = ow * ${c.strideWidth} - ${c.left};
  ${unroll(window, (j) => `let in${j} = iw + ${j} >= 0 && iw + ${j} < ${c.width};`)}
  ${unroll(pixels, (p) => `var sum${p} = ${type}();`, ' ')}
  for (var kh = 0; kh < ${c.kernelHeight}; kh++) {
    let ih = oh * ${c.strideHeight} + kh - ${c.top};
    if (ih < 0 || ih >= ${c.height}) { continue; }
    let at = ((b * ${c.height} + ih) * ${c.width} + iw) * ${deep} + i;
    ${unroll(window, load, '\n    ')}
    ${unroll(c.kernelWidth, tap, '\n    ')}
  }
  let to = ((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${deep} + i;
  ${unroll(pixels, (p) => `if (ow + ${p} < ${c.outWidth}) { y[to + ${p * deep}] = sum${p}; }`)}
}`;
  return { code, groups: cover(n) };
}

/** With stride 1 the input gradient is a convolution of dy with the filter back to front. */
function mirrored(c: ConvShape): ConvShape {
  return {
    ...c,
    height: c.outHeight,
    width: c.outWidth,
    outHeight: c.height,
    outWidth: c.width,
    top: c.kernelHeight - 1 - c.top,
    left: c.kernelWidth - 1 - c.left,
  };
}

/** With larger strides an invocation owns an input pixel and collects from the outputs whose windows hold it. */
export function depthwiseInput(c: ConvShape): Program {
  if (c.strideHeight * c.strideWidth === 1) return depthwiseForward(mirrored(c), true);
  const { lanes, type } = lanesOf(c.inputs);
  const deep = c.inputs / lanes;
  const n = c.batch * c.height * c.width * deep;
  const code = `${bindings(`dy: ${type}`, `w: ${type}`, `dx: ${type}!`)}${main(n)}
  let i = idx % ${deep};
  var rest = idx / ${deep};
  let iw = rest % ${c.width};
  rest = rest / ${c.width};
  let ih = rest % ${c.height};
  let b = rest / ${c.height};
  var sum = ${type}();
  for (var kh = (ih + ${c.top}) % ${c.strideHeight}; kh < ${c.kernelHeight}; kh += ${c.strideHeight}) {
    let th = ih + ${c.top} - kh;
    let oh = th / ${c.strideHeight};
    if (th < 0 || oh >= ${c.outHeight}) { continue; }
    for (var kw = (iw + ${c.left}) % ${c.strideWidth}; kw < ${c.kernelWidth}; kw += ${c.strideWidth}) {
      let tw = iw + ${c.left} - kw;
      let ow = tw / ${c.strideWidth};
      if (tw < 0 || ow >= ${c.outWidth}) { continue; }
      sum += dy[((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${deep} + i] * w[(kh * ${c.kernelWidth} + kw) * ${deep} + i];
    }
  }
  dx[idx] = sum;
}`;
  return { code, groups: cover(n) };
}

/** One filter row per invocation over a share of the output rows. */
export function depthwiseFilter(c: ConvShape): Program & { readonly splits: number } {
  const { lanes, type } = lanesOf(c.inputs);
  const deep = c.inputs / lanes;
  const taps = c.kernelWidth;
  const rows = c.batch * c.outHeight;
  let splits = 1;
  while (splits < rows && c.kernelHeight * deep * splits < 2048 && splits < 128) splits *= 2;
  const per = Math.ceil(rows / splits);
  splits = Math.ceil(rows / per);
  const n = splits * c.kernelHeight * deep;
  const one = (t: number) =>
    `{ let iw = ow * ${c.strideWidth} + ${t - c.left}; if (iw >= 0 && iw < ${c.width}) { w${t} += d * x[at + iw * ${deep}]; } }`;
  const code = `${bindings(`x: ${type}`, `dy: ${type}`, `dw: ${type}!`)}${main(n)}
  let i = idx % ${deep};
  let kh = (idx / ${deep}) % ${c.kernelHeight};
  let s = idx / ${deep * c.kernelHeight};
  ${unroll(taps, (t) => `var w${t} = ${type}();`, ' ')}
  for (var row = s * ${per}; row < min(${rows}, (s + 1) * ${per}); row++) {
    let ih = (row % ${c.outHeight}) * ${c.strideHeight} + kh - ${c.top};
    if (ih < 0 || ih >= ${c.height}) { continue; }
    let at = ((row / ${c.outHeight}) * ${c.height} + ih) * ${c.width * deep} + i;
    for (var ow = 0; ow < ${c.outWidth}; ow++) {
      let d = dy[(row * ${c.outWidth} + ow) * ${deep} + i];
      ${unroll(taps, one, '\n      ')}
    }
  }
  let to = (s * ${c.kernelHeight} + kh) * ${taps * deep} + i;
  ${unroll(taps, (t) => `dw[to + ${t * deep}] = w${t};`, ' ')}
}`;
  return { code, groups: cover(n), splits };
}

type Given = ConvAttrs & {
  readonly inputShape?: number[];
  readonly filterShape?: number[];
  /** Where a filter gradient is wanted. */
  readonly into?: Region | undefined;
};

export function registerDepthwise(gpu: Gpu): void {
  type Run = (a: TensorInfo, b: TensorInfo, c: ConvShape, into: Places) => TensorInfo;
  const over = (name: string, first: string, second: string, run: Run) =>
    register<Given>(name, (inputs, attrs, stock) => {
      const [a, b] = [inputs[first] as TensorInfo, inputs[second] as TensorInfo];
      const filter = attrs.filterShape ?? b.shape;
      const c = filter[3] === 1 ? convShape(attrs.inputShape ?? a.shape, filter, attrs, true) : undefined;
      return c ? run(a, b, c, [attrs.into]) : stock();
    });
  over('DepthwiseConv2dNative', 'x', 'filter', (x, filter, c) => {
    const y = gpu.output([c.batch, c.outHeight, c.outWidth, c.inputs]);
    const { code, groups } = depthwiseForward(c);
    gpu.run('depthwise', code, [x, filter, y], groups);
    return y;
  });
  over('DepthwiseConv2dNativeBackpropInput', 'dy', 'filter', (dy, filter, c) => {
    const dx = gpu.output([c.batch, c.height, c.width, c.inputs]);
    const { code, groups } = depthwiseInput(c);
    gpu.run('depthwise-input', code, [dy, filter, dx], groups);
    return dx;
  });
  over('DepthwiseConv2dNativeBackpropFilter', 'x', 'dy', (x, dy, c, into) => {
    const shape = [c.kernelHeight, c.kernelWidth, c.inputs, 1];
    const { code, groups, splits } = depthwiseFilter(c);
    const out =
      splits > 1 ? gpu.output([splits, ...shape]) : (outputsAt(gpu, [shape], into)[0] as TensorInfo);
    gpu.run('depthwise-filter', code, [x, dy, out], groups);
    if (splits === 1) return out;
    const sums = sumSplits(gpu, out, { splits, count: product(shape), later: true }, [shape], into);
    return sums[0] as TensorInfo;
  });
}
