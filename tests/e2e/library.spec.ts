import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { fragment, ready, serious, test } from './support';

const mlp = (width: number) => ({ id: 'mlp', params: { width, layers: 1 } });
const SETUP = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  teacher: { model: mlp(16), epochs: 1 },
  students: [
    { key: 's1', method: { id: 'labels-only' }, model: mlp(8) },
    { key: 's2', method: { id: 'fantastic-gains', params: { zoo: 1 } }, model: mlp(8) },
  ],
  training: { epochs: 1 },
};

test('a student is kept, outlives the page, leaves as a file, comes back, teaches and joins a zoo', async ({
  page,
}) => {
  await page.goto(`./${fragment(SETUP)}`);
  await ready(page);
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Run again' }).first()).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Kept networks' });
  await dialog.getByRole('listitem').filter({ hasText: 'Labels only' }).getByText('Keep').click();
  await expect(dialog.getByRole('status')).toHaveText('Kept as “Labels only”.');
  const name = dialog.getByRole('textbox', { name: /^Name of the network/ });
  await name.fill('Small one');
  await name.press('Enter');
  await page.reload();
  await ready(page);
  await page.keyboard.press('l');
  await expect(name).toHaveValue('Small one');
  const accuracy = await dialog.getByRole('cell').first().textContent();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save Small one as a file' }).click(),
  ]);
  const file = { name: download.suggestedFilename(), buffer: readFileSync(await download.path()) };
  expect(file.name).toBe('small-one-network.safetensors');
  await dialog.getByRole('button', { name: 'Delete Small one' }).click();
  await expect(name).toBeHidden();
  const input = dialog.getByTestId('open-networks');
  await input.setInputFiles({ ...file, buffer: file.buffer.subarray(0, -3), mimeType: '' });
  await expect(dialog.getByRole('alert')).toContainText(
    'small-one-network.safetensors holds no network of ours',
  );
  await input.setInputFiles({ ...file, mimeType: '' });
  await expect(dialog.getByRole('status')).toHaveText('Added “Small one”.');
  await expect(dialog.getByRole('cell').first()).toHaveText(accuracy!);
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Use as teacher' }).click();
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Run again' }).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Results' })).toContainText('Labels only');
  await page.getByRole('button', { name: 'Settings' }).nth(1).click();
  await page.getByRole('combobox', { name: 'Teacher 2' }).selectOption({ index: 1 });
  // Looked at in every frame: a run this small is over in a moment.
  const started = page.waitForFunction(
    () => document.querySelector('.run-status')?.textContent !== 'Finished',
    undefined,
    { timeout: 30_000 },
  );
  await page.getByRole('button', { name: 'Run again' }).first().click();
  await started;
  await expect(page.getByRole('button', { name: 'Run again' }).first()).toBeVisible({ timeout: 60_000 });
  expect(await serious(page)).toEqual([]);
});
