/** A person's way through the page on real photographs: drop, compare, look closer, take away. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { shared } from '../data/support/files';
import { runOnnx } from '../e2e/onnx';
import { savesReport } from '../e2e/report';
import { fragment, serious } from '../e2e/support';
import { expect, test } from './series';

const CELLS = shared('data', 'bloodcells-mit', 'bloodcells_32px_medmnist_style.npz') ?? '';

const cnn = { id: 'cnn', params: { width: 4, blocks: 2 } };
const SETUP = fragment({
  version: 1,
  data: { size: 8 },
  teacher: { model: cnn, epochs: 2 },
  students: ['labels-only', 'kd'].map((id, i) => ({ key: `s${i + 1}`, method: { id }, model: cnn })),
  training: { epochs: 2 },
});

async function dropsCells(page: Page): Promise<void> {
  const pick = page.getByTestId('pick-files');
  if ((await pick.count()) === 0) await page.getByRole('button', { name: /^Data/ }).click();
  await pick.setInputFiles(CELLS);
  const report = page.getByRole('dialog', { name: /^Your images/ });
  await expect(report).toContainText('3,038', { timeout: 60_000 });
  expect(await serious(page)).toEqual([]);
  await report.getByRole('button', { name: 'Use this data' }).click();
  await expect(page.locator('.chip-data')).toContainText('3 classes');
}

/** Calibration of every learner, a map of the images, and a mistake with every learner's answer. */
async function looksCloser(page: Page): Promise<void> {
  await page.keyboard.press('v');
  const dialog = page.getByRole('dialog', { name: 'Look closer' });
  await expect(dialog.locator('.histogram')).toHaveCount(3);
  await expect(dialog.locator('.look-classes tbody tr')).toHaveCount(3);
  await dialog.getByText('Map of images', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Make the map' }).click();
  await expect(dialog.locator('.scatter')).toHaveCount(3, { timeout: 60_000 });
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('i');
  await page.getByText('Confusion', { exact: true }).click();
  await page.locator('.mistakes button').first().click();
  await page.locator('.sample').first().click({ timeout: 30_000 });
  await expect(page.locator('.answer')).toHaveCount(3);
  await page.getByRole('button', { name: 'Show which places count' }).click();
  await expect(page.getByRole('region', { name: 'Places of Teacher' })).toContainText('Grad-CAM', {
    timeout: 30_000,
  });
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('i');
}

async function takesNetworksAway(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Networks \(/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save all networks' }).click(),
  ]);
  const files = unzipSync(readFileSync(await download.path()));
  const { logits } = await runOnnx(
    files['labels-only-1.onnx']!,
    new Float32Array(2 * 8 * 8 * 3),
    [2, 8, 8, 3],
  );
  expect(logits.length).toBe(2 * 3);
  expect(logits.every(Number.isFinite)).toBe(true);
  await page.keyboard.press('Escape');
}

test('blood cells are dropped, compared, looked at and taken away', async ({ browser, place }, info) => {
  test.skip(!CELLS, 'The shared data are not here; CONDENSER_SHARED names their folder.');
  test.setTimeout(600_000);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(place.at(SETUP).replace('?automation', ''));
  await dropsCells(page);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 240_000 });
  await looksCloser(page);
  await takesNetworksAway(page);
  await page.keyboard.press(']');
  const runs = page.getByRole('dialog', { name: 'Runs' });
  await runs.getByRole('checkbox', { name: /^Compare/ }).check();
  await expect(runs.locator('.compare-table tbody tr')).toHaveCount(2);
  await savesReport(page, runs, info);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  const other = await context.newPage();
  await other.goto(link);
  const asked = other.getByText(/Drop the same data to go on/);
  await expect(asked).toBeVisible({ timeout: 30_000 });
  await dropsCells(other);
  await expect(asked).toBeHidden();
  await context.close();
});
