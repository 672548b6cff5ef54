/** What every kernel must have is asked of the files there are, so that a new one cannot come without. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const kernels = join(here, '../../../src/engine/kernels');
const textsOf = (folder: string, ends: RegExp): string =>
  readdirSync(folder)
    .filter((name) => ends.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');

const lab = textsOf(join(here, '../../gpu/lab'), /\.ts$/);
const specs = textsOf(join(here, '../../gpu/kernels'), /\.spec\.ts$/);
const texts = textsOf(here, /wgsl\.test\.ts$/);
const snapshots = textsOf(join(here, '__snapshots__'), /\.snap$/);

const files = readdirSync(kernels)
  .filter((name) => name.endsWith('.ts') && name !== 'cards.ts')
  .map((name) => ({ name: name.replace('.ts', ''), code: readFileSync(join(kernels, name), 'utf8') }))
  .filter(({ code }) => code.includes('card: KernelCard ='));

it('there are kernels', () => expect(files.length).toBeGreaterThan(20));

describe.each(files)('$name', ({ name, code }) => {
  it('has a float64 twin, which its check on the device uses', () => {
    const twins = [...new Set(code.match(/\b\w+Twin\b/g))];
    expect(twins.length).toBeGreaterThan(0);
    for (const twin of twins) expect(lab, twin).toMatch(new RegExp(`\\b${twin}\\(`));
  });

  it('has snapshots of its text', () => {
    const registered = [...code.matchAll(/(?:name:|NAME =) ['`](Condenser\w+)/g)].map(
      ([, id]) => id as string,
    );
    const imported = new RegExp(`kernels/${name}(?:-wgsl)?'`).test(texts);
    if (!imported) expect(registered.length).toBeGreaterThan(0);
    for (const id of registered) expect(snapshots, id).toContain(`// ${id}`);
  });
});

it('every check of the lab is asked for by a test', () => {
  const names = [...lab.matchAll(/^ {2}'?([\w-]+)'?: (?:\w+ as Check<never>|\w+\()/gm)].map(
    ([, id]) => id as string,
  );
  expect(names.length).toBeGreaterThan(20);
  for (const id of names) expect(specs, id).toMatch(new RegExp(`'${id}'|\\b${id}:`));
});
