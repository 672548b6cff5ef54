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

/** Calls `visit` with input pixel, tap of the filter and output pixel of every pair that meets inside the image. */
export function eachTap(c: ConvShape, visit: Visit): void {
  const taps = c.kernelHeight * c.kernelWidth;
  for (let pixel = 0; pixel < c.batch * c.outHeight * c.outWidth; pixel++)
    for (let tap = 0; tap < taps; tap++) {
      const ow = pixel % c.outWidth;
      const oh = Math.floor(pixel / c.outWidth) % c.outHeight;
      const b = Math.floor(pixel / (c.outWidth * c.outHeight));
      const ih = oh * c.strideHeight + Math.floor(tap / c.kernelWidth) - c.top;
      const iw = ow * c.strideWidth + (tap % c.kernelWidth) - c.left;
      if (ih < 0 || ih >= c.height || iw < 0 || iw >= c.width) continue;
      visit((b * c.height + ih) * c.width + iw, tap, pixel);
    }
}

type Numbers = ArrayLike<number>;

/**
 * The float64 twins of a convolution and its gradients, from the flat indices of all of its products.
 * @param channels filter values of one tap.
 */
export function twinsOf(
  eachProduct: (c: ConvShape, visit: Visit) => void,
  channels: (c: ConvShape) => number,
) {
  const sum = (size: number, c: ConvShape, add: (out: Float64Array) => Visit) => {
    const out = new Float64Array(size);
    eachProduct(c, add(out));
    return out;
  };
  return {
    forward: (x: Numbers, w: Numbers, c: ConvShape): Float64Array =>
      sum(c.batch * c.outHeight * c.outWidth * c.outputs, c, (y) => (i, j, k) => {
        y[k]! += x[i]! * w[j]!;
      }),
    input: (dy: Numbers, w: Numbers, c: ConvShape): Float64Array =>
      sum(c.batch * c.height * c.width * c.inputs, c, (dx) => (i, j, k) => {
        dx[i]! += dy[k]! * w[j]!;
      }),
    filter: (x: Numbers, dy: Numbers, c: ConvShape): Float64Array =>
      sum(c.kernelHeight * c.kernelWidth * channels(c), c, (dw) => (i, j, k) => {
        dw[j]! += x[i]! * dy[k]!;
      }),
  };
}

const twins = twinsOf(
  (c, visit) =>
    eachTap(c, (x, tap, y) => {
      for (let i = 0; i < c.inputs; i++)
        for (let o = 0; o < c.outputs; o++)
          visit(x * c.inputs + i, (tap * c.inputs + i) * c.outputs + o, y * c.outputs + o);
    }),
  (c) => c.inputs * c.outputs,
);

export const { forward: convTwin, input: convInputTwin, filter: convFilterTwin } = twins;
