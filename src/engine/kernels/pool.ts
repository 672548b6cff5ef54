/** Max and average pooling in NHWC and their gradients, any window, stride and padding. */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import type { Program } from './conv-direct';
import { type KernelCard, lanesOf, register, unroll } from './kernel';

export const card: KernelCard = {
  id: 'pool',
  summary: 'Max and average pooling and their gradients; the first maximum of a window takes its gradient.',
  shapes: 'float32 NHWC, any window, stride and padding; averages count only pixels inside the image.',
  variants: ['direct'],
};

export interface PoolShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly top: number;
  readonly left: number;
}

export interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export type Kind = 'max' | 'avg';

/** Sizes by TensorFlow.js's own rules. */
export function poolShape(input: readonly number[], attrs: PoolAttrs): PoolShape {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const x = input as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(x, filterSize, strides, 1, pad, dimRoundingMode);
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    windowHeight: info.filterHeight,
    windowWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** Calls `visit` for every window: its output index and the input indices inside the image, in reading order. */
function eachWindow(p: PoolShape, visit: (out: number, inside: readonly number[]) => void): void {
  for (let out = 0; out < p.batch * p.outHeight * p.outWidth * p.channels; out++) {
    const c = out % p.channels;
    const pixel = Math.floor(out / p.channels);
    const ow = pixel % p.outWidth;
    const oh = Math.floor(pixel / p.outWidth) % p.outHeight;
    const b = Math.floor(pixel / (p.outWidth * p.outHeight));
    const inside: number[] = [];
    for (let kh = 0; kh < p.windowHeight; kh++)
      for (let kw = 0; kw < p.windowWidth; kw++) {
        const ih = oh * p.strideHeight + kh - p.top;
        const iw = ow * p.strideWidth + kw - p.left;
        if (ih >= 0 && ih < p.height && iw >= 0 && iw < p.width)
          inside.push(((b * p.height + ih) * p.width + iw) * p.channels + c);
      }
    visit(out, inside);
  }
}

export function poolTwin(kind: Kind, x: ArrayLike<number>, p: PoolShape): Float64Array {
  const y = new Float64Array(p.batch * p.outHeight * p.outWidth * p.channels);
  eachWindow(p, (out, inside) => {
    const values = inside.map((i) => x[i] as number);
    y[out] = kind === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
  });
  return y;
}

export function poolGradientTwin(
  kind: Kind,
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  p: PoolShape,
): Float64Array {
  const dx = new Float64Array(p.batch * p.height * p.width * p.channels);
  const y = poolTwin(kind, x, p);
  eachWindow(p, (out, inside) => {
    if (kind === 'avg') for (const i of inside) dx[i]! += (dy[out] as number) / inside.length;
    else {
      const first = inside.find((i) => x[i] === y[out]);
      if (first !== undefined) dx[first]! += dy[out] as number;
    }
  });
  return dx;
}

/** The part of window `(oh, ow)` inside the image: rows y0 .. y1 - 1, columns x0 .. x1 - 1. */
const bounds = (p: PoolShape) => `let y0 = max(0, oh * ${p.strideHeight} - ${p.top});
  let y1 = min(${p.height}, oh * ${p.strideHeight} - ${p.top} + ${p.windowHeight});
  let x0 = max(0, ow * ${p.strideWidth} - ${p.left});
  let x1 = min(${p.width}, ow * ${p.strideWidth} - ${p.left} + ${p.windowWidth});`;

/** The larger value; NaN wins. Tested by bits, because compilers may assume that floats are never NaN. */
const larger = (type: string, bits: string) => `
fn larger(a: ${type}, b: ${type}) -> ${type} {
  let nan = (bitcast<${bits}>(a) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u);
  return select(select(b, a, b <= a), a, nan);
}`;

export function poolForward(kind: Kind, p: PoolShape): Program {
  const { lanes, type } = lanesOf(p.channels);
  const deep = p.channels / lanes;
  const n = p.batch * p.outHeight * p.outWidth * deep;
  const at = (y: string, x: string) => `v[((b * ${p.height} + ${y}) * ${p.width} + ${x}) * ${deep} + c]`;
  const max = kind === 'max';
  const code = `${bindings(`v: ${type}`, `y: ${type}!`)}${max ? larger(type, lanes === 4 ? 'vec4u' : 'u32') : ''}${main(n)}
  let c = idx % ${deep};
  var rest = idx / ${deep};
  let ow = rest % ${p.outWidth};
  rest = rest / ${p.outWidth};
  let oh = rest % ${p.outHeight};
  let b = rest / ${p.outHeight};
  ${bounds(p)}
  var result = ${max ? at('y0', 'x0') : `${type}()`};
  for (var h = y0; h < y1; h++) {
    for (var w = x0; w < x1; w++) { ${max ? `result = larger(result, ${at('h', 'w')});` : `result += ${at('h', 'w')};`} }
  }
  y[idx] = ${max ? 'result' : 'result / f32((y1 - y0) * (x1 - x0))'};
}`;
  return { code, groups: cover(n) };
}

/** Windows that tile the image: an invocation owns a window, finds its maximum and writes all of its pixels. */
function tiledMaxGradient(p: PoolShape): Program {
  const { lanes, type } = lanesOf(p.channels);
  const deep = p.channels / lanes;
  const down = Math.ceil((p.height + p.top) / p.strideHeight);
  const across = Math.ceil((p.width + p.left) / p.strideWidth);
  const n = p.batch * down * across * deep;
  const pixel = (j: number) => {
    const [kh, kw] = [Math.floor(j / p.windowWidth), j % p.windowWidth];
    return `{
    let ih = oh * ${p.strideHeight} + ${kh - p.top};
    let iw = ow * ${p.strideWidth} + ${kw - p.left};
    if (ih >= 0 && ih < ${p.height} && iw >= 0 && iw < ${p.width}) {
      let at = ((b * ${p.height} + ih) * ${p.width} + iw) * ${deep} + c;
      let mine = open & (v[at] == m);
      dx[at] = select(${type}(), d, mine);
      open = open & !mine;
    }
  }`;
  };
  const code = `${bindings(...['dy', 'v', 'y'].map((name) => `${name}: ${type}`), `dx: ${type}!`)}${main(n)}
  let c = idx % ${deep};
  var rest = idx / ${deep};
  let ow = rest % ${across};
  rest = rest / ${across};
  let oh = rest % ${down};
  let b = rest / ${down};
  let there = oh < ${p.outHeight} && ow < ${p.outWidth};
  let window = select(0, ((b * ${p.outHeight} + oh) * ${p.outWidth} + ow) * ${deep} + c, there);
  let d = dy[window];
  let m = y[window];
  var open = ${lanes === 4 ? 'vec4<bool>(there)' : 'there'};
  ${unroll(p.windowHeight * p.windowWidth, pixel)}
}`;
  return { code, groups: cover(n) };
}

const MOST_UNROLLED = 16;

/** Where windows overlap or leave gaps, each input pixel collects from the windows that hold it. */
export function poolGradient(kind: Kind, p: PoolShape): Program {
  const tiles = p.windowHeight === p.strideHeight && p.windowWidth === p.strideWidth;
  if (kind === 'max' && tiles && p.windowHeight * p.windowWidth <= MOST_UNROLLED) return tiledMaxGradient(p);
  const { lanes, type } = lanesOf(p.channels);
  const deep = p.channels / lanes;
  const n = p.batch * p.height * p.width * deep;
  const at = (y: string, x: string) => `v[((b * ${p.height} + ${y}) * ${p.width} + ${x}) * ${deep} + c]`;
  const first = `let m = y[window];
      var mine = v[idx] == m;
      for (var h = y0; h <= ih; h++) {
        for (var w = x0; w < select(x1, iw, h == ih); w++) { mine = mine & (${at('h', 'w')} != m); }
      }
      sum += select(${type}(), dy[window], mine);`;
  const names = kind === 'max' ? ['dy', 'v', 'y'] : ['dy'];
  const code = `${bindings(...names.map((name) => `${name}: ${type}`), `dx: ${type}!`)}${main(n)}
  let c = idx % ${deep};
  var rest = idx / ${deep};
  let iw = rest % ${p.width};
  rest = rest / ${p.width};
  let ih = rest % ${p.height};
  let b = rest / ${p.height};
  var sum = ${type}();
  let lastRow = min(${p.outHeight - 1}, (ih + ${p.top}) / ${p.strideHeight});
  let lastColumn = min(${p.outWidth - 1}, (iw + ${p.left}) / ${p.strideWidth});
  for (var oh = lastRow; oh >= 0 && oh * ${p.strideHeight} - ${p.top} + ${p.windowHeight} > ih; oh--) {
    for (var ow = lastColumn; ow >= 0 && ow * ${p.strideWidth} - ${p.left} + ${p.windowWidth} > iw; ow--) {
      let window = ((b * ${p.outHeight} + oh) * ${p.outWidth} + ow) * ${deep} + c;
      ${bounds(p)}
      ${kind === 'max' ? first : 'sum += dy[window] / f32((y1 - y0) * (x1 - x0));'}
    }
  }
  dx[idx] = sum;
}`;
  return { code, groups: cover(n) };
}

export function registerPool(gpu: Gpu): void {
  const forward = (name: string, kind: Kind) =>
    register<PoolAttrs>(name, ({ x }, attrs, stock) => {
      const input = x as TensorInfo;
      if (input.dtype !== 'float32') return stock();
      const p = poolShape(input.shape, attrs);
      const y = gpu.output([p.batch, p.outHeight, p.outWidth, p.channels]);
      const { code, groups } = poolForward(kind, p);
      gpu.run(`${kind}-pool`, code, [input, y], groups);
      return y;
    });
  const backward = (name: string, kind: Kind) =>
    register<PoolAttrs>(name, ({ dy, input, output }, attrs) => {
      const x = input as TensorInfo;
      const dx = gpu.output(x.shape);
      const { code, groups } = poolGradient(kind, poolShape(x.shape, attrs));
      const given = kind === 'max' ? [dy, x, output] : [dy];
      gpu.run(`${kind}-pool-gradient`, code, [...(given as TensorInfo[]), dx], groups);
      return dx;
    });
  forward('MaxPool', 'max');
  forward('AvgPool', 'avg');
  backward('MaxPoolGrad', 'max');
  backward('AvgPoolGrad', 'avg');
}
