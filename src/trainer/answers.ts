/** What a frozen teacher says of every training image, kept on the device part by part. */
import type { FixedInput } from '../engine/inputs';
import { ops } from '../engine/ops/index';
import { sweep } from '../engine/sweep';
import { DeviceTable, roomForTables } from '../engine/table';
import type { NetOutput, Tensor, Tensor1D, Tensor2D } from '../engine/types';

/** Name of a part of an answer: `logits`, `embedding`, `normed`, or `tap/` and the name of a tap. */
export type PartName = string;

const TAP = 'tap/';
export const tapPart = (name: string): PartName => TAP + name;

export function partOf(answer: NetOutput, part: PartName): Tensor {
  const tensor = part.startsWith(TAP)
    ? answer.taps[part.slice(TAP.length)]
    : answer[part as 'logits' | 'embedding' | 'normed'];
  if (!tensor) throw new Error(`The teacher has no '${part}'.`);
  return tensor;
}

/**
 * Tables of answers, a row per image. They are filled with the batch size of training: the same shaders then do the
 * same sums, so an answer that is read back equals one that is computed bit for bit.
 */
export class Answers {
  private readonly rows: number;
  private readonly batch: number;
  private readonly tables = new Map<PartName, { table: DeviceTable; shape: readonly number[] }>();
  /** Bytes of the last parts that were asked for and did not fit; 0 when all did. */
  refused = 0;

  constructor(rows: number, batch: number) {
    this.rows = rows;
    this.batch = batch;
  }

  get bytes(): number {
    let columns = 0;
    for (const { table } of this.tables.values()) columns += table.columns;
    return 4 * columns * this.rows;
  }

  has(part: PartName): boolean {
    return this.tables.has(part);
  }

  get empty(): boolean {
    return this.tables.size === 0;
  }

  /** Passes over a batch that filling takes. */
  get passes(): number {
    return Math.ceil(this.rows / this.batch);
  }

  /** Makes empty tables for more parts in the shapes of `answer`: all of them or, where they do not fit, none. */
  reserve(parts: readonly PartName[], answer: NetOutput): boolean {
    const sizes = parts.map((part) => partOf(answer, part).size / this.batch);
    const total = this.bytes + 4 * this.rows * sizes.reduce((a, b) => a + b, 0);
    this.refused = total > roomForTables() ? total : 0;
    if (this.refused) return false;
    parts.forEach((part, i) => {
      const shape = partOf(answer, part).shape;
      this.tables.set(part, { table: new DeviceTable(this.rows, sizes[i]!), shape });
    });
    return true;
  }

  /** Asks for every image once. */
  fill(parts: readonly PartName[], ask: (index: FixedInput<Tensor1D>) => NetOutput): Promise<void> {
    return sweep(this.rows, this.batch, (index) => {
      const answer = ask(index);
      for (const part of parts) {
        const { table } = this.tables.get(part)!;
        table.write(index.tensor, ops.reshape(partOf(answer, part), [this.batch, -1]) as Tensor2D);
      }
    });
  }

  /** The rows of a batch by part, in the shapes the teacher gives them. */
  read(index: Tensor1D): Map<PartName, Tensor> {
    const entries = [...this.tables].map(
      ([part, { table, shape }]) => [part, ops.reshape(table.read(index), [...shape])] as const,
    );
    return new Map(entries);
  }

  dispose(): void {
    for (const { table } of this.tables.values()) table.dispose();
    this.tables.clear();
  }
}
