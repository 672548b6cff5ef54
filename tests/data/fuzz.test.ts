/** Seeded damage to good files: every parser answers with data or with an ImportError, and never hangs. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { ImportError } from '../../src/data/kit';
import { prove } from '../proof';
import { idx, npy } from './support/arrays';
import { memoryFile } from './support/files';
import { parquet } from './support/parquet';
import { flatPng } from './support/png';
import { importThese } from './support/reading';
import { tar, zip } from './support/zip';

/** The long run sets its own number. */
const ROUNDS = Number(process.env['CONDENSER_FUZZ'] ?? 150);

const picture = (i: number) => flatPng(3 + i, 4, [30 * i, 90, 200]);
const pets = [0, 1, 2, 3].map((i) => ({ name: `${i % 2 ? 'cat' : 'dog'}/${i}.png`, data: picture(i) }));
const pixels = Uint8Array.from({ length: 4 * 6 * 6 }, (_, i) => (i * 31) & 255);
const labels = Uint8Array.from([0, 1, 0, 1]);
const record = (label: number) => [label, ...new Array(3072).fill(40 * label)];

const bytes = (text: string) => new TextEncoder().encode(text);
const entries = pets.map((_, i) => ({
  file_name: `${i}.png`,
  label: i % 2,
  split: i < 3 ? 'train' : 'test',
}));
const rows = Array.from({ length: 12 }, (_, i) => ({ bytes: picture(i), path: `${i}.png`, label: i % 2 }));

const FORMATS: Readonly<
  Record<
    string,
    {
      readonly path: string;
      readonly data: Uint8Array<ArrayBuffer>;
      readonly beside?: Uint8Array<ArrayBuffer>;
      /** Pictures that lie beside it. */
      readonly pictures?: boolean;
    }
  >
> = {
  zip: { path: 'a.zip', data: zip(pets) },
  tar: { path: 'a.tar', data: tar(pets) },
  'tar.gz': { path: 'a.tar.gz', data: new Uint8Array(gzipSync(tar(pets))) },
  npz: {
    path: 'a.npz',
    data: zip([
      { name: 'x.npy', data: npy('|u1', [4, 6, 6], pixels) },
      { name: 'y.npy', data: npy('|u1', [4], labels), method: 0 },
    ]),
  },
  idx: { path: 'images-idx3-ubyte', data: idx([4, 6, 6], pixels), beside: idx([4], labels) },
  cifar: { path: 'data_batch_1.bin', data: Uint8Array.from([...record(0), ...record(1)]) },
  csv: {
    path: 'a.csv',
    data: new TextEncoder().encode(
      `label,${'abcdefghijklmnop'.split('').join()}\n${`1${',7'.repeat(16)}\n2${',9'.repeat(16)}\n`}`,
    ),
  },
  json: { path: 'set/a.json', data: bytes(JSON.stringify({ images: entries })), pictures: true },
  jsonl: {
    path: 'set/a.jsonl',
    data: bytes(entries.map((entry) => JSON.stringify(entry)).join('\n')),
    pictures: true,
  },
  parquet: { path: 'a.parquet', data: parquet(rows, { names: ['cat', 'dog'], rowGroupSize: 5 }) },
  'parquet, stored': { path: 'a.parquet', data: parquet(rows, { codec: 'UNCOMPRESSED', pageSize: 200 }) },
  sheet: { path: 'a-4x4-rows.png', data: flatPng(8, 12, [1, 2, 3]) },
  png: { path: 'cat/0.png', data: flatPng(9, 9, [1, 2, 3]), beside: flatPng(5, 5, [9, 9, 9]) },
};

/** Flips bytes, cuts, doubles or overwrites a block. */
function damage(data: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  const out = Array.from(data);
  const kind = rng.below(4);
  const at = rng.below(out.length);
  const some = 1 + rng.below(24);
  if (kind === 0) for (let i = 0; i < some; i++) out[rng.below(out.length)] = rng.below(256);
  else if (kind === 1) out.length = at;
  else if (kind === 2) out.splice(at, 0, ...out.slice(at, at + some * 4));
  else out.splice(at, some, ...new Array(some).fill(rng.below(2) ? 255 : 0));
  return Uint8Array.from(out);
}

async function outcome(format: string, data: Uint8Array<ArrayBuffer>): Promise<string> {
  const { path, beside, pictures } = FORMATS[format]!;
  const second = format === 'png' ? 'dog/1.png' : 'labels-idx1-ubyte';
  const files = [memoryFile(path, data), ...(beside ? [memoryFile(second, beside)] : [])];
  if (pictures) files.push(...pets.map(({ data: png }, i) => memoryFile(`set/${i}.png`, png)));
  try {
    await importThese(files, { size: 8, channels: 0 });
    return 'loaded';
  } catch (error) {
    if (error instanceof ImportError) return error.code;
    throw error;
  }
}

const done = { formats: 0, slowest: 0 };

describe('seeded damage', () => {
  it.each(Object.keys(FORMATS))('%s', async (format) => {
    const { data } = FORMATS[format]!;
    expect(await outcome(format, data)).toBe('loaded');
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const since = performance.now();
      seen.add(await outcome(format, damage(data, new Rng(round, format))));
      done.slowest = Math.max(done.slowest, performance.now() - since);
    }
    expect(seen.size).toBeGreaterThan(1);
    done.formats++;
  });

  it('nothing else was thrown, nothing hung', () => {
    expect(done.formats).toBe(Object.keys(FORMATS).length);
    expect(done.slowest).toBeLessThan(10_000);
    prove(
      {
        id: 'fuzz',
        area: 'Files',
        hazard: 'A file is damaged in a way nobody thought of',
        promise: 'Every parser answers with data or a named refusal, and never hangs',
        figure: `${ROUNDS} seeded mutations of each of ${done.formats} formats: 0 other errors, slowest ${Math.round(done.slowest)} ms`,
      },
      expect.getState(),
    );
  });
});
