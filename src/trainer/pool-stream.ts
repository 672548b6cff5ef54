/**
 * Images without labels as a second stream of a step: one batch, and one pass of the teacher, for all lanes that ask
 * for as many of them. Which images a step sees follows from the seed and its number alone.
 */
import { hash, hashText } from '../core/rng';
import { batchesOf } from '../data/batches';
import type { Segment } from '../engine/executor';
import { type Clock, FixedInput } from '../engine/inputs';
import type { Augment, ImageStore } from '../engine/kernels/image-batch';
import type { Tensor1D, Tensor4D } from '../engine/types';
import type { Unlabelled } from './contract';
import type { Network } from './network';
import { SharedTeacher } from './shared-teacher';

export interface PoolSource {
  readonly store: ImageStore;
  /** Of the run. */
  readonly seed: number;
  /** Steps of the batches it stands beside. */
  readonly clock: Clock;
  readonly augment: Augment | undefined;
}

export class PoolStream {
  private readonly index: FixedInput<Tensor1D>;
  private readonly order: (step: number) => Int32Array;
  private readonly source: PoolSource;
  private readonly augment: Augment | undefined;
  private images: Tensor4D | undefined;
  teacher: SharedTeacher | undefined;

  /** @param rows images of a step. */
  constructor(source: PoolSource, rows: number) {
    const { store, seed, augment } = source;
    this.source = source;
    this.index = new FixedInput<Tensor1D>([rows], 'int32');
    this.order = batchesOf(store.pixels.count, rows, hash(seed, hashText('pool'), rows));
    this.augment = augment && { ...augment, seed: hash(augment.seed, hashText('pool')) };
  }

  /** @param keeps its answers are kept where images never change and there is room. */
  ask(teacher: Network, keeps: boolean): void {
    const { store, clock } = this.source;
    const source = {
      index: this.index,
      rows: store.pixels.count,
      images: () => this.images!,
      batch: (index: FixedInput<Tensor1D>) => store.batch(index, clock),
    };
    const id = `pool of ${this.index.values.length}/teacher`;
    this.teacher = new SharedTeacher(teacher, source, keeps && this.augment === undefined, id);
  }

  prepareStep(step: number): void {
    this.index.set(Int32Array.from(this.order(step)));
  }

  segments(): Segment[] {
    const run = () => {
      const { store, clock } = this.source;
      this.images = store.batch(this.index, clock, this.augment);
      return [this.images];
    };
    const id = `pool of ${this.index.values.length}/batch`;
    return [{ id, run }, ...(this.teacher?.segments() ?? [])];
  }

  /** The batch as lanes see it; call after the segments ran once. */
  batch(): Unlabelled {
    return { images: this.images!, index: this.index.tensor, teacher: this.teacher?.view() };
  }

  dispose(): void {
    this.index.dispose();
    this.teacher?.dispose();
  }
}
