/** Which smaller set-up is offered where one does not fit. */
import { expect, it } from 'vitest';
import type { Config } from '../../src/core/config';
import type { Dataset } from '../../src/data/dataset';
import { nearest } from '../../src/trainer/nearest';
import { configOf } from '../gpu/setups';
import { dataset } from './support';

const config = configOf({ methods: ['kd'], batch: 512 });
const wide: Dataset = { ...dataset, shape: { height: 96, width: 96, channels: 1 } };

/** Fits while batch times pixels is small enough; counts how often it was asked. */
function limit(most: number) {
  const tried: string[] = [];
  const fits = ({ training, data }: Config, { shape, splits }: Dataset) => {
    expect(splits.train.pixels.length).toBe(
      shape.width === 96 ? dataset.splits.train.pixels.length : splits.train.count * shape.width ** 2,
    );
    if (shape.width !== 96) expect(data.size).toBe(shape.width);
    tried.push(`${training.batchSize}x${shape.width}`);
    return training.batchSize * shape.width ** 2 <= most;
  };
  return { tried, fits };
}

it.each([
  [128 * 96 ** 2, { batchSize: 128 }],
  [8 * 96 ** 2, { batchSize: 8 }],
  [8 * 96 ** 2 - 1, { size: 48, batchSize: 16 }],
  [512 * 12 ** 2, { batchSize: 8 }],
  [8 * 12 ** 2, { size: 12, batchSize: 8 }],
  [7, undefined],
])('the largest that fits below %i', (most, wanted) => {
  const { fits, tried } = limit(most);
  expect(nearest(config, wide, fits)).toEqual(wanted);
  expect(new Set(tried).size).toBe(tried.length);
});

it('what does not hang on the batch is helped by smaller images', () => {
  expect(nearest(config, wide, (_, { shape }) => shape.width <= 24)).toEqual({ size: 24 });
});
