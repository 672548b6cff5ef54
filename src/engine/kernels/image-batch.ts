/**
 * A standardised and augmented batch straight from 8 bit pixels: gather, shift, mirror, cut out, standardise in
 * one dispatch, which also looks up the labels. Random choices are a pure function of (seed, step, place in the batch).
 */
import * as tf from '@tensorflow/tfjs-core';
import { hash } from '../../core/rng';
import { gpu } from '../gpu';
import type { Clock, FixedInput } from '../inputs';
import type { Tensor1D, Tensor2D, Tensor4D } from '../types';
import { bindings, cover, f32, main, PCG } from '../wgsl';
import type { KernelCard } from './kernel';

export const card: KernelCard = {
  id: 'image-batch',
  summary:
    'Gathers, shifts, mirrors, cuts out and standardises a batch from 8 bit pixels; its labels with it.',
  shapes: 'any size, 1 or 3 channels, any batch',
  variants: ['direct'],
};

export interface Augment {
  readonly flip: boolean;
  /** Largest shift in pixels, each way; the rim shows the training mean. */
  readonly crop: number;
  /** Side of the erased square in pixels; 0 = off. */
  readonly cutout: number;
  readonly seed: number;
}

export interface Pixels {
  readonly data: Uint8Array;
  readonly count: number;
  /** `[height, width, channels]`. */
  readonly shape: readonly [number, number, number];
  /** Per channel, in 0..255 units. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const STREAMS = 5;

/** Shift, mirror and cut-out of one place in the batch. */
interface Draw {
  readonly dy: number;
  readonly dx: number;
  readonly mirror: boolean;
  readonly cutY: number;
  readonly cutX: number;
}

function draw(augment: Augment, step: number, place: number, height: number, width: number): Draw {
  const below = (stream: number, n: number) =>
    Math.min(n - 1, Math.floor(((hash(augment.seed, step, place * STREAMS + stream) >>> 8) / 16777216) * n));
  return {
    dy: below(0, 2 * augment.crop + 1) - augment.crop,
    dx: below(1, 2 * augment.crop + 1) - augment.crop,
    mirror: augment.flip && below(2, 2) === 1,
    cutY: below(3, height) - (augment.cutout >> 1),
    cutX: below(4, width) - (augment.cutout >> 1),
  };
}

/** The same batch on the CPU. */
export function imageBatchTwin(
  pixels: Pixels,
  index: Int32Array,
  augment: Augment | undefined,
  step: number,
): Float32Array<ArrayBuffer> {
  const [height, width, channels] = pixels.shape;
  const out = new Float32Array(index.length * height * width * channels);
  index.forEach((row, place) => {
    const d = augment ? draw(augment, step, place, height, width) : undefined;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const sy = y + (d?.dy ?? 0);
        const sx = (d?.mirror ? width - 1 - x : x) + (d?.dx ?? 0);
        const inside = sy >= 0 && sy < height && sx >= 0 && sx < width;
        const cut =
          augment?.cutout && d
            ? y >= d.cutY && y < d.cutY + augment.cutout && x >= d.cutX && x < d.cutX + augment.cutout
            : false;
        for (let c = 0; c < channels; c++) {
          const value = pixels.data[((row * height + sy) * width + sx) * channels + c] as number;
          out[((place * height + y) * width + x) * channels + c] =
            inside && !cut ? (value - (pixels.mean[c] as number)) / (pixels.std[c] as number) : 0;
        }
      }
  });
  return out;
}

/** The classes of a whole set, int32 `[samples]`, and how many classes there are. */
export interface Labels {
  readonly all: Tensor1D;
  readonly classes: number;
}

/** Classes `[n]` and one-hot rows `[n, classes]` of a batch. */
export interface BatchLabels {
  readonly labels: Tensor1D;
  readonly targets: Tensor2D;
}

/** WGSL of the invocations behind those of the `before` pixels: one for each entry of the one-hot rows. */
const labelText = (before: number, classes: number): string => `if (idx >= ${before}) {
    let at = idx - ${before};
    let label = all[index[at / ${classes}]];
    targets[at] = select(0.0, 1.0, at % ${classes} == label);
    if (at % ${classes} == 0) { labels[at / ${classes}] = label; }
    return;
  }`;

function program(pixels: Pixels, batch: number, augment: Augment | undefined, classes: number): string {
  const [height, width, channels] = pixels.shape;
  const n = batch * height * width * channels;
  const list = (values: readonly number[]) => values.map(f32).join(', ');
  const random = augment
    ? `let base = pcg(pcg(${augment.seed >>> 0}u) ^ u32(clock[0]));
  let dy = below(base, place, 0, ${2 * augment.crop + 1}) - ${augment.crop};
  let dx = below(base, place, 1, ${2 * augment.crop + 1}) - ${augment.crop};
  let mirror = ${augment.flip ? 'below(base, place, 2, 2) == 1' : 'false'};
  let cutY = below(base, place, 3, ${height}) - ${augment.cutout >> 1};
  let cutX = below(base, place, 4, ${width}) - ${augment.cutout >> 1};
  let cut = ${augment.cutout > 0 ? `y >= cutY && y < cutY + ${augment.cutout} && x >= cutX && x < cutX + ${augment.cutout}` : 'false'};`
    : 'let dy = 0; let dx = 0; let mirror = false; let cut = false;';
  const names = ['pixels: u32', 'index: i32', 'out: f32!'];
  if (augment) names.push('clock: f32');
  if (classes) names.push('all: i32', 'labels: i32!', 'targets: f32!');
  return `${PCG}${bindings(...names)}
fn below(base: u32, place: i32, stream: i32, n: i32) -> i32 {
  return min(n - 1, i32(floor(uniform_of(pcg(base ^ u32(place * ${STREAMS} + stream))) * f32(n))));
}
${main(n + batch * classes)}
  ${classes ? labelText(n, classes) : ''}
  var centre = array<f32, ${channels}>(${list(pixels.mean)});
  var spread = array<f32, ${channels}>(${list(pixels.std)});
  let c = idx % ${channels}; var r = idx / ${channels};
  let x = r % ${width}; r = r / ${width};
  let y = r % ${height}; let place = r / ${height};
  ${random}
  let sy = y + dy;
  let sx = select(x, ${width - 1} - x, mirror) + dx;
  let inside = sy >= 0 && sy < ${height} && sx >= 0 && sx < ${width} && !cut;
  let at = u32(select(0, ((index[place] * ${height} + sy) * ${width} + sx) * ${channels} + c, inside));
  let value = f32((pixels[at / 4u] >> (8u * (at % 4u))) & 255u);
  out[idx] = select(0.0, (value - centre[c]) / spread[c], inside);
}`;
}

/** The labels of the rows in `index` where there is no device of ours. */
function labelsOf({ all, classes }: Labels, index: Tensor1D): BatchLabels {
  const labels = tf.gather(all, index);
  return { labels, targets: tf.cast(tf.oneHot(labels, classes), 'float32') as Tensor2D };
}

/** An image set on the device, and the batches made from it. */
export class ImageStore {
  readonly pixels: Pixels;
  private readonly buffer: GPUBuffer | undefined;

  constructor(pixels: Pixels) {
    this.pixels = pixels;
    const device = gpu();
    if (!device) return;
    this.buffer = device.createBuffer(pixels.data.byteLength, 'pixels');
    const whole = pixels.data.byteLength & ~3;
    if (whole)
      device.device.queue.writeBuffer(this.buffer, 0, pixels.data as Uint8Array<ArrayBuffer>, 0, whole);
    if (whole < pixels.data.byteLength) {
      const tail = new Uint8Array(4);
      tail.set(pixels.data.subarray(whole));
      device.device.queue.writeBuffer(this.buffer, whole, tail);
    }
  }

  /** Standardised images `[batch, h, w, c]` of the rows in `index`. Without `augment`: as they are. */
  batch(index: FixedInput<Tensor1D>, clock: Clock, augment?: Augment): Tensor4D {
    return this.make(index, clock, augment).images;
  }

  /** The same with the labels of those rows. */
  labelled(
    index: FixedInput<Tensor1D>,
    clock: Clock,
    augment: Augment | undefined,
    labels: Labels,
  ): BatchLabels & { readonly images: Tensor4D } {
    const made = this.make(index, clock, augment, labels);
    return { images: made.images, ...(made.labels ?? labelsOf(labels, index.tensor)) };
  }

  private make(
    index: FixedInput<Tensor1D>,
    clock: Clock,
    augment: Augment | undefined,
    wanted?: Labels,
  ): { readonly images: Tensor4D; readonly labels?: BatchLabels } {
    const [height, width, channels] = this.pixels.shape;
    const n = index.values.length;
    const device = gpu();
    if (!device || !this.buffer) {
      const values = imageBatchTwin(this.pixels, index.values as Int32Array, augment, clock.step);
      return { images: tf.tensor4d(values, [n, height, width, channels]) };
    }
    const classes = wanted?.classes ?? 0;
    const out = device.output([n, height, width, channels]);
    const rows = wanted ? [device.output([n], 'int32'), device.output([n, classes])] : [];
    const region = { buffer: this.buffer, offset: 0, size: this.buffer.size };
    const bound = [region, index.tensor, out, ...(augment ? [clock.input.tensor] : [])];
    const code = program(this.pixels, n, augment, classes);
    const count = n * (height * width * channels + classes);
    device.run('image-batch', code, [...bound, ...(wanted ? [wanted.all, ...rows] : [])], cover(count));
    const [images, labels, targets] = [out, ...rows].map((info) =>
      tf.engine().makeTensorFromTensorInfo(info),
    ) as [Tensor4D, Tensor1D?, Tensor2D?];
    return labels && targets ? { images, labels: { labels, targets } } : { images };
  }

  dispose(): void {
    this.buffer?.destroy();
  }
}
