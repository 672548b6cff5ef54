import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pages } from '../src/cli/docs';
import { page as kernels } from '../src/engine/kernels/cards';
import { methods } from '../src/methods/index';
import { models } from '../src/models/index';

const stored = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

describe('generated pages', () => {
  test.each(Object.entries({ ...pages(), 'kernels.md': kernels() }))(
    'docs/%s is what the cards say; if not, run: npm run docs',
    (name, text) => {
      expect(stored(name)).toBe(text);
    },
  );

  test('every method and every paper is there', () => {
    const { 'methods.md': all, 'papers.md': papers } = pages();
    for (const method of methods.all) expect(all).toContain(`### ${method.name}\n`);
    for (const { id, paper } of [...methods.all, ...models.all])
      if (paper)
        expect(papers).toMatch(new RegExp(`\\(${paper.url.replace(/[.?+()]/g, '\\$&')}\\).*\`${id}\``));
  });

  test('no card breaks a table', () => {
    const rows = pages()
      ['papers.md']!.split('\n')
      .filter((line) => line.startsWith('|'));
    for (const line of rows) expect(line.replaceAll('\\|', '').split('|'), line).toHaveLength(7);
  });
});
