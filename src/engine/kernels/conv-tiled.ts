/** The three convolution kernels as products over workgroup memory: patches are gathered on the way in. */
import { bindings } from '../wgsl';
import type { ConvShape } from './conv-shape';
import { type TiledGemm, tiledSplits } from './gemm-tiled';

type Gemm = Omit<TiledGemm, 'batch'>;

/** Statements that name the parts of a flat index, last part first. */
function parts(index: string, names: readonly (readonly [string, number])[]): string {
  let rest = index;
  return names
    .map(([name, size], i) => {
      const left = rest;
      if (i === names.length - 1) return `let ${name} = ${left};`;
      rest = `(${left} / ${size})`;
      return `let ${name} = ${left} % ${size};`;
    })
    .join(' ');
}

const input = (c: ConvShape) => `let ih = oh * ${c.strideHeight} + kh - ${c.top};
  let iw = ow * ${c.strideWidth} + kw - ${c.left};
  if (ih < 0 || ih >= ${c.height} || iw < 0 || iw >= ${c.width}) { return 0.0; }
  return x[((b * ${c.height} + ih) * ${c.width} + iw) * ${c.inputs} + i];`;

/** Rows are output pixels, columns output channels. */
export function forwardGemm(c: ConvShape): Gemm {
  const [m, n, k] = [
    c.batch * c.outHeight * c.outWidth,
    c.outputs,
    c.kernelHeight * c.kernelWidth * c.inputs,
  ];
  return {
    m,
    n,
    k,
    splits: tiledSplits(m, n, k, 1),
    head: bindings('x: f32', 'w: f32', 'y: f32!'),
    a: `${parts('m', [
      ['ow', c.outWidth],
      ['oh', c.outHeight],
      ['b', 0],
    ])}
  ${parts('k', [
    ['i', c.inputs],
    ['kw', c.kernelWidth],
    ['kh', 0],
  ])}
  ${input(c)}`,
    b: `return w[k * ${n} + n];`,
    aAlongK: true,
    bAlongK: false,
    store: `y[s * ${m * n} + m * ${n} + n] = value;`,
  };
}

/** Rows are input pixels, columns input channels. */
export function inputGemm(c: ConvShape): Gemm {
  const [m, n, k] = [c.batch * c.height * c.width, c.inputs, c.kernelHeight * c.kernelWidth * c.outputs];
  return {
    m,
    n,
    k,
    splits: tiledSplits(m, n, k, 1),
    head: bindings('dy: f32', 'w: f32', 'dx: f32!'),
    a: `${parts('m', [
      ['iw', c.width],
      ['ih', c.height],
      ['b', 0],
    ])}
  ${parts('k', [
    ['o', c.outputs],
    ['kw', c.kernelWidth],
    ['kh', 0],
  ])}
  let th = ih + ${c.top} - kh;
  let tw = iw + ${c.left} - kw;
  let oh = th / ${c.strideHeight};
  let ow = tw / ${c.strideWidth};
  if (th < 0 || tw < 0 || oh >= ${c.outHeight} || ow >= ${c.outWidth} || oh * ${c.strideHeight} != th || ow * ${c.strideWidth} != tw) { return 0.0; }
  return dy[((b * ${c.outHeight} + oh) * ${c.outWidth} + ow) * ${c.outputs} + o];`,
    b: `let o = k % ${c.outputs};
  return w[((k / ${c.outputs}) * ${c.inputs} + n) * ${c.outputs} + o];`,
    aAlongK: true,
    bAlongK: true,
    store: `dx[s * ${m * n} + m * ${n} + n] = value;`,
  };
}

/** Rows are filter taps and input channels, columns output channels; the long inner axis is split. */
export function filterGemm(c: ConvShape): Gemm {
  const [m, n, k] = [
    c.kernelHeight * c.kernelWidth * c.inputs,
    c.outputs,
    c.batch * c.outHeight * c.outWidth,
  ];
  return {
    m,
    n,
    k,
    splits: tiledSplits(m, n, k, 1),
    head: bindings('x: f32', 'dy: f32', 'dw: f32!'),
    a: `${parts('k', [
      ['ow', c.outWidth],
      ['oh', c.outHeight],
      ['b', 0],
    ])}
  ${parts('m', [
    ['i', c.inputs],
    ['kw', c.kernelWidth],
    ['kh', 0],
  ])}
  ${input(c)}`,
    b: `return dy[k * ${n} + n];`,
    aAlongK: false,
    bAlongK: false,
    store: `dw[s * ${m * n} + m * ${n} + n] = value;`,
  };
}
