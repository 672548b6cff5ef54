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

/** y[b, oh, ow, o] = sum over kh, kw, i of x[b, oh s + kh - top, ow s + kw - left, i] w[kh, kw, i, o]. */
export function convForward(c: ConvShape): Program {
  const pixels = pixelTile(c.outWidth);
  const tiles = Math.ceil(c.outWidth / pixels);
  const input = lanesOf(c.inputs);
  const output = lanesOf(c.outputs);
  const [deep, wide] = [c.inputs / input.lanes, c.outputs / output.lanes];
  const n = c.batch * c.outHeight * tiles * wide;
  const ragged = tiles * pixels !== c.outWidth;
  const inner = c.left === 0 && (tiles * pixels - 1) * c.strideWidth + c.kernelWidth <= c.width;
  const shift = (p: number) => p * c.strideWidth;
  const place = (p: number) =>
    inner
      ? `let q${p} = at + ${shift(p) * deep};`
      : `let in${p} = iw + ${shift(p)} >= 0 && iw + ${shift(p)} < ${c.width}; let q${p} = select(0, at + ${shift(p) * deep}, in${p});`;
  const value = (p: number) => (inner ? `x[q${p} + i]` : `select(${input.type}(), x[q${p} + i], in${p})`);
  const body =
    input.lanes === 4
      ? `${unroll(4, (j) => `let w${j} = w[origin + (i * 4 + ${j}) * ${wide}];`, ' ')}
        ${unroll(pixels, (p) => `let v${p} = ${value(p)}; sum${p} += w0 * v${p}.x + w1 * v${p}.y + w2 * v${p}.z + w3 * v${p}.w;`, '\n        ')}`
      : `let w0 = w[origin + i * ${wide}];
        ${unroll(pixels, (p) => `sum${p} += w0 * ${value(p)};`, '\n        ')}`;
  const code = `${bindings(`x: ${input.type}`, `w: ${output.type}`, `y: ${output.type}!`)}${main(n)}
  let o = idx % ${wide};
  var rest = idx / ${wide};
  let ow = (rest % ${tiles}) * ${pixels};
  rest = rest / ${tiles};
  let oh = rest % ${c.outHeight};
  let b = rest / ${c.outHeight};
  ${unroll(pixels, (p) => `var sum${p} = ${output.type}();`, ' ')}
  for (var kh = 0; kh < ${c.kernelHeight}; kh++) {
    let ih = oh * ${c.strideHeight} + kh - ${c.top};
    if (ih < 0 || ih >= ${c.height}) { continue; }
    for (var kw = 0; kw < ${c.kernelWidth}; kw++) {
      let iw = ow * ${c.strideWidth} + kw - ${c.left};
      let at = ((b * ${c.height} + ih) * ${c.width} + iw) * ${deep};
      let origin = (kh * ${c.kernelWidth} + kw) * ${c.inputs * wide} + o;
      ${unroll(pixels, place, '\n      ')}
      for (var i = 0; i < ${deep}; i++) {
        ${body}
      }
    }
  }
  let to = ((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${wide} + o;
  ${unroll(pixels, (p) => `${ragged ? `if (ow + ${p} < ${c.outWidth}) ` : ''}{ y[to + ${p * wide}] = sum${p}; }`)}
}`;
  return { code, groups: cover(n) };
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
  const n = c.batch * c.height * tiles * stride * deep;
  const ragged = tiles * pixels * stride !== c.width;
  const products = (p: number) => {
    if (output.lanes === 4) {
      const dots = unroll(input.lanes, (j) => `dot(d${p}, w${j})`, ', ');
      return input.lanes === 4 ? `vec4f(${dots})` : dots;
    }
    return input.lanes === 4 ? `d${p} * vec4f(${unroll(4, (j) => `w${j}`, ', ')})` : `d${p} * w0`;
  };
  const code = `${bindings(`dy: ${output.type}`, `w: ${output.type}`, `dx: ${input.type}!`)}${main(n)}
  let i = idx % ${deep};
  var rest = idx / ${deep};
  let phase = rest % ${stride};
  rest = rest / ${stride};
  let iw = (rest % ${tiles}) * ${pixels * stride} + phase;
  rest = rest / ${tiles};
  let ih = rest % ${c.height};
  let b = rest / ${c.height};
  ${unroll(pixels, (p) => `var sum${p} = ${input.type}();`, ' ')}
  for (var kh = (ih + ${c.top}) % ${c.strideHeight}; kh < ${c.kernelHeight}; kh += ${c.strideHeight}) {
    let th = ih + ${c.top} - kh;
    let oh = th / ${c.strideHeight};
    if (th < 0 || oh >= ${c.outHeight}) { continue; }
    for (var kw = (iw + ${c.left}) % ${stride}; kw < ${c.kernelWidth}; kw += ${stride}) {
      // Exact division: a negative numerator is a multiple of the stride too.
      let ow = (iw + ${c.left} - kw) / ${stride};
      let at = ((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${wide};
      let origin = ((kh * ${c.kernelWidth} + kw) * ${c.inputs} + i * ${input.lanes}) * ${wide};
      ${unroll(pixels, (p) => `let in${p} = ow + ${p} >= 0 && ow + ${p} < ${c.outWidth}; let q${p} = select(0, at + ${p * wide}, in${p});`, '\n      ')}
      for (var o = 0; o < ${wide}; o++) {
        ${unroll(input.lanes, (j) => `let w${j} = w[origin + ${j * wide} + o];`, ' ')}
        ${unroll(pixels, (p) => `let d${p} = select(${output.type}(), dy[q${p} + o], in${p}); sum${p} += ${products(p)};`, '\n        ')}
      }
    }
  }
  let to = ((b * ${c.height} + ih) * ${c.width} + iw) * ${deep} + i;
  ${unroll(pixels, (p) => `${ragged ? `if (iw + ${p * stride} < ${c.width}) ` : ''}{ dx[to + ${p * stride * deep}] = sum${p}; }`)}
}`;
  return { code, groups: cover(n) };
}
