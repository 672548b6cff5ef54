/** The set-up nearest to one that does not fit: smaller batches first, smaller images if those do not help. */
import type { Config } from '../core/config';
import type { Dataset, Split } from '../data/dataset';
import type { SmallerSetup } from '../worker/protocol';

const LEAST_BATCH = 8;
const LEAST_SIZE = 8;

/** Half, a quarter and so on, not below `least`. */
function halvings(value: number, least: number): number[] {
  const half = Math.floor(value / 2);
  return half < least ? [] : [half, ...halvings(half, least)];
}

/** As many images at another size, all black: what they take is known without drawing them. */
function blank(dataset: Dataset, size: number): Dataset {
  const { pool: _, ...rest } = dataset;
  const { channels } = dataset.shape;
  const split = ({ labels, count }: Split): Split => ({
    pixels: new Uint8Array(count * size * size * channels),
    labels,
    count,
  });
  const { train, validation, test } = dataset.splits;
  return {
    ...rest,
    shape: { height: size, width: size, channels },
    splits: { train: split(train), validation: split(validation), test: split(test) },
  };
}

const withBatch = (config: Config, batchSize: number): Config => ({
  ...config,
  training: { ...config.training, batchSize },
});

/**
 * @param fits tries a set-up; called up to some fifteen times. Undefined when nothing of this kind helps.
 */
export function nearest(
  config: Config,
  dataset: Dataset,
  fits: (config: Config, dataset: Dataset) => boolean,
): SmallerSetup | undefined {
  const batches = halvings(config.training.batchSize, LEAST_BATCH);
  const batchSize = batches.find((batch) => fits(withBatch(config, batch), dataset));
  // A saved teacher was trained on images of its own size.
  if (batchSize || config.teacher.mode === 'saved') return batchSize ? { batchSize } : undefined;
  for (const size of halvings(dataset.shape.width, LEAST_SIZE)) {
    const smaller = blank(dataset, size);
    const resized = { ...config, data: { ...config.data, size } };
    const batch = [config.training.batchSize, ...batches].find((b) => fits(withBatch(resized, b), smaller));
    if (batch) return batch === config.training.batchSize ? { size } : { size, batchSize: batch };
  }
  return undefined;
}
