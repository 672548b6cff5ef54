/** A drop or an archive of 100,000 files is judged by its directory, and reading can be stopped at any picture. */
import { expect, it } from 'vitest';
import { importFiles } from '../../src/data/import';
import type { SourceFile } from '../../src/data/kit';
import { LIMITS } from '../../src/data/limits';
import { prove } from '../proof';
import { memoryFile } from './support/files';
import { decodeInNode, flatPng } from './support/png';
import { importThese } from './support/reading';
import { zip } from './support/zip';

const MANY = 100_000;
/** Milliseconds within which a refusal must come. */
const LIMIT = 2000;

async function refusal(files: readonly SourceFile[]) {
  const since = performance.now();
  const answer = await importThese(files).catch((error: unknown) => error);
  return { answer, milliseconds: performance.now() - since };
}

it('100,000 files are refused by their number alone', async () => {
  expect(MANY).toBeGreaterThan(LIMITS.files);
  let read = 0;
  const blob = memoryFile('', flatPng(4, 4, [1, 2, 3])).blob;
  const watched = new Proxy(blob, {
    get(target, key) {
      if (key === 'arrayBuffer' || key === 'stream' || key === 'slice') read++;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const dropped = await refusal(
    Array.from({ length: MANY }, (_, i) => ({ path: `set/${i % 10}/${i}.png`, blob: watched })),
  );
  expect(dropped.answer).toMatchObject({ code: 'TOO_MANY', message: expect.stringMatching(/100,?000/) });
  expect(read).toBe(0);
  const entries = Array.from({ length: MANY }, (_, i) => ({
    name: `${i % 10}/${i}.png`,
    data: '',
    method: 0,
  }));
  const packed = await refusal([memoryFile('set.zip', zip(entries))]);
  expect(packed.answer).toMatchObject({ code: 'TOO_MANY' });
  const times = [dropped, packed].map(({ milliseconds }) => milliseconds);
  expect(Math.max(...times)).toBeLessThan(LIMIT);
  prove(
    {
      id: 'many-files',
      area: 'Files',
      hazard: '100,000 files are dropped, or lie in one archive',
      promise: `Refused within ${LIMIT / 1000} s by the directory alone; what is allowed is read with progress and can be stopped`,
      figure: `a drop refused after ${times[0]!.toFixed(0)} ms with 0 files opened, an archive after ${times[1]!.toFixed(0)} ms`,
    },
    expect.getState(),
  );
});

it('reading stops where it is told to', async () => {
  const controller = new AbortController();
  const pictures = Array.from({ length: 1000 }, (_, i) =>
    memoryFile(`set/${i % 2}/${i}.png`, flatPng(4, 4, [i & 255, 2, 3])),
  );
  let seen = 0;
  const progress = (done: number) => {
    seen = done;
    if (done >= 100) controller.abort();
  };
  const options = { size: 8, channels: 0 as const };
  const reading = importFiles(pictures, options, progress, controller.signal, decodeInNode);
  await expect(
    reading.then(
      () => 'read',
      ({ code }) => code,
    ),
  ).resolves.toBe('CANCELLED');
  expect(seen).toBeGreaterThanOrEqual(100);
  expect(seen).toBeLessThan(120);
});
