/** A second data set in the page: dropped with a role, its classes fitted to the first, used, removed, asked for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { flatPng } from '../data/support/png';
import { fragment, ready, serious, test } from './support';

const mlp = { id: 'mlp', params: { width: 16, layers: 1 } };
const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 200 } },
  data: { size: 8 },
  teacher: { model: mlp, epochs: 1 },
  students: [{ key: 's1', method: { id: 'labels-only' }, model: mlp }],
  training: { epochs: 1 },
};

function photos(folder: string): string {
  for (const [k, name] of ['0', '1', 'two'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 12; i++)
      writeFileSync(join(folder, name, `${i}.png`), flatPng(8, 8, [80 * k, 10 * i, 200]));
  }
  return folder;
}

test('a dropped target domain is fitted, run on, kept in the link and asked for', async ({ page }, info) => {
  await page.goto(`./${fragment(TINY)}`);
  await ready(page);
  await page.getByRole('button', { name: /^Data/ }).first().click();
  await page.getByLabel('Add a second data set').selectOption('target');
  const target = page.getByRole('region', { name: 'Target domain' });
  await expect(target.getByText(/10 of 10 classes are in both/)).toBeVisible();
  await page.getByTestId('pick-folder-target').setInputFiles(photos(info.outputPath('photos')));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/Not in the first set: two/)).toBeVisible({ timeout: 30_000 });
  const name = dialog.getByLabel('Name of class two');
  await name.fill('2');
  await name.press('Enter');
  await expect(dialog.getByText(/3 of 10 classes are in both: 0, 1, 2/)).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Use this data' }).click();
  await expect(target.getByText(/\d+ without labels, \d+ validation, \d+ test/)).toBeVisible();
  await page
    .getByRole('button', { name: /^Start/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Run again' }).first().waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  const other = await page.context().newPage();
  await other.goto(link);
  await expect(other.getByText(/Drop the same images to go on/)).toBeVisible({ timeout: 30_000 });
  await other.getByRole('button', { name: 'Do without' }).click();
  await expect(other.getByText(/Drop the same images to go on/)).toHaveCount(0);
});
