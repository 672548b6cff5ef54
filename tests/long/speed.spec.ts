/** How fast sets are read, by format, and what memory they take: the figures of docs/reliability.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '../../src/core/rng';
import { idx, npy } from '../data/support/arrays';
import { parquet } from '../data/support/parquet';
import { encodePng } from '../data/support/png';
import { tar, zip } from '../data/support/zip';
import { fragment } from '../e2e/support';
import { prove } from '../proof';
import { expect, test } from './series';

const SIDE = 32;
const ARRAYS = 60_000;
const PICTURES = 10_000;
/** What page and worker may hold, as a multiple of the raw pixels of the largest set. */
const MOST = 1.4;

/** Noise: nothing in it can be compressed, no two images are equal. */
function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const rng = new Rng(1, 'speed');
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = rng.below(2 ** 32);
  return new Uint8Array(words.buffer).subarray(0, bytes);
}

/** Images keep their size. */
const AT_32 = fragment({ version: 1, data: { size: SIDE } });

const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 10);

function arrays(): Record<string, { path: string; data: Uint8Array }[]> {
  const grey = noise(ARRAYS * SIDE * SIDE);
  const colour = noise(ARRAYS * SIDE * SIDE * 3);
  const records = new Uint8Array(ARRAYS * 3073);
  for (let i = 0; i < ARRAYS; i++) {
    records[3073 * i] = i % 10;
    records.set(colour.subarray(3072 * i, 3072 * (i + 1)), 3073 * i + 1);
  }
  return {
    'IDX, grey': [
      { path: 'train-images-idx3-ubyte', data: idx([ARRAYS, SIDE, SIDE], grey) },
      { path: 'train-labels-idx1-ubyte', data: idx([ARRAYS], labels(ARRAYS)) },
    ],
    'CIFAR binary, colour': [{ path: 'data_batch_1.bin', data: records }],
    'NPZ, colour': [
      {
        path: 'a.npz',
        data: zip([
          { name: 'x_train.npy', data: npy('|u1', [ARRAYS, SIDE, SIDE, 3], colour), method: 0 },
          { name: 'y_train.npy', data: npy('|u1', [ARRAYS], labels(ARRAYS)), method: 0 },
        ]),
      },
    ],
  };
}

function pictures(): Record<string, { path: string; data: Uint8Array }[]> {
  const colour = noise(PICTURES * SIDE * SIDE * 3);
  const all = Array.from({ length: PICTURES }, (_, i) => ({
    name: `set/${i % 10}/${i}.png`,
    data: encodePng(colour.subarray(3072 * i, 3072 * (i + 1)), SIDE, SIDE),
  }));
  const rows = all.map(({ data }, i) => ({ bytes: data, label: i % 10 }));
  return {
    'PNG in a zip': [{ path: 'a.zip', data: zip(all) }],
    'PNG in a tar': [{ path: 'a.tar', data: tar(all) }],
    'PNG in Parquet': [{ path: 'a.parquet', data: parquet(rows, { codec: 'UNCOMPRESSED' }) }],
  };
}

type Memory = { measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }> };

test('images per second by format, and the memory of 60,000 images', async ({ browser, place }) => {
  test.setTimeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), 'speed-'));
  try {
    const page = await browser.newPage();
    await page.goto(place.at(AT_32));
    await page.waitForFunction(() => 'condenser' in globalThis);
    await page.evaluate(() => globalThis.condenser!.device());
    const speeds: string[] = [];
    for (const [format, files] of Object.entries({ ...pictures(), ...arrays() })) {
      const served = files.map(({ path, data }, i) => {
        const file = join(folder, `${speeds.length}-${i}`);
        writeFileSync(file, data);
        return place.hand(file, path);
      });
      const answer = await page.evaluate((list) => globalThis.condenser!.inspect(list), served);
      if (!answer.ok) throw new Error(`${format}: ${answer.message}`);
      const { counts, shape, milliseconds } = answer.summary;
      const images = counts.train + counts.validation + counts.test;
      expect(shape.width, format).toBe(SIDE);
      expect(images, format).toBe(format.startsWith('PNG') ? PICTURES : ARRAYS);
      speeds.push(`${format} ${Math.round((1000 * images) / milliseconds).toLocaleString('en')}/s`);
      if (!format.startsWith('PNG')) expect(milliseconds, format).toBeLessThan(60_000);
    }
    prove(
      {
        id: 'images-per-second',
        area: 'Files',
        hazard: 'A large set takes minutes to read',
        promise: `${ARRAYS.toLocaleString('en')} images of ${SIDE}x${SIDE} in arrays load in seconds, with the report of classes, equal images and leaks`,
        figure: `${speeds.join(', ')} (two cores, shared)`,
      },
      test.info(),
    );
    // The last set is the current one; the earlier previews are gone.
    const bytes = await page.evaluate(async () => {
      const { measureUserAgentSpecificMemory } = performance as Memory;
      return (await measureUserAgentSpecificMemory?.call(performance))?.bytes ?? 0;
    });
    const raw = ARRAYS * SIDE * SIDE * 3;
    expect(bytes).toBeGreaterThan(raw);
    expect(bytes / raw).toBeLessThan(MOST);
    prove(
      {
        id: 'memory-of-images',
        area: 'Files',
        hazard: 'Images take many times their size in memory',
        promise: `Page and worker together hold less than ${MOST} times their raw pixels`,
        figure: `${(bytes / 2 ** 20).toFixed(0)} MiB of page and worker for ${(raw / 2 ** 20).toFixed(0)} MiB of raw pixels (${(bytes / raw).toFixed(1)} times)`,
      },
      test.info(),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
