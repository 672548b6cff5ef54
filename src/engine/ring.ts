/**
 * Training curves stay on the device: each step writes one row of scalars into a ring, and the host reads the
 * ring a few times a second without holding up the steps.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Gpu, gpu } from './gpu';
import type { Clock } from './inputs';
import {
  ACCURACY_ARRAYS,
  ACCURACY_MEMORY,
  type Answers,
  accuracyOf,
  accuracyText,
  LANES,
} from './kernels/batch-accuracy';
import type { Place } from './places';
import type { Tensor } from './types';
import { bindings } from './wgsl';

export const RING_ROWS = 512;

/** A scalar, or answers whose share of right ones is wanted: at most one of those in a row. */
export type Column = Tensor | Answers;

const isAnswers = (column: Column): column is Answers => 'logits' in column;
/** Storage buffers that a column takes. */
const buffersOf = (column: Column): number => (isAnswers(column) ? ACCURACY_ARRAYS.length : 1);

export interface Row {
  /** As the clock counts it. */
  readonly step: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/** WGSL of one dispatch: the columns of a row from `first` on. */
function program(part: readonly Column[], first: number, columns: number): string {
  const answers = part.find(isAnswers);
  const names = part.flatMap((column, i) => (isAnswers(column) ? ACCURACY_ARRAYS : [`s${i}: f32`]));
  const lines = part.map((column, i) => `ring[row + ${i}u] = ${isAnswers(column) ? 'share' : `s${i}[0]`};`);
  return `${bindings('clock: f32', 'ring: f32!', ...names)}
${answers ? ACCURACY_MEMORY : ''}
@compute @workgroup_size(${answers ? LANES : 1})
fn main(@builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  ${answers ? accuracyText(answers.logits.shape) : ''}
  let row = (u32(clock[0]) % ${RING_ROWS}u) * ${columns}u + ${first}u;
  ${lines.join('\n  ')}
}`;
}

/** As many columns at a time as a dispatch can bind beside clock and ring. */
function partsOf(row: readonly Column[], limit: number): Column[][] {
  const parts: Column[][] = [];
  let room = 0;
  for (const column of row) {
    const wanted = buffersOf(column);
    if (wanted > room) {
      parts.push([]);
      room = limit - 2;
    }
    parts.at(-1)!.push(column);
    room -= wanted;
  }
  return parts;
}

/** Writes one row in as few dispatches as the device allows. */
export function writeRow(device: Gpu, row: readonly Column[], clock: Tensor, ring: Place): void {
  let first = 0;
  for (const part of partsOf(row, device.device.limits.maxStorageBuffersPerShaderStage)) {
    const bound = part.flatMap((column) => (isAnswers(column) ? [column.logits, column.labels] : [column]));
    device.run('ring', program(part, first, row.length), [clock, ring.view(), ...bound], [1, 1, 1]);
    first += part.length;
  }
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
  write(row: readonly Column[], clock: Clock): void {
    const device = gpu();
    if (device && this.place) writeRow(device, row, clock.input.tensor, this.place);
    else {
      const scalars = row.map((column) => (isAnswers(column) ? accuracyOf(column) : tf.clone(column)));
      this.pending.push({ step: clock.step, tensors: scalars.map((scalar) => tf.keep(scalar)) });
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
