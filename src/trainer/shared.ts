/** What every lane of a step shares: the batch, and the run's teacher on it. */
import type { Dataset } from '../data/dataset';
import type { Segment } from '../engine/executor';
import { Clock, FixedInput } from '../engine/inputs';
import { type Augment, ImageStore } from '../engine/kernels/image-batch';
import type { NetOutput, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../engine/types';
import { pixelsOf } from './evaluate';
import type { SharedBatch } from './lane';
import type { Network } from './network';
import { type PoolSource, PoolStream } from './pool-stream';
import { SharedTeacher, type Source } from './shared-teacher';

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
  private teacher: SharedTeacher | undefined;
  /** Published by a teacher that trains in the same step. */
  private live: (() => NetOutput | undefined) | undefined;
  private again: ((images: Tensor4D) => NetOutput) | undefined;
  /** Its answer between steps, until the next one. */
  private remade: NetOutput | undefined;
  /** Images without labels, by how many of them a step sees. */
  private readonly pools = new Map<number, PoolStream>();

  constructor(dataset: Dataset, batchSize: number, augment: Augment | undefined) {
    this.store = new ImageStore(pixelsOf(dataset, 'train'));
    this.index = new FixedInput<Tensor1D>([batchSize], 'int32');
    this.labels = new FixedInput<Tensor1D>([dataset.splits.train.count], 'int32');
    this.labels.set(Int32Array.from(dataset.splits.train.labels));
    this.classes = dataset.classNames.length;
    this.augment = augment;
  }

  /** From now on a step sees so many images without labels too. Call before a teacher is shown. */
  drawFrom(source: Omit<PoolSource, 'clock' | 'augment'>, rows: number): void {
    const { clock, augment } = this;
    if (!this.pools.has(rows)) this.pools.set(rows, new PoolStream({ ...source, clock, augment }, rows));
  }

  /** The run's frozen teacher. `keeps`: its answers are kept where images never change and there is room. */
  freeze(teacher: Network, keeps: boolean): void {
    this.live = undefined;
    const source: Source = {
      index: this.index,
      rows: this.labels.values.length,
      images: () => this.images!,
      batch: (index) => this.store.batch(index, this.clock),
    };
    this.teacher = new SharedTeacher(teacher, source, keeps && this.augment === undefined);
    for (const pool of this.pools.values()) pool.ask(teacher, keeps);
  }

  /**
   * A teacher that trains beside its students, in a segment that runs before theirs. Of images without labels it
   * says what it did before that step.
   */
  follow(published: () => NetOutput | undefined, teacher: Network): void {
    this.live = published;
    this.again = (images) => teacher.forward(images, true, false);
    for (const pool of this.pools.values()) pool.ask(teacher, false);
  }

  /** What asks teachers: of the batch, then of images without labels. */
  private get asking(): SharedTeacher[] {
    return [this.teacher, ...[...this.pools.values()].map(({ teacher }) => teacher)].filter((t) => !!t);
  }

  /** Ids of the segments that read kept answers. */
  get kept(): readonly string[] {
    return this.asking.map(({ kept }) => kept);
  }

  /** After an eager step, whose tensors have ended: makes the batch and the teacher's answer anew. */
  remake(): void {
    for (const segment of this.segments()) segment.run();
    this.remade = this.again?.(this.images!);
  }

  /** Call when lanes may read other parts of the teacher than before: a phase or a parameter changed. */
  relearn(): void {
    for (const teacher of this.asking) teacher.relearn();
  }

  /** Rows and step number of the coming batch. */
  prepareStep(rows: Int32Array, step: number): void {
    this.index.set(Int32Array.from(rows));
    this.remade = undefined;
    if (this.augment) this.clock.set(step, 0, 0);
    for (const pool of this.pools.values()) pool.prepareStep(step);
  }

  segments(): Segment[] {
    const batch = { id: 'shared/batch', run: () => this.makeBatch() };
    const pools = [...this.pools.values()].flatMap((pool) => pool.segments());
    return [batch, ...(this.teacher?.segments() ?? []), ...pools];
  }

  /** How the teacher is asked, in plain words. */
  get teacherState(): string {
    return this.asking.find(({ state }) => state)?.state ?? '';
  }

  /** Makes room for the answers that will be kept; `keepAnswers` does so itself. True when some will be. */
  reserveAnswers(stepsLeft: number): boolean {
    return this.asking.map((teacher) => teacher.reserve(stepsLeft).length > 0).includes(true);
  }

  /**
   * Keeps the teacher's answers if that pays within `stepsLeft` steps; call after a step was recorded or ran.
   * @returns true when lanes read other tensors from now on, so that they must be recorded again.
   */
  async keepAnswers(stepsLeft: number, begin: () => void): Promise<boolean> {
    const wanted = this.asking.map((teacher) => [teacher, teacher.reserve(stepsLeft)] as const);
    const filled = wanted.filter(([, parts]) => parts.length > 0);
    if (filled.length === 0) return false;
    begin();
    for (const [teacher, parts] of filled) await teacher.fill(parts);
    return true;
  }

  private makeBatch(): readonly Tensor[] {
    const all = { all: this.labels.tensor, classes: this.classes };
    const { images, labels, targets } = this.store.labelled(this.index, this.clock, this.augment, all);
    this.images = images;
    this.batchLabels = labels;
    this.targets = targets;
    return [images, labels, targets];
  }

  /** The batch as lanes see it; call after the segments ran once. */
  batch(): SharedBatch {
    return {
      images: this.images!,
      labels: this.batchLabels!,
      targets: this.targets!,
      index: this.index.tensor,
      teacher: this.teacherView(),
      ...(this.pools.size > 0
        ? { pools: new Map([...this.pools].map(([rows, pool]) => [rows, pool.batch()] as const)) }
        : {}),
    };
  }

  /** Grows when a lane reads a part of the teacher that nobody read before. */
  get partsRead(): number {
    return this.asking.reduce((sum, { partsRead }) => sum + partsRead, 0);
  }

  private teacherView(): NetOutput | undefined {
    if (this.live) return this.remade ?? this.live();
    return this.teacher?.view();
  }

  dispose(): void {
    this.index.dispose();
    this.labels.dispose();
    this.clock.dispose();
    this.store.dispose();
    this.teacher?.dispose();
    for (const pool of this.pools.values()) pool.dispose();
  }
}
