/** docs/reliability.md is what its rows say, and every row still has the test that proves it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { merge, page, type Record, type Row } from '../scripts/reliability.mjs';
import { AREAS } from './proof';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const record = JSON.parse(read('docs/reliability.json')) as Record;

it('the page is made of the rows; if not, run: npm run reliability', () => {
  expect(read('docs/reliability.md')).toBe(page(record));
});

it.each(record.rows)('$id is named in $test', ({ id, test, area, figure, promise }) => {
  expect(read(test)).toContain(`'${id}'`);
  expect(AREAS).toContain(area);
  expect(figure, promise).not.toBe('');
});

it('every proof in the quick tests has its row; if not, run: npm run reliability', () => {
  const named = readdirSync(join(ROOT, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test|spec)\.ts$/.test(file) && !/node_modules|^long/.test(file))
    .flatMap((file) => [...read(`tests/${file}`).matchAll(/\bprove\(\s*\{\s*id: '([\w-]+)'/g)])
    .map(([, id]) => id);
  const known = new Set(record.rows.map(({ id }) => id));
  expect(named.filter((id) => !known.has(id ?? ''))).toEqual([]);
});

it('a newer row takes the place of the older one', () => {
  const row = (id: string, area: string, figure: string): Row => ({
    id,
    area,
    figure,
    hazard: 'h',
    promise: 'p',
    test: 't',
    title: '',
  });
  const rows = merge(
    [row('b', 'Files', 'old'), row('a', 'GPU and worker', 'old')],
    [row('b', 'Files', 'new'), row('a-2', 'Files', 'new')],
  );
  expect(rows.map(({ id, figure }) => `${id} ${figure}`)).toEqual(['a-2 new', 'b new', 'a old']);
  expect(page({ rows: [row('a', 'Files', '1 | 2')], missed: [] })).toContain('| 1 \\| 2 |');
});
