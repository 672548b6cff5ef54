/** Runs in the browser: boots the engine and compares its kernels with their float64 twins. */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { Rng } from '../../../src/core/rng';
import { boot } from '../../../src/engine/boot';
import { type Gpu, gpu } from '../../../src/engine/gpu';
import { chooseVariant, factsOf, type Variant } from '../../../src/engine/variants';
import { bindings, cover, main } from '../../../src/engine/wgsl';
import { CHECKS } from './checks';
import { extras } from './extras';

export interface Report {
  readonly what: string;
  /** Largest difference over the largest expected magnitude (at least 1); NaN and infinities must agree. */
  readonly error: number;
  readonly at: number;
  readonly got: number;
  readonly want: number;
}

/** What a check may use: random values, tensors of them, and the comparison. */
export interface Bench {
  readonly gpu: Gpu;
  readonly rng: Rng;
  readonly reports: Report[];
  /**
   * Standard normal values, rounded to float32; to float16 where the kernel rounds its operands, so that its
   * products are exact. With `special`, one NaN and one infinity among them.
   */
  values(n: number, special?: boolean): Float32Array;
  tensor(values: Float32Array, shape: readonly number[]): tf.Tensor;
  /** Moves tensors into one flat buffer, at aligned places with room to spare, as trained weights are. */
  place(tensors: readonly tf.Tensor[]): void;
  compare(what: string, got: TensorInfo, want: ArrayLike<number>): Promise<void>;
}

export type Check<S> = (bench: Bench, shape: S) => Promise<void>;

function worst(what: string, got: Float32Array, want: ArrayLike<number>): Report {
  if (got.length !== want.length)
    return { what: `${what} length`, error: Infinity, at: -1, got: got.length, want: want.length };
  let scale = 1;
  for (let i = 0; i < want.length; i++) {
    const size = Math.abs(want[i] as number);
    if (Number.isFinite(size)) scale = Math.max(scale, size);
  }
  let report: Report = { what, error: 0, at: 0, got: got[0] ?? 0, want: want[0] ?? 0 };
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [got[i] as number, want[i] as number];
    const same = Number.isNaN(a) ? Number.isNaN(b) : a === b;
    const error = same ? 0 : Number.isFinite(a - b) ? Math.abs(a - b) / scale : Infinity;
    if (error > report.error) report = { what, error, at: i, got: a, want: b };
  }
  return report;
}

/** Every output is filled with NaN before its kernel runs, so that elements it forgets show. */
function poison(device: Gpu): void {
  const output = device.output.bind(device);
  device.output = (shape, dtype) => {
    const info = output(shape, dtype);
    const n = shape.reduce((a, b) => a * b, 1);
    const code = `${bindings('y: u32!')}${main(n)} y[idx] = 0x7fc00000u; }`;
    device.run('poison', code, [info], cover(n));
    return info;
  };
}

/** The nearest 16 bit float, for numbers within its range. */
function half(value: number): number {
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(value)))) - 10);
  return Math.round(value / step) * step;
}

function makeBench(device: Gpu, seed: number, name: string, rounded: boolean): Bench {
  const rng = new Rng(seed, name);
  const reports: Report[] = [];
  return {
    gpu: device,
    rng,
    reports,
    values(n, special = false) {
      const values = Float32Array.from({ length: n }, () => {
        const value = rng.normal();
        return rounded ? half(value) : value;
      });
      if (special) {
        // Next to each other, so that they meet in no channel: what infinity less NaN gives is the adapter's choice.
        const at = rng.below(n);
        values[at] = Number.POSITIVE_INFINITY;
        values[(at + 1) % n] = Number.NaN;
      }
      return values;
    },
    tensor: (values, shape) => tf.tensor(values, [...shape], 'float32'),
    place(tensors) {
      const room = (t: tf.Tensor) => Math.ceil(t.size / 64) * 256 + 256;
      const buffer = device.createBuffer(
        tensors.reduce((n, t) => n + room(t), 0),
        'flat',
      );
      let offset = 0;
      for (const t of tensors) {
        device.place(t, { buffer, offset, size: room(t) });
        offset += room(t);
      }
    },
    async compare(what, got, want) {
      const tensor = got instanceof tf.Tensor ? got : tf.engine().makeTensorFromTensorInfo(got);
      reports.push(worst(what, (await tensor.data()) as Float32Array, want));
      tensor.dispose();
    },
  };
}

const problems: string[] = [];
await boot('condenser', {
  lost: (message) => problems.push(message),
  uncaptured: (message) => problems.push(message),
});
const device = gpu() as Gpu;
poison(device);

export const lab = {
  facts: factsOf,

  async check(name: string, variant: Variant, shape: object, seed: number): Promise<Report[]> {
    const check = CHECKS[name];
    if (!check) throw new Error(`No check is called '${name}'.`);
    chooseVariant(variant);
    const rounded = variant === 'half' && !('arbitrary' in shape);
    const bench = makeBench(device, seed, `${name}/${JSON.stringify(shape)}`, rounded);
    await check(bench, shape as never);
    if (problems.length) throw new Error(problems.splice(0).join('\n'));
    return bench.reports.map((report) => ({ ...report, what: `${report.what} of ${JSON.stringify(shape)}` }));
  },
  ...extras(device),
};

export type Lab = typeof lab;
Object.assign(globalThis, { lab });
