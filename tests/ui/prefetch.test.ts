/** What the page fetches late is fetched ahead too, so that it works without a network once it is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const UI = join(import.meta.dirname, '../../src/ui');

/** Parts a file loads by `import()`, as paths below src/ui, or names of packages. */
function late(file: string): string[] {
  const text = readFileSync(join(UI, file), 'utf8');
  return [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, to = '']) =>
    to.startsWith('.') ? relative(UI, join(UI, dirname(file), to)) : to,
  );
}

it('every late part is in the list of src/ui/prefetch.ts', () => {
  const ahead = late('prefetch.ts');
  expect(ahead.length).toBeGreaterThan(5);
  const files = readdirSync(UI, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  expect([...new Set(files.flatMap(late))].sort()).toEqual([...ahead].sort());
});
