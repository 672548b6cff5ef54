import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { serious } from './support';

/** A set-up of 400 images of 8 pixels, whose second student has a teacher, leaves as Python code with its images. */
export async function savesPython(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^PyTorch/ }).click();
  const dialog = page.getByRole('dialog', { name: 'This set-up in PyTorch' });
  await expect(dialog.locator('li').last()).toContainText('included');
  expect(await serious(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the archive' }).click(),
  ]);
  const files = unzipSync(readFileSync(await download.path()));
  const rows = (name: string) => strFromU8(files[`splits/${name}.csv`]!).trim().split('\n').length - 1;
  expect(rows('train') + rows('validation') + rows('test')).toBe(400);
  expect(files['images.npy']!.length).toBe(128 + 400 * 8 * 8);
  expect(Object.keys(files)).toContain('torchdistill-s2.yaml');
  await page.keyboard.press('Escape');
}
