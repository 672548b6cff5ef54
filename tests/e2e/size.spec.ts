/** What a first visit loads before anything can be done. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const DIST = join(import.meta.dirname, '../../dist');
const KB = 1000;
const packed = (file: string): number => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length;

test('the page and its styles are at most 300 kB, packed; the rest is fetched when it is needed', () => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const linked = [...html.matchAll(/(?:src|href)="\.\/(assets\/[\w.-]+\.(?:js|css))"/g)].map(
    ([, file]) => file!,
  );
  expect(linked.length).toBeGreaterThan(3);
  const sizes = linked.map((file) => [file, packed(file)] as const).sort((a, b) => b[1] - a[1]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(
    `first load ${(total / KB).toFixed(1)} kB: ${sizes
      .slice(0, 6)
      .map(([file, size]) => `${file} ${(size / KB).toFixed(1)}`)
      .join(', ')}`,
  );
  expect(total).toBeLessThanOrEqual(300 * KB);
  const late = ['Gallery', 'Presets', 'Glossary', 'Tour', 'Runs', 'LiveChart', 'katex'];
  for (const name of late) {
    expect(linked.filter((file) => file.includes(`/${name}-`))).toEqual([]);
    expect(
      readdirSync(join(DIST, 'assets')).some((file) => file.startsWith(`${name}-`)),
      name,
    ).toBe(true);
  }
});
