/** Sizes of a 2D convolution `[b, h, w, i]` * `[kh, kw, i, o]`, and its float64 twins. */
import * as tf from '@tensorflow/tfjs-core';

export interface ConvShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outputs: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Padding above and left of the image. */
  readonly top: number;
  readonly left: number;
}

export interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes by TensorFlow.js's own rules; undefined for what our kernels leave to the stock ones. */
export function convShape(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvAttrs,
  depthwise = false,
): ConvShape | undefined {
  if (dataFormat !== 'NHWC' || [dilations].flat().some((d) => d !== 1)) return undefined;
  const info = tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  if (input.some((n) => n === 0) || info.outHeight * info.outWidth * info.outChannels <= 0) return undefined;
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    inputs: info.inChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    outputs: info.outChannels,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** A 1 x 1 filter that looks at every pixel: a plain matrix product. */
export const isPointwise = (c: ConvShape): boolean =>
  c.kernelHeight * c.kernelWidth * c.strideHeight * c.strideWidth === 1 &&
  c.top + c.left === 0 &&
  c.outHeight === c.height &&
  c.outWidth === c.width;

type Visit = (x: number, w: number, y: number) => void;

/** Calls `visit` with the flat indices of every product of the convolution. */
function eachProduct(c: ConvShape, visit: Visit): void {
  for (let b = 0; b < c.batch; b++)
    for (let oh = 0; oh < c.outHeight; oh++)
      for (let ow = 0; ow < c.outWidth; ow++)
        for (let kh = 0; kh < c.kernelHeight; kh++)
          for (let kw = 0; kw < c.kernelWidth; kw++) {
            const ih = oh * c.strideHeight + kh - c.top;
            const iw = ow * c.strideWidth + kw - c.left;
            if (ih < 0 || ih >= c.height || iw < 0 || iw >= c.width) continue;
            const x = ((b * c.height + ih) * c.width + iw) * c.inputs;
            const y = ((b * c.outHeight + oh) * c.outWidth + ow) * c.outputs;
            const w = (kh * c.kernelWidth + kw) * c.inputs * c.outputs;
            for (let i = 0; i < c.inputs; i++)
              for (let o = 0; o < c.outputs; o++) visit(x + i, w + i * c.outputs + o, y + o);
          }
}

export function convTwin(x: ArrayLike<number>, w: ArrayLike<number>, c: ConvShape): Float64Array {
  const y = new Float64Array(c.batch * c.outHeight * c.outWidth * c.outputs);
  eachProduct(c, (i, j, k) => {
    y[k]! += (x[i] as number) * (w[j] as number);
  });
  return y;
}

export function convInputTwin(dy: ArrayLike<number>, w: ArrayLike<number>, c: ConvShape): Float64Array {
  const dx = new Float64Array(c.batch * c.height * c.width * c.inputs);
  eachProduct(c, (i, j, k) => {
    dx[i]! += (dy[k] as number) * (w[j] as number);
  });
  return dx;
}

export function convFilterTwin(x: ArrayLike<number>, dy: ArrayLike<number>, c: ConvShape): Float64Array {
  const dw = new Float64Array(c.kernelHeight * c.kernelWidth * c.inputs * c.outputs);
  eachProduct(c, (i, j, k) => {
    dw[j]! += (x[i] as number) * (dy[k] as number);
  });
  return dw;
}
