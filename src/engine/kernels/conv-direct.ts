/** Convolution forward and input gradient without workgroup memory: a row of pixels per invocation. */
import type { Workgroups } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import type { ConvShape } from './conv-shape';
import { lanesOf, unroll } from './kernel';

export interface Program {
  readonly code: string;
  readonly groups: Workgroups;
}

/** Pixels of a row that one invocation computes: few wasted at the end of the row, then as many as fit. */
export function pixelTile(n: number, most = 8): number {
  let best = 1;
  const waste = (p: number) => Math.ceil(n / p) * p - n;
  for (let p = 2; p <= Math.min(n, most); p++)
    if (waste(p) * 8 <= n && (p > 3 || waste(p) <= waste(best))) best = p;
  return best;
}

/**
 * y[b, oh, ow, o] = sum over kh, kw, i of x[b, oh s + kh - top, ow s + kw - left, i] w[kh, kw, i, o].
 * Each row of the window is read once and serves all of its taps.
 */
export function convForward(c: ConvShape): Program {
  const pixels = pixelTile(c.outWidth);
  const tiles = Math.ceil(c.outWidth / pixels);
  const input = lanesOf(c.inputs);
  const output = lanesOf(c.outputs);
  const [deep, wide] = [c.inputs / input.lanes, c.outputs / output.lanes];
  const n = c.batch * c.outHeight * tiles * wide;
  const ragged = tiles * pixels !== c.outWidth;
  const stride = c.strideWidth;
  const inner = c.left === 0 && (tiles * pixels - 1) * stride + c.kernelWidth <= c.width;
  const used = (j: number) =>
    Array.from({ length: c.kernelWidth }, (_, t) => j - t).some((d) => d >= 0 && d % stride === 0);
  const window = Array.from({ length: (pixels - 1) * stride + c.kernelWidth }, (_, j) => j).filter(used);
  // Reads beside the image stay inside the buffer by WGSL's own rules; what they give is dropped.
  const load = (j: number) => `x[at + ${j * deep}]`;
  const loads = window.map(
    (j) => `let x${j} = ${inner ? load(j) : `select(${input.type}(), ${load(j)}, in${j})`};`,
  );
  const products = (p: number, t: number) => {
    const v = `x${p * stride + t}`;
    return input.lanes === 4 ? `w0 * ${v}.x + w1 * ${v}.y + w2 * ${v}.z + w3 * ${v}.w` : `w0 * ${v}`;
  };
  const tap = (t: number) => `{
        let origin = ((kh * ${c.kernelWidth} + ${t}) * ${c.inputs} + i * ${input.lanes}) * ${wide} + o;
        ${unroll(input.lanes, (j) => `let w${j} = w[origin + ${j * wide}];`, ' ')}
        ${unroll(pixels, (p) => `sum${p} += ${products(p, t)};`, '\n        ')}
      }`;
  const code = `${bindings(`x: ${input.type}`, `w: ${output.type}`, `y: ${output.type}!`)}${main(n)}
  let o = idx % ${wide};
  var rest = idx / ${wide};
  let ow = (rest % ${tiles}) * ${pixels};
  rest = rest / ${tiles};
  let oh = rest % ${c.outHeight};
  let b = rest / ${c.outHeight};
  let iw = ow * ${stride} - ${c.left};
  ${inner ? '' : window.map((j) => `let in${j} = iw + ${j} >= 0 && iw + ${j} < ${c.width};`).join('\n  ')}
  ${unroll(pixels, (p) => `var sum${p} = ${output.type}();`, ' ')}
  for (var kh = 0; kh < ${c.kernelHeight}; kh++) {
    let ih = oh * ${c.strideHeight} + kh - ${c.top};
    if (ih < 0 || ih >= ${c.height}) { continue; }
    for (var i = 0; i < ${deep}; i++) {
      let at = ((b * ${c.height} + ih) * ${c.width} + iw) * ${deep} + i;
      ${loads.join('\n      ')}
      ${unroll(c.kernelWidth, tap, '\n      ')}
    }
  }
  let to = ((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${wide} + o;
  ${unroll(pixels, (p) => `${ragged ? `if (ow + ${p} < ${c.outWidth}) ` : ''}{ y[to + ${p * wide}] = sum${p}; }`)}
}`;
  return { code, groups: cover(n) };
}

/** Products of one pixel's output gradient with the filters of an invocation's input channels. */
function inputProducts(d: string, inputs: number, outputs: number): string {
  if (outputs === 1) return inputs === 4 ? `${d} * vec4f(${unroll(4, (j) => `w${j}`, ', ')})` : `${d} * w0`;
  const dots = unroll(inputs, (j) => `dot(${d}, w${j})`, ', ');
  return inputs === 4 ? `vec4f(${dots})` : dots;
}

/**
 * dx[b, ih, iw, i] = sum over kh, kw, o of dy[b, (ih + top - kh) / s, (iw + left - kw) / s, o] w[kh, kw, i, o].
 * Pixels of one invocation are a stride apart, so that they meet the same filter columns.
 */
export function convInput(c: ConvShape): Program {
  const input = lanesOf(c.inputs);
  const output = lanesOf(c.outputs);
  const [deep, wide] = [c.inputs / input.lanes, c.outputs / output.lanes];
  const stride = c.strideWidth;
  const perPhase = Math.ceil(c.width / stride);
  const pixels = pixelTile(perPhase);
  const tiles = Math.ceil(perPhase / pixels);
  const taps = Math.ceil(c.kernelWidth / stride);
  const window = pixels + taps - 1;
  const n = c.batch * c.height * tiles * stride * deep;
  const ragged = tiles * pixels * stride !== c.width;
  const load = (j: number) => `let d${j} = select(${output.type}(), dy[at + ${j * wide}], in${j});`;
  const tap = (
    t: number,
  ) => `${t * stride + stride > c.kernelWidth ? `if (first + ${t * stride} < ${c.kernelWidth}) ` : ''}{
        let origin = ((kh * ${c.kernelWidth} + first + ${t * stride}) * ${c.inputs} + i * ${input.lanes}) * ${wide} + o;
        ${unroll(input.lanes, (j) => `let w${j} = w[origin + ${j * wide}];`, ' ')}
        ${unroll(pixels, (p) => `sum${p} += ${inputProducts(`d${p - t + taps - 1}`, input.lanes, output.lanes)};`, '\n        ')}
      }`;
  const code = `${bindings(`dy: ${output.type}`, `w: ${output.type}`, `dx: ${input.type}!`)}${main(n)}
  let i = idx % ${deep};
  var rest = idx / ${deep};
  let phase = rest % ${stride};
  rest = rest / ${stride};
  let iw = (rest % ${tiles}) * ${pixels * stride} + phase;
  rest = rest / ${tiles};
  let ih = rest % ${c.height};
  let b = rest / ${c.height};
  let first = (iw + ${c.left}) % ${stride};
  let ow = (iw + ${c.left} - first) / ${stride} - ${taps - 1};
  ${unroll(window, (j) => `let in${j} = ow + ${j} >= 0 && ow + ${j} < ${c.outWidth};`)}
  ${unroll(pixels, (p) => `var sum${p} = ${input.type}();`, ' ')}
  for (var kh = (ih + ${c.top}) % ${c.strideHeight}; kh < ${c.kernelHeight}; kh += ${c.strideHeight}) {
    let th = ih + ${c.top} - kh;
    let oh = th / ${c.strideHeight};
    if (th < 0 || oh >= ${c.outHeight}) { continue; }
    for (var o = 0; o < ${wide}; o++) {
      let at = ((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${wide} + o;
      ${unroll(window, load, '\n      ')}
      ${unroll(taps, tap, '\n      ')}
    }
  }
  let to = ((b * ${c.height} + ih) * ${c.width} + iw) * ${deep} + i;
  ${unroll(pixels, (p) => `${ragged ? `if (iw + ${p * stride} < ${c.width}) ` : ''}{ dx[to + ${p * stride * deep}] = sum${p}; }`)}
}`;
  return { code, groups: cover(n) };
}
