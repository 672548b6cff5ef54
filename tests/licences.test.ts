/** What the project depends on: licences, and a lock file that names every byte of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowed, licencesPage, packages, refused } from '../scripts/licences.mjs';
import { prove } from './proof';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const all = packages();

describe('dependencies', () => {
  it('have licences of the list, named in docs/licences.md; if not, run: npm run docs', () => {
    expect(refused(all)).toEqual([]);
    expect(read('docs/licences.md')).toBe(licencesPage());
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND GPL-3.0', false],
    ['GPL-3.0', false],
    ['', false],
    ['SEE LICENSE IN LICENSE', false],
  ])('licence %j is taken: %j', (text, taken) => {
    expect(allowed(text, ['MIT', 'ISC'])).toBe(taken);
  });

  it('are locked by content, come from the registry and run nothing when installed', () => {
    expect(all.length).toBeGreaterThan(100);
    for (const { name, integrity, resolved, script, tool } of all) {
      expect(integrity, name).toMatch(/^sha512-[\w+/]{86}==$/);
      expect(resolved, name).toMatch(/^(https:\/\/registry\.npmjs\.org\/.*)?$/);
      expect(script && !tool, name).toBe(false);
    }
    // Tools may bring a script; it is not run, and the whole suite passes without.
    expect(read('scripts/install.mjs')).toContain("'--ignore-scripts'");
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies })
      .filter(([name, version]) => !name.startsWith('@types/') && !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name]) => name);
    expect(loose).toEqual([]);
    prove(
      {
        id: 'supply-chain',
        area: 'Privacy and safety',
        hazard: 'A dependency changes, runs code when installed, or comes with terms nobody read',
        promise: 'Exact versions locked by SHA-512, no install script is run, every licence is on a list',
        figure: `${all.length} packages, ${all.filter(({ tool }) => !tool).length} of them part of the page; 0 install scripts run, 0 other licences`,
      },
      expect.getState(),
    );
  });

  it('that the page imports are not counted as tools', () => {
    const tools = new Set(all.filter(({ tool }) => tool).map(({ name }) => name));
    const wrong = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('cli'))
      .flatMap((file) =>
        [...read(`src/${file}`).matchAll(/\b(?:from|import\()\s*'((?:@[\w-]+\/)?[\w-]+)[^'.]*'/g)]
          .map(([, name]) => name ?? '')
          .filter((name) => tools.has(name)),
      );
    expect(wrong).toEqual([]);
  });
});
