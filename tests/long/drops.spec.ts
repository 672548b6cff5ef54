/** Hostile files are dropped on the page while it trains: the run goes on, and its curves are what they were. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { shared } from '../data/support/files';
import { HOSTILE } from '../data/support/hostile';
import { prove } from '../proof';
import { begin, expect, expectSameBeginning, LONG_RUN, lengthOf, seriesOf, test } from './series';

interface Drop {
  readonly id: string;
  readonly files: readonly { readonly file: string; readonly path: string }[];
}

/** The committed cases, written to a folder. */
async function ownDrops(folder: string): Promise<Drop[]> {
  const drops: Drop[] = [];
  for (const [i, item] of HOSTILE.entries()) {
    const files: { file: string; path: string }[] = [];
    for (const [n, { path, blob }] of item.files().entries()) {
      const file = join(folder, `own-${i}-${n}`);
      writeFileSync(file, new Uint8Array(await blob.arrayBuffer()));
      files.push({ file, path });
    }
    drops.push({ id: item.id, files });
  }
  return drops;
}

/** All files at or below a path, with the paths a dropped folder gives them. */
function below(path: string): Drop['files'] {
  if (!statSync(path).isDirectory()) return [{ file: path, path: basename(path) }];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: relative(dirname(path), file).split(sep).join('/') }));
}

/** The cases of the generator outside the repository, where it and its Python are there. */
function corpusDrops(folder: string): Drop[] {
  const generator = shared('hostile', 'make.py');
  if (!generator || spawnSync('python3', ['-c', 'import numpy']).status !== 0) return [];
  execFileSync('python3', [generator, folder], { stdio: 'ignore' });
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    cases: { id: string; path: string }[];
  };
  return manifest.cases.map(({ id, path }) => ({ id, files: below(join(folder, path)) }));
}

test('a run that trains during all hostile drops is the undisturbed run', async ({ browser, place }) => {
  test.setTimeout(1_800_000);
  const folder = mkdtempSync(join(tmpdir(), 'drops-'));
  mkdirSync(join(folder, 'corpus'));
  const drops = [...(await ownDrops(folder)), ...corpusDrops(join(folder, 'corpus'))];
  try {
    const page = await browser.newPage();
    await begin(page, place.at(LONG_RUN));
    await expect.poll(() => lengthOf(page), { timeout: 120_000 }).toBeGreaterThan(50);
    const before = await lengthOf(page);
    const answers = { accepted: 0, refused: 0 };
    let slowest = 0;
    for (const { id, files } of drops) {
      const served = files.map(({ file, path }) => place.hand(file, path));
      const since = Date.now();
      const answer = await page.evaluate((list) => globalThis.condenser!.inspect(list), served);
      slowest = Math.max(slowest, (Date.now() - since) / 1000);
      expect(answer.ok || answer.message.length > 20, id).toBe(true);
      expect(answer.ok ? '' : answer.code, id).not.toBe('ERROR');
      answers[answer.ok ? 'accepted' : 'refused']++;
    }
    const after = await lengthOf(page);
    await expect.poll(() => lengthOf(page), { timeout: 60_000 }).toBeGreaterThan(after);
    const disturbed = await seriesOf(page);
    await page.close();
    const calm = await browser.newPage();
    await begin(calm, place.at(LONG_RUN));
    await expect.poll(() => lengthOf(calm), { timeout: 900_000, intervals: [2000] }).toBeGreaterThan(after);
    const values = expectSameBeginning(disturbed, await seriesOf(calm));
    await calm.close();
    prove(
      {
        id: 'drops-during-run',
        area: 'Files',
        hazard: 'A hostile file is dropped while a run trains',
        promise: 'The run goes on, and its curves are bit-equal to those of an undisturbed one',
        figure: `${drops.length} drops (${answers.accepted} read, ${answers.refused} refused, slowest ${slowest.toFixed(1)} s), ${after - before} values drawn meanwhile; ${values} values compared, 0 differ`,
      },
      test.info(),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
