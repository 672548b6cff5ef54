import { expect } from '@playwright/test';
import { fragment, serious, test } from './support';

const mlp = (width: number) => ({ id: 'mlp', params: { width, layers: 1 } });

/** Every number is within its limits: a squared loss at its heaviest, under the fastest descent there is. */
const RUNAWAY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  // Long enough for the restarted run to be seen before it diverges once more.
  teacher: { model: mlp(16), epochs: 60 },
  students: [
    { key: 's1', method: { id: 'labels-only' }, model: mlp(8) },
    {
      key: 's2',
      method: { id: 'fitnet', params: { weight: 200, normalise: false } },
      model: mlp(8),
      optimizer: { kind: 'sgd', rate: 1, momentum: 0.99, schedule: 'constant' },
    },
  ],
  training: { epochs: 12 },
};
test('a student that diverges is named, the others go on, half the rate restarts it', async ({ page }) => {
  await page.goto(`./${fragment(RUNAWAY)}`);
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press(' ');
  const card = page.getByRole('article', { name: 'FitNets' });
  const trouble = card.getByRole('alert');
  await expect(trouble).toContainText(/Diverged at step \d+ \(seed 1\): the term “.+” was/, {
    timeout: 60_000,
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await serious(page), colorScheme).toEqual([]);
  }
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 60_000 });
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  await expect(row('FitNets')).toContainText(/diverged/i);
  await expect(row('Labels only')).toContainText(/finished/i);
  await expect(page.locator('.verdict')).toContainText('FitNets diverged');
  await trouble.getByRole('button', { name: 'Halve the learning rate and restart' }).click();
  await expect(trouble).toBeHidden();
  await expect(page.locator('.run-status')).not.toHaveText('Finished');
  await card.getByRole('button', { name: 'Settings' }).click();
  await expect(card.getByRole('textbox', { name: 'Learning rate' })).toHaveValue('0.5');
});
