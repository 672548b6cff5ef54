/** Importers on real files: counts, classes and splits as the files are known to hold. */
import { describe, expect, it } from 'vitest';
import type { RawImages } from '../../src/data/kit';
import { shared, sourceFiles } from './support/files';
import { importThese } from './support/reading';

const data = shared('data');
const why = data ? '' : ' (skipped: no shared data folder)';

const splits = (raw: RawImages) =>
  (['train', 'validation', 'test'] as const).map(
    (name) => raw.assigned?.filter((split) => split === name).length ?? 0,
  );

const read = (...paths: string[]) => importThese(paths.flatMap((path) => sourceFiles(`${data}/${path}`)));

describe.skipIf(why)(`real data sets${why}`, () => {
  it('MNIST as a gzipped IDX pair', async () => {
    const raw = await read('mnist-t10k/t10k-images-idx3-ubyte.gz', 'mnist-t10k/t10k-labels-idx1-ubyte.gz');
    expect(raw.labels.length).toBe(10_000);
    expect(raw.classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(raw.shape).toEqual({ height: 16, width: 16, channels: 1 });
    expect([...raw.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(raw.assigned).toBeUndefined();
  });

  it('MNIST as Keras-style NPZ', async () => {
    const raw = await read('mnist-t10k/mnist_10k_keras_style.npz');
    expect(splits(raw)).toEqual([8000, 0, 2000]);
    expect(raw.sizes).toEqual(new Map([['28x28', 10_000]]));
  });

  it('Fashion-MNIST as four IDX files', async () => {
    const raw = await importThese(sourceFiles(`${data}/fashion-900`));
    expect(splits(raw)).toEqual([700, 0, 200]);
    expect(raw.classNames.length).toBe(10);
  });

  it('blood cells as MedMNIST-style NPZ', async () => {
    const raw = await read('bloodcells-mit/bloodcells_32px_medmnist_style.npz');
    expect(splits(raw)).toEqual([1884, 209, 945]);
    expect(raw.shape.channels).toBe(3);
    expect(raw.classNames.length).toBe(3);
  });

  it('CIFAR-10 binary in a tar.gz', async () => {
    const raw = await read('cifar10-subset/cifar10_2500_binary.tar.gz');
    expect(splits(raw)).toEqual([2000, 0, 500]);
    expect(raw.classNames).toContain('airplane');
  });

  it('one bare gzipped CIFAR batch', async () => {
    const raw = await read('cifar10-subset/test_batch_500.bin.gz');
    expect(raw.labels.length).toBe(500);
    expect(raw.assigned).toBeUndefined();
  });

  it('a zip of split / class / file', async () => {
    const raw = await read('cifar10-subset/cifar10_6000_folder_per_class.zip');
    expect(splits(raw)).toEqual([5000, 0, 1000]);
    expect(raw.classNames.length).toBe(10);
    expect(raw.skipped).toEqual([]);
  });

  it('a zip with directory entries, three splits and photos of many sizes', async () => {
    const raw = await read('clothing-cc0/clothing_3781_64px_train_val_test.zip');
    expect(splits(raw)).toEqual([3068, 341, 372]);
    expect(raw.classNames.length).toBe(10);
    expect(raw.sizes?.size).toBeGreaterThan(5);
  });

  it('a zip of two folder levels of 1 bit PNG: each leaf folder is a class', async () => {
    const raw = await read('omniglot-mit/images_background_small1.zip');
    expect(raw.labels.length).toBe(2720);
    expect(raw.classNames.length).toBe(136);
    expect(raw.shape.channels).toBe(1);
  });

  it('sound files are refused with a reason', async () => {
    const path = 'fsdd-cc-by-sa/fsdd_600_spoken_digits_folder_per_class.zip';
    await expect(read(path)).rejects.toMatchObject({ code: 'NO_IMAGES' });
  });

  it('graphs and plain tables are no pictures', async () => {
    await expect(read('graphs/cora.npz')).rejects.toMatchObject({ code: 'NO_IMAGES' });
    await expect(read('tabular/iris.csv')).rejects.toMatchObject({ code: 'NO_LABELS' });
  });
});
