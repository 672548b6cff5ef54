/**
 * Training curves stay on the device: each step writes one row of scalars into a ring, and the host reads the
 * ring a few times a second without holding up the steps.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import type { Clock } from './inputs';
import type { Place } from './places';
import type { Tensor } from './types';
import { bindings, main } from './wgsl';

export const RING_ROWS = 512;
/** Scalars one dispatch can take: storage buffers per stage less clock and ring. */
const PER_DISPATCH = 6;

export interface Row {
  /** As the clock counts it. */
  readonly step: number;
  readonly values: Float32Array<ArrayBuffer>;
}

function program(count: number, first: number, columns: number): string {
  const scalars = Array.from({ length: count }, (_, i) => `s${i}: f32`);
  return `${bindings('clock: f32', 'ring: f32!', ...scalars)}${main(1)}
  let row = (u32(clock[0]) % ${RING_ROWS}u) * ${columns}u + ${first}u;
${scalars.map((_, i) => `  ring[row + ${i}u] = s${i}[0];`).join('\n')}
}`;
}

export class Ring {
  readonly columns: number;
  private readonly place: Place | undefined;
  private readonly pending: { step: number; tensors: Tensor[] }[] = [];
  private nextStep = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.place = gpu()?.createPlace(RING_ROWS * columns * 4, 'metrics ring');
  }

  /** The next row to be read is that of `step`. */
  skipTo(step: number): void {
    this.nextStep = step;
  }

  /** Inside a step: stores one scalar per column in the row of the clock's step. */
  write(scalars: readonly Tensor[], clock: Clock): void {
    const device = gpu();
    if (!device || !this.place) {
      this.pending.push({ step: clock.step, tensors: scalars.map((s) => tf.keep(tf.clone(s))) });
      return;
    }
    const ring = this.place.view();
    for (let first = 0; first < scalars.length; first += PER_DISPATCH) {
      const part = scalars.slice(first, first + PER_DISPATCH);
      device.run(
        'ring',
        program(part.length, first, this.columns),
        [clock.input.tensor, ring, ...part],
        [1, 1, 1],
      );
    }
  }

  /** Rows of the steps before `until` that were not read yet. The work of those steps must be submitted. */
  async drain(until: number): Promise<Row[]> {
    const device = gpu();
    const from = Math.max(this.nextStep, until - RING_ROWS);
    this.nextStep = until;
    if (until <= from) return [];
    if (!device || !this.place) return this.drainPending();
    const bytes = await device.readRegion(this.place.view());
    const all = new Float32Array(bytes);
    return Array.from({ length: until - from }, (_, i) => {
      const row = ((from + i) % RING_ROWS) * this.columns;
      return { step: from + i, values: all.slice(row, row + this.columns) };
    });
  }

  private async drainPending(): Promise<Row[]> {
    const taken = this.pending.splice(0);
    const rows: Row[] = [];
    for (const { step, tensors } of taken) {
      const parts = await Promise.all(tensors.map((t) => t.data()));
      for (const tensor of tensors) tensor.dispose();
      rows.push({ step, values: Float32Array.from(parts, (part) => part[0] as number) });
    }
    return rows;
  }

  dispose(): void {
    for (const { tensors } of this.pending) for (const tensor of tensors) tensor.dispose();
    this.pending.length = 0;
    this.place?.destroy();
  }
}
