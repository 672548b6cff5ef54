/** Real pictures through the built page: every kind of PNG, and a run on dropped images that is interrupted. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { shared } from '../data/support/files';
import { flatPng } from '../data/support/png';
import { fragment } from '../e2e/support';
import { prove } from '../proof';
import { expect, test } from './series';

const corpus = shared('data', 'pngsuite', 'pngsuite_2017jul19.zip');

test('every picture of PngSuite is read or refused as it should be', async ({ browser, place }) => {
  test.skip(!corpus, 'PngSuite is not there.');
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'pngsuite-'));
  try {
    const files = Object.entries(unzipSync(readFileSync(corpus!))).filter(([name]) => name.endsWith('.png'));
    const page = await browser.newPage();
    await page.goto(place.at(''));
    await page.waitForFunction(() => 'condenser' in globalThis);
    // Two classes are needed; what is asked is who is left out.
    const served = files.map(([name, bytes], i) => {
      const file = join(folder, name.replaceAll('/', '-'));
      writeFileSync(file, bytes);
      return place.hand(file, `suite/${i % 2 ? 'odd' : 'even'}/${name.split('/').at(-1)}`);
    });
    const answer = await page.evaluate((list) => globalThis.condenser!.inspect(list), served);
    await page.close();
    if (!answer.ok) throw new Error(answer.message);
    const { counts, skipped } = answer.summary;
    const damaged = files.map(([name]) => name.split('/').at(-1)!).filter((name) => name.startsWith('x'));
    expect(skipped.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(damaged.sort());
    expect(counts.train + counts.validation + counts.test).toBe(files.length - damaged.length);
    prove(
      {
        id: 'pngsuite',
        area: 'Files',
        hazard: 'A PNG is of an unusual kind, or damaged',
        promise: 'What is sound is read; what is damaged is left out and named',
        figure: `PngSuite: ${files.length - damaged.length} of ${files.length - damaged.length} read, ${damaged.length} of ${damaged.length} damaged ones left out by name`,
      },
      test.info(),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const mlp = { id: 'mlp', params: { width: 8, layers: 1 } };

test('a run on dropped images goes on after a reload without the files', async ({ browser, place }) => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'dropped-'));
  const colour = (shade: number): [number, number, number] => [shade, 255 - shade, 40];
  for (const [label, name] of ['dark', 'light', 'middle'].entries()) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 40; i++)
      writeFileSync(join(folder, name, `${i}.png`), flatPng(8, 8, colour(60 * label + i)));
  }
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const setup = fragment({
      version: 1,
      data: { size: 8 },
      teacher: { model: mlp, epochs: 2 },
      students: [{ key: 's1', method: { id: 'kd' }, model: mlp }],
      training: { epochs: 150, batchSize: 16 },
    });
    const address = place.at(setup).replace('?automation', '');
    await page.goto(address);
    await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
    const rail = page.getByTestId('pick-folder');
    if ((await rail.count()) === 0) await page.getByRole('button', { name: /^Data/ }).click();
    await rail.setInputFiles(folder);
    await page.getByRole('button', { name: 'Use this data' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const status = page.locator('.run-status');
    await expect(status).toContainText('epoch', { timeout: 60_000 });
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(status).toContainText('Paused');
    rmSync(folder, { recursive: true });
    await page.goto(new URL('?again', address).href);
    const offer = page.getByText(/was interrupted\. It can go on from step [\d,]+\.$/);
    await expect(offer).toBeVisible({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(status).toHaveText('Finished', { timeout: 120_000 });
    await expect(page.locator('.chip-data')).toContainText('3');
    prove(
      {
        id: 'resume-own-images',
        area: 'Saving and resuming',
        hazard: 'A run on dropped images is interrupted, and the files are gone',
        promise: 'The images are stored beside the run: it goes on without them',
        figure:
          '1 of 1: 120 pictures dropped, files deleted, page reloaded, run resumed and trained to its end',
      },
      test.info(),
    );
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a flat folder of pictures is taken as a pool, and trained on', async ({ browser, place }) => {
  test.setTimeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'flat-'));
  const COUNT = 60;
  for (let i = 0; i < COUNT; i++)
    writeFileSync(join(folder, `${i}.png`), flatPng(8, 8, [4 * i, 255 - 4 * i, 90]));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const setup = fragment({
      version: 1,
      dataset: { id: 'glyphs', params: { count: 200 } },
      data: { size: 8 },
      teacher: { model: mlp, epochs: 1 },
      students: [{ key: 's1', method: { id: 'kd3' }, model: mlp }],
      training: { epochs: 2 },
    });
    await page.goto(place.at(setup).replace('?automation', ''));
    await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
    await page.getByRole('button', { name: /^Data/ }).first().click();
    // To be the set itself it has no classes.
    await page.getByTestId('pick-folder').setInputFiles(folder);
    await expect(page.getByText('Nothing was loaded.')).toBeVisible({ timeout: 30_000 });
    await page.getByLabel('Add a second data set').selectOption('pool');
    await page.getByTestId('pick-folder-pool').setInputFiles(folder);
    const dialog = page.getByRole('dialog');
    const use = dialog.getByLabel('Use as');
    await expect(use).toHaveValue('pool', { timeout: 30_000 });
    await expect(use.getByRole('option')).toHaveCount(1);
    await dialog.getByRole('button', { name: 'Use this data' }).click();
    await expect(page.getByRole('region', { name: 'Pool' }).getByText(`${COUNT} images`)).toBeVisible();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 90_000 });
    prove(
      {
        id: 'flat-pool',
        area: 'Files',
        hazard: 'Pictures without labels lie in one folder, or in none',
        promise:
          'As a pool beside a labelled set they are taken; as a set they are refused with the way to do so',
        figure: `${COUNT} pictures in one folder: refused as a set, taken as a pool, 1 of 1 runs on them trained to its end`,
      },
      test.info(),
    );
  } finally {
    await context.close();
    rmSync(folder, { recursive: true });
  }
});
