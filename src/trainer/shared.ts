/** What every lane of a step shares: the batch, and the run's teacher on it. */
import type { Dataset } from '../data/dataset';
import type { Segment } from '../engine/executor';
import { Clock, FixedInput } from '../engine/inputs';
import { type Augment, ImageStore, labelBatch } from '../engine/kernels/image-batch';
import { DeviceTable } from '../engine/table';
import type { NetOutput, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../engine/types';
import { pixelsOf } from './evaluate';
import type { SharedBatch } from './lane';
import type { Network } from './network';
import { tensorsOf } from './outputs';

export class Shared {
  readonly index: FixedInput<Tensor1D>;
  readonly clock = new Clock();
  private readonly store: ImageStore;
  private readonly labels: FixedInput<Tensor1D>;
  private readonly classes: number;
  private readonly augment: Augment | undefined;
  private images: Tensor4D | undefined;
  private batchLabels: Tensor1D | undefined;
  private targets: Tensor2D | undefined;
  private teacher: Network | undefined;
  private cache: DeviceTable | undefined;
  private cached: Tensor2D | undefined;
  private answer: NetOutput | undefined;
  /** Published by a teacher that trains in the same step. */
  private live: (() => NetOutput | undefined) | undefined;
  private again: ((images: Tensor4D) => NetOutput) | undefined;
  /** Its answer between steps, until the next one. */
  private remade: NetOutput | undefined;
  /** Grows while lanes run: what they read of the teacher. Unknown before the first step. */
  private readonly read = new Set<'logits' | 'inside'>();
  private ran = false;

  constructor(dataset: Dataset, batchSize: number, augment: Augment | undefined) {
    this.store = new ImageStore(pixelsOf(dataset, 'train'));
    this.index = new FixedInput<Tensor1D>([batchSize], 'int32');
    this.labels = new FixedInput<Tensor1D>([dataset.splits.train.count], 'int32');
    this.labels.set(Int32Array.from(dataset.splits.train.labels));
    this.classes = dataset.classNames.length;
    this.augment = augment;
  }

  /** The run's frozen teacher; its logits for the whole training set when they never change. */
  freeze(teacher: Network, logits: Float32Array | undefined): void {
    this.teacher = teacher;
    this.live = undefined;
    const rows = this.labels.values.length;
    if (logits) this.cache = new DeviceTable(rows, this.classes, logits);
  }

  /** A teacher that trains beside its students, in a segment that runs before theirs. */
  follow(published: () => NetOutput | undefined, again: (images: Tensor4D) => NetOutput): void {
    this.live = published;
    this.again = again;
  }

  /** After an eager step, whose tensors have ended: makes the batch and the teacher's answer anew. */
  remake(): void {
    for (const segment of this.segments()) segment.run();
    this.remade = this.again?.(this.images!);
  }

  /** Call when lanes may read other parts of the teacher than before: a phase or a parameter changed. */
  relearn(): void {
    this.ran = false;
  }

  /** Rows and step number of the coming batch. */
  prepareStep(rows: Int32Array, step: number): void {
    this.index.set(Int32Array.from(rows));
    this.remade = undefined;
    if (this.augment) this.clock.set(step, 0, 0);
  }

  segments(): Segment[] {
    const list: Segment[] = [{ id: 'shared/batch', run: () => this.makeBatch() }];
    const { teacher, cache } = this;
    if (teacher && cache)
      list.push({
        id: 'shared/teacher logits',
        needed: () => !this.ran || this.read.has('logits'),
        run: () => {
          this.cached = cache.read(this.index.tensor);
          return [this.cached];
        },
      });
    if (teacher)
      list.push({
        id: 'shared/teacher',
        needed: () => !this.ran || this.read.has('inside') || (!cache && this.read.has('logits')),
        run: () => {
          this.answer = teacher.forward(this.images!, false);
          return tensorsOf(this.answer);
        },
      });
    return list;
  }

  private makeBatch(): readonly Tensor[] {
    this.images = this.store.batch(this.index, this.clock, this.augment);
    const { labels, targets } = labelBatch(this.labels.tensor, this.index.tensor, this.classes);
    this.batchLabels = labels;
    this.targets = targets;
    return [this.images, labels, targets];
  }

  /** The batch as lanes see it; call after the segments ran once. */
  batch(): SharedBatch {
    return {
      images: this.images!,
      labels: this.batchLabels!,
      targets: this.targets!,
      index: this.index.tensor,
      teacher: this.teacherView(),
    };
  }

  /** Grows when a lane reads a part of the teacher that nobody read before. */
  get partsRead(): number {
    return this.read.size;
  }

  private teacherView(): NetOutput | undefined {
    if (this.live) return this.remade ?? this.live();
    if (!this.teacher) return undefined;
    this.ran = true;
    const { read } = this;
    const answer = () => this.answer!;
    const logits = () => this.cached ?? answer().logits;
    return {
      get logits() {
        read.add('logits');
        return logits();
      },
      get embedding() {
        read.add('inside');
        return answer().embedding;
      },
      get taps() {
        read.add('inside');
        return answer().taps;
      },
      get normed() {
        read.add('inside');
        return answer().normed;
      },
      get lastStage() {
        read.add('inside');
        return answer().lastStage;
      },
    };
  }

  dispose(): void {
    this.index.dispose();
    this.labels.dispose();
    this.clock.dispose();
    this.store.dispose();
    this.cache?.dispose();
  }
}
