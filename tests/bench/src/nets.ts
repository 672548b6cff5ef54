/** The nets of the benchmark and their data, defined once. The same seeds give every engine the same numbers. */
import { Rng } from '../../../src/core/rng';

interface Common {
  /** `[height, width, channels]`. */
  readonly image: readonly [number, number, 1 | 3];
  readonly batch: number;
  /** Of the time of a run, beside those of the other nets. */
  readonly share: number;
  /** Images of the data set. Default: as many as the batches of an epoch hold. */
  readonly images?: number;
}

export type Net = Common &
  (
    | { readonly kind: 'mlp'; readonly widths: readonly number[] }
    | { readonly kind: 'cnn'; readonly widths: readonly number[] }
    | { readonly kind: 'resnet'; readonly width: number }
    | { readonly kind: 'mobile'; readonly width: number }
    | { readonly kind: 'vit'; readonly patch: number; readonly width: number; readonly depth: number }
  );

export const CLASSES = 10;
export const HEADS = 4;
export const STAGES = 3;
/** Blocks in each stage of `mobile`. */
export const MOBILE_BLOCKS = 2;
/** Batches of the data set; steps take them in turn. */
export const BATCHES = 4;
export const RATE = 1e-3;
export const ADAM_EPSILON = 1e-8;
export const NORM_EPSILON = 1e-5;

/**
 * In the order of measuring: the slow ones last, as time may run out. The `t-` nets are the same graphs with
 * almost no arithmetic: what is left is the overhead.
 */
export const NETS: Readonly<Record<string, Net>> = {
  mlp: { kind: 'mlp', image: [28, 28, 1], batch: 64, share: 1.2, widths: [512, 256] },
  cnn: { kind: 'cnn', image: [28, 28, 1], batch: 64, share: 2, widths: [16, 32] },
  't-mlp': { kind: 'mlp', image: [2, 4, 1], batch: 4, share: 0.3, widths: [8, 8] },
  't-cnn': { kind: 'cnn', image: [8, 8, 1], batch: 2, share: 0.4, widths: [4, 8] },
  't-resnet': { kind: 'resnet', image: [8, 8, 3], batch: 2, share: 0.6, width: 4 },
  resnet: { kind: 'resnet', image: [32, 32, 3], batch: 32, share: 3, width: 16 },
  mobile: { kind: 'mobile', image: [32, 32, 3], batch: 32, share: 3, width: 16 },
  vit: { kind: 'vit', image: [32, 32, 3], batch: 32, share: 3, patch: 4, width: 64, depth: 4 },
};

export function netOf(name: string): Net {
  const net = NETS[name];
  if (!net) throw new Error(`There is no net '${name}'. Known: ${Object.keys(NETS).join(', ')}.`);
  return net;
}

/** Weights by the names our own layers give them, in our layouts (HWIO filters, `[in, out]` matrices). */
export type Weights = Readonly<Record<string, { readonly shape: number[]; readonly values: Float32Array }>>;

export interface Data {
  /** `[BATCHES x batch, h, w, c]`. */
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly mean: number[];
  readonly std: number[];
}

export const imagesOf = ({ batch, images = BATCHES * batch }: Net): number => images;

export function dataOf(net: Net): Data {
  const [h, w, c] = net.image;
  const rng = new Rng(1, 'benchmark');
  const pixels = new Uint8Array(imagesOf(net) * h * w * c);
  for (let i = 0; i < pixels.length; i++) pixels[i] = rng.below(256);
  const labels = Int32Array.from({ length: imagesOf(net) }, () => rng.below(CLASSES));
  return { pixels, labels, mean: new Array(c).fill(127.5), std: new Array(c).fill(73.9) };
}

/** The batches as peers read them: standardised images `[batch, h, w, c]`, and classes. */
export function batchesOf(net: Net): { readonly x: Float32Array; readonly y: Int32Array }[] {
  const { pixels, labels, mean, std } = dataOf(net);
  const channels = net.image[2];
  const size = pixels.length / BATCHES;
  return Array.from({ length: BATCHES }, (_, i) => ({
    x: Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (value, j) => {
      const c = j % channels;
      return (value - (mean[c] as number)) / (std[c] as number);
    }),
    y: labels.slice(i * net.batch, (i + 1) * net.batch),
  }));
}
