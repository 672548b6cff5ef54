/** Runs a forward pass over a whole split in fixed batches and brings the rows back in one read. */
import * as tf from '@tensorflow/tfjs-core';
import { Arena } from './buffers';
import { recordTuned } from './forms';
import { type Gpu, gpu, type Recording, type Region } from './gpu';
import { FixedInput } from './inputs';
import type { Tensor, Tensor1D } from './types';

/** Submits in flight while collecting: keeps the queue short enough for the page's own frames. */
const SUBMITS_AHEAD = 4;

/** Memory that collectors take turns with: each leaves nothing behind but what it has copied out. */
export class Scratch {
  readonly arena = new Arena();

  /** Call after the collectors have ended. */
  dispose(): void {
    gpu()?.recordings.dropArena(this.arena);
  }
}

/** A recorded pass and where its rows stand after a play. */
interface Recorded {
  readonly recording: Recording;
  readonly rows: Region;
}

export class Collector {
  private readonly count: number;
  private readonly batch: number;
  private readonly run: (index: FixedInput<Tensor1D>) => Tensor;
  private readonly index: FixedInput<Tensor1D>;
  private readonly scratch: Scratch;
  private recorded: Recorded | undefined;

  /** @param run makes one row per index, `[batch, columns]`; must be free of side effects. */
  constructor(count: number, batch: number, scratch: Scratch, run: (index: FixedInput<Tensor1D>) => Tensor) {
    this.count = count;
    this.scratch = scratch;
    this.batch = Math.min(batch, Math.max(1, count));
    this.run = run;
    this.index = new FixedInput<Tensor1D>([this.batch], 'int32');
  }

  /** Rows in order, row-major `[count, columns]`. */
  async collect(): Promise<Float32Array<ArrayBuffer>> {
    return gpu() ? this.collectOnDevice() : this.collectEagerly();
  }

  private point(start: number): void {
    const last = this.count - 1;
    this.index.set(Int32Array.from({ length: this.batch }, (_, i) => Math.min(last, start + i)));
  }

  private async collectEagerly(): Promise<Float32Array<ArrayBuffer>> {
    const parts: Float32Array[] = [];
    for (let start = 0; start < this.count; start += this.batch) {
      this.point(start);
      const out = tf.tidy(() => this.run(this.index));
      const values = Float32Array.from(await out.data());
      const columns = values.length / this.batch;
      parts.push(values.subarray(0, Math.min(this.batch, this.count - start) * columns));
      out.dispose();
    }
    return joined(parts);
  }

  /** Takes the memory that `collect` will need on the device, and runs nothing. */
  reserve(): void {
    const device = gpu();
    if (device) this.record(device);
  }

  private record(device: Gpu): Recorded {
    if (!this.recorded) {
      let out: Tensor | undefined;
      const recording = device.record(() => {
        out = tf.tidy(() => tf.keep(this.run(this.index)));
      }, this.scratch.arena);
      const { buffer, offset } = device.region(out!);
      this.recorded = { recording, rows: { buffer, offset, size: out!.size * 4 } };
      // Its memory goes to the next recording; every play copies the rows before another one begins.
      out!.dispose();
    }
    return this.recorded;
  }

  private async collectOnDevice(): Promise<Float32Array<ArrayBuffer>> {
    const device = gpu()!;
    if (!this.recorded)
      await recordTuned(
        device,
        () => void this.record(device),
        () => device.compile(),
        () => this.forget(),
      );
    const { recording, rows } = this.record(device);
    const rowBytes = rows.size / this.batch;
    const chunks = Math.ceil(this.count / this.batch);
    const all = device.createBuffer(chunks * this.batch * rowBytes, 'collected');
    for (let i = 0; i < chunks; i++) {
      this.point(i * this.batch);
      const bytes = this.batch * rowBytes;
      const copy = { copy: [rows.buffer, rows.offset, all, i * bytes, bytes] as const };
      device.play([recording.commands, [copy]]);
      if (i % SUBMITS_AHEAD === SUBMITS_AHEAD - 1) await device.device.queue.onSubmittedWorkDone();
    }
    const bytes = await device.readRegion({ buffer: all, offset: 0, size: this.count * rowBytes });
    all.destroy();
    return new Float32Array(bytes);
  }

  private forget(): void {
    if (!this.recorded) return;
    gpu()?.drop(this.recorded.recording);
    this.recorded = undefined;
  }

  dispose(): void {
    this.index.dispose();
    this.forget();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const out = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
