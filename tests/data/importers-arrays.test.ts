/** Importers of arrays and tables on files made here. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/data/kit';
import { idx, npy, npyText } from './support/arrays';
import { memoryFile } from './support/files';
import { flatPng } from './support/png';
import { importThese } from './support/reading';
import { type ZipItem, zip } from './support/zip';

const PICTURE = flatPng(6, 4, [200, 20, 20]);
const tiny = { size: 8, channels: 0 } as const;

const zipped = (items: readonly ZipItem[]) => [memoryFile('pets.zip', zip(items))];
const codes = async (files: readonly SourceFile[]) =>
  (await importThese(files, tiny)).skipped?.map(({ code }) => code);
const refused = (files: readonly SourceFile[]) => expect(importThese(files, tiny)).rejects;

describe('IDX', () => {
  const images = idx(
    [4, 8, 8],
    Array.from({ length: 256 }, (_, i) => i),
  );
  const labels = idx([4], [1, 7, 1, 7]);

  it('pairs pictures with labels, gzipped or not, under any names', async () => {
    const pair = [memoryFile('x-images.idx', images), memoryFile('x-labels.idx', labels)];
    const raw = await importThese(pair, tiny);
    expect(raw).toMatchObject({ classNames: ['1', '7'], shape: { channels: 1 } });
    expect([...raw.pixels.subarray(64, 67)]).toEqual([64, 65, 66]);
    const packed = [new Uint8Array(gzipSync(images)), new Uint8Array(gzipSync(labels))];
    const gz = [
      memoryFile('train-images-idx3-ubyte.gz', packed[0]!),
      memoryFile('train-labels-idx1-ubyte.gz', packed[1]!),
    ];
    expect((await importThese(gz, tiny)).pixels).toEqual(raw.pixels);
    expect((await importThese([memoryFile('a', images), memoryFile('b', labels)], tiny)).pixels).toEqual(
      raw.pixels,
    );
  });

  it('is read inside a zip', async () => {
    const items = [
      { name: 'm/t10k-images-idx3-ubyte', data: images },
      { name: 'm/t10k-labels-idx1-ubyte', data: labels },
    ];
    expect((await importThese(zipped(items), tiny)).labels.length).toBe(4);
  });

  it('refuses a pair that does not fit', async () => {
    const with3 = [
      memoryFile('images-idx3-ubyte', images),
      memoryFile('labels-idx1-ubyte', idx([3], [1, 2, 3])),
    ];
    await refused(with3).toMatchObject({ code: 'COUNT_MISMATCH' });
    await refused([memoryFile('images-idx3-ubyte', images)]).toMatchObject({ code: 'NO_LABELS' });
    await refused([memoryFile('images-idx3-ubyte', images.slice(0, 90))]).toMatchObject({
      code: 'TRUNCATED',
    });
  });
});

describe('NumPy', () => {
  const x = Uint8Array.from({ length: 4 * 8 * 8 * 3 }, (_, i) => (i * 37) & 255);
  const y = Uint8Array.from([0, 1, 2, 1]);
  const npz = (arrays: Record<string, Uint8Array>) => [
    memoryFile('set.npz', zip(Object.entries(arrays).map(([name, data]) => ({ name: `${name}.npy`, data })))),
  ];
  const good = npy('|u1', [4, 8, 8, 3], x);
  const labels = npy('|u1', [4], y);

  it('reads channels last and first, bytes, floats and halves to the same pixels', async () => {
    const raw = await importThese(npz({ x: good, y: labels }), tiny);
    expect(raw.pixels).toEqual(x);
    const first = x.map((_, i) => x[Math.floor(i / 192) * 192 + (i % 64) * 3 + (Math.floor(i / 64) % 3)]!);
    expect((await importThese(npz({ x: npy('|u1', [4, 3, 8, 8], first), y: labels }), tiny)).pixels).toEqual(
      x,
    );
    const floats = new Uint8Array(Float32Array.from(x, (v) => v / 255).buffer);
    expect((await importThese(npz({ x: npy('<f4', [4, 8, 8, 3], floats), y: labels }), tiny)).pixels).toEqual(
      x,
    );
    const wide = new Uint8Array(Float64Array.from(x).buffer);
    expect((await importThese(npz({ images: npy('<f8', [4, 8, 8, 3], wide), labels }), tiny)).pixels).toEqual(
      x,
    );
  });

  it('knows the splits of Keras and MedMNIST names', async () => {
    const keras = await importThese(
      npz({ x_train: good, y_train: labels, x_test: good, y_test: labels }),
      tiny,
    );
    expect(keras.assigned).toEqual([...Array(4).fill('train'), ...Array(4).fill('test')]);
    const column = npy('<i8', [4, 1], new Uint8Array(BigInt64Array.from(y, BigInt).buffer));
    const med = await importThese(
      npz({ val_images: good, val_labels: column, train_images: good, train_labels: column }),
      tiny,
    );
    expect(new Set(med.assigned)).toEqual(new Set(['validation', 'train']));
  });

  it('never opens objects and evaluates no header', async () => {
    await refused(npz({ x: good, y: npy('|O', [4], new Uint8Array(32)) })).toMatchObject({
      code: 'OBJECT_DTYPE',
    });
    const code = npyText("{'descr': open('x'), 'fortran_order': False, 'shape': (4,), }", new Uint8Array(4));
    await refused(npz({ x: good, y: code })).toMatchObject({ code: 'BAD_HEADER' });
  });

  it('names the arrays it does not know', async () => {
    await refused(npz({ alpha: good, beta: labels })).toThrow(/alpha, beta/);
  });
});

describe('CIFAR binary', () => {
  const record = (label: number, value: number) => [label, ...new Array(3072).fill(value)];
  const batch = (...labels: number[]) =>
    Uint8Array.from(labels.flatMap((label) => record(label, 10 * label)));

  it('reads batches with their names and splits', async () => {
    const files = [
      memoryFile('c/data_batch_1.bin', batch(0, 2)),
      memoryFile('c/test_batch.bin', batch(2)),
      memoryFile('c/batches.meta.txt', 'plane\ncar\nbird\n\n'),
    ];
    const raw = await importThese(files, tiny);
    expect(raw).toMatchObject({ classNames: ['plane', 'bird'], assigned: ['train', 'train', 'test'] });
  });

  it('skips labels past the names and refuses a cut batch', async () => {
    expect(await codes([memoryFile('data_batch_1.bin', batch(0, 2, 77))])).toEqual(['LABEL_RANGE']);
    await refused([memoryFile('data_batch_1.bin', batch(0, 2).slice(5))]).toMatchObject({
      code: 'TRUNCATED',
    });
  });
});

describe('tables', () => {
  const pictures = [0, 1, 2, 3].map((i) => memoryFile(`d/img/${i}.png`, PICTURE));

  it('name files and classes, with or without ending and folder, and splits', async () => {
    const csv = 'label;image;split\n"c; ""a""";img/0.png;train\nb;1.png;test\nb;img/2;train\n';
    const raw = await importThese([...pictures, memoryFile('d/labels.csv', csv)], tiny);
    expect(raw).toMatchObject({ classNames: ['b', 'c; "a"'], assigned: ['train', 'test', 'train'] });
  });

  it('hold pixels', async () => {
    const row = (label: string, v: number) => [label, ...new Array(16).fill(v)].join(',');
    const csv = [
      ['label', ...new Array(16).keys()].join(','),
      row('a', 3),
      row('b', 250),
      row('a', 999),
      row('', 5),
    ].join('\n');
    const raw = await importThese([memoryFile('pixels.csv', csv)], tiny);
    expect([raw.pixels[0], raw.pixels[64]]).toEqual([3, 250]);
    expect(raw.skipped?.map((item) => item.code)).toEqual(['BAD_SHAPE', 'LABEL_MISSING']);
  });
});

describe('long imports', () => {
  it('let other work run in between, and can be cancelled in the middle', async () => {
    const many = 40_000;
    const pair = [
      memoryFile('images-idx3-ubyte', idx([many, 12, 12], new Uint8Array(many * 144))),
      memoryFile(
        'labels-idx1-ubyte',
        idx(
          [many],
          Uint8Array.from({ length: many }, (_, i) => i % 2),
        ),
      ),
    ];
    const controller = new AbortController();
    const importing = importThese(pair, tiny, controller.signal);
    setTimeout(() => controller.abort(), 60);
    await expect(importing).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
