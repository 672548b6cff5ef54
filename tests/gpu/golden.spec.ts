/** Every golden case through the app's own worker on WebGPU. */
import { readdirSync, readFileSync } from 'node:fs';
import type { GoldenResult, ToWorker } from '../../src/worker/protocol';
import { expect, test } from './worker';

const folder = new URL('../golden/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

test('golden cases hold on WebGPU', async ({ run }) => {
  test.setTimeout(300_000);
  const before: ToWorker[] = files.map((file, request) => ({
    type: 'golden',
    request,
    file,
    content: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as unknown,
  }));
  const { replies } = await run(undefined, { boot: { backend: 'condenser' }, before });
  expect(Object.keys(replies)).toHaveLength(files.length);
  const failed: string[] = [];
  for (const [i, file] of files.entries()) {
    const { results } = replies[i] as { results: readonly GoldenResult[] };
    expect(results.length, file).toBeGreaterThan(0);
    for (const { name, passed, missing, values, gradients } of results)
      if (!passed && !missing?.includes('not shipped'))
        failed.push(`${file} ${name}: values ${values}, gradients ${gradients}, ${missing ?? ''}`);
  }
  expect(failed).toEqual([]);
});
