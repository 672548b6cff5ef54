/**
 * Measures learners on whole splits. Logits come from the device; the metrics are float64 on the CPU. Counts
 * alone would save nothing: most metrics, the temperature and the agreement with the teacher need every logit.
 */
import type { Dataset, Pool, Split, SplitName } from '../data/dataset';
import { Collector, Scratch } from '../engine/collect';
import { Clock } from '../engine/inputs';
import { ImageStore, type Pixels } from '../engine/kernels/image-batch';
import type { Tensor2D, Tensor4D } from '../engine/types';
import { metrics } from '../metrics/index';
import type { Predictions } from '../metrics/kit';
import { classErrors, confusion, fitTemperature, predictionsOf, reliability } from '../metrics/tools';
import type { Evaluation } from '../worker/protocol';

const BATCH = 256;

/** Something that answers images with logits. */
export interface Predictor {
  readonly id: string;
  predict(images: Tensor4D): Tensor2D;
}

export type Logits = Float32Array<ArrayBuffer>;

/** Images that can be asked about: a split, or those without labels. */
export type Images = SplitName | 'pool';

/** @param pool the images without labels. Throws where they are meant and there are none. */
export function pixelsOf(dataset: Dataset, images: Images, pool?: Pool): Pixels {
  const found = images === 'pool' ? pool : dataset.splits[images];
  if (!found) throw new Error('This run has no images without labels.');
  const { pixels, count } = found;
  const { height, width, channels } = dataset.shape;
  return { data: pixels, count, shape: [height, width, channels], ...dataset.statistics };
}

const metricValues = (predictions: Predictions): Record<string, number> =>
  Object.fromEntries(
    metrics.all.flatMap((metric) => {
      const value = metric.compute(predictions);
      return value === undefined ? [] : [[metric.id, value] as const];
    }),
  );

function calibrationOf(predictions: Predictions): Pick<Evaluation, 'reliability' | 'classErrors'> {
  const errors = classErrors(predictions);
  return { reliability: reliability(predictions), ...(errors ? { classErrors: errors } : {}) };
}

/** Image stores and recorded forward passes of the splits, made when first asked for. */
export class Evaluator {
  private dataset: Dataset;
  private pool: Pool | undefined;
  private readonly stores = new Map<Images, ImageStore>();
  private readonly collectors = new Map<string, Collector>();
  private readonly clock = new Clock();
  private readonly scratch = new Scratch();

  constructor(dataset: Dataset) {
    this.dataset = dataset;
  }

  /**
   * From now on the training split is that of `dataset`, and `pool` the images without labels; the other splits are
   * the same.
   */
  retrain(dataset: Dataset, pool: Pool | undefined): void {
    if (dataset !== this.dataset) this.leave('train');
    if (pool !== this.pool) this.leave('pool');
    this.dataset = dataset;
    this.pool = pool;
  }

  private leave(images: Images): void {
    this.drop((key) => key.endsWith(`/${images}`));
    this.stores.get(images)?.dispose();
    this.stores.delete(images);
  }

  /** Logits of every row, row-major `[rows, classes]`. */
  logits(learner: Predictor, images: Images): Promise<Logits> {
    return this.collector(learner, images).collect();
  }

  /** Takes the memory that `logits` will need, and measures nothing. */
  reserve(learner: Predictor, images: Images): void {
    this.collector(learner, images).reserve();
  }

  private collector(learner: Predictor, images: Images): Collector {
    const key = `${learner.id}/${images}`;
    let collector = this.collectors.get(key);
    if (!collector) {
      const store = this.store(images);
      collector = new Collector(store.pixels.count, BATCH, this.scratch, (index) =>
        learner.predict(store.batch(index, this.clock)),
      );
      this.collectors.set(key, collector);
    }
    return collector;
  }

  /** The rows that `logits` answers for. */
  rows(split: SplitName): Split {
    return this.dataset.splits[split];
  }

  /** Numbers about the images without labels, `[rows, width]`; empty where there are none. */
  get poolNumbers(): Float32Array {
    return this.pool?.numbers ?? new Float32Array();
  }

  /** Row-major `[rows, height, width, channels]`. Throws when there are no such images. */
  pixels(images: Images): Uint8Array {
    return pixelsOf(this.dataset, images, this.pool).data;
  }

  private store(images: Images): ImageStore {
    let store = this.stores.get(images);
    if (!store) {
      store = new ImageStore(pixelsOf(this.dataset, images, this.pool));
      this.stores.set(images, store);
    }
    return store;
  }

  /** Forgets recorded passes of a learner whose prediction changed (a parameter moved). */
  forget(id: string): void {
    this.drop((key) => key.startsWith(`${id}/`));
  }

  private drop(which: (key: string) => boolean): void {
    for (const [key, collector] of this.collectors) {
      if (!which(key)) continue;
      collector.dispose();
      this.collectors.delete(key);
    }
  }

  /** Metrics of given logits. `scale`: also after fitting one temperature on the validation logits. */
  measure(
    id: string,
    split: SplitName,
    at: { step: number; epoch: number; parameters?: number },
    logits: Logits,
    more: { teacher?: Logits | undefined; validation?: Logits | undefined } = {},
  ): Evaluation {
    const { labels } = this.dataset.splits[split];
    const classes = this.dataset.classNames.length;
    const seen = this.seen();
    const predictions = predictionsOf(logits, labels, classes, { teacher: more.teacher, seen });
    const scaled = more.validation ? this.scaled(logits, labels, more.validation, more.teacher) : undefined;
    return {
      learner: id,
      split,
      ...at,
      metrics: metricValues(predictions),
      ...calibrationOf(predictions),
      confusion: confusion(predictions),
      ...(scaled ? { scaled } : {}),
    };
  }

  /** Training images of each class. */
  private seen(): readonly number[] {
    const counts = new Array<number>(this.dataset.classNames.length).fill(0);
    for (const label of this.dataset.splits.train.labels) counts[label]!++;
    return counts;
  }

  private scaled(logits: Logits, labels: Int32Array, validation: Logits, teacher: Logits | undefined) {
    const classes = this.dataset.classNames.length;
    const temperature = fitTemperature(
      predictionsOf(validation, this.dataset.splits.validation.labels, classes),
    );
    if (temperature === undefined) return undefined;
    const predictions = predictionsOf(logits, labels, classes, { teacher, temperature, seen: this.seen() });
    return { temperature, metrics: metricValues(predictions), ...calibrationOf(predictions) };
  }

  dispose(): void {
    for (const collector of this.collectors.values()) collector.dispose();
    this.scratch.dispose();
    for (const store of this.stores.values()) store.dispose();
    this.clock.dispose();
  }
}
