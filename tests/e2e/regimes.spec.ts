import { expect } from '@playwright/test';
import { fragment, serious, test } from './support';

const mlp = (width: number) => ({ id: 'mlp', params: { width, layers: 1 } });
const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 400 } },
  data: { size: 8 },
  regimes: [{ id: 'label-noise', params: { teacher: 'full' } }],
  teacher: { model: mlp(32), epochs: 1 },
  students: [{ key: 's1', method: { id: 'data-pruning-kd' }, model: mlp(16) }],
  training: { epochs: 1 },
};

test('regimes are chosen, previewed, refused with a reason, run and shown', async ({ page }) => {
  await page.goto(`./${fragment(TINY)}`);
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Data/ }).first().click();
  const regimes = page.getByRole('region', { name: 'Regimes' });
  await regimes.getByLabel('Change the training images').selectOption('data-pruning');
  await expect(
    regimes.getByText(/Students see \d+ of \d+ training images \(20%\), the teacher all/),
  ).toBeVisible();
  await expect(regimes.getByText(/Wrong labels: 2\d\.\d%|Wrong labels: 1\d\.\d%/)).toBeVisible();
  await regimes.getByLabel('Kept are').selectOption('el2n');
  await expect(regimes.getByText(/is known once the run has scored them/)).toBeVisible();
  await regimes.getByLabel('Change the training images').selectOption('few-shot');
  await regimes.getByLabel('Change the training images').selectOption('long-tailed');
  await expect(regimes.getByText('Few shots: Equal numbers of every class')).toBeVisible();
  await regimes.getByRole('button', { name: 'Remove Few shots' }).click();
  await regimes.getByRole('button', { name: 'Remove Long tail' }).click();
  await page
    .getByRole('button', { name: /^Start/ })
    .first()
    .click();
  const kept = page.getByRole('region', { name: 'Training images kept' });
  await expect(kept.getByText('Kept, hardest first')).toBeVisible({ timeout: 60_000 });
  await expect(kept.getByText(/Finding the scores took \d+ training steps/)).toBeVisible();
  await page.getByRole('button', { name: 'Run again' }).first().waitFor({ timeout: 60_000 });
  expect(await serious(page)).toEqual([]);
});
