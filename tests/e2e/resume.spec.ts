import { expect, test } from '@playwright/test';
import { fragment, ready, serious } from './support';

const mlp = (width: number) => ({ id: 'mlp', params: { width, layers: 1 } });

/** Long enough to be interrupted, short enough to be seen to its end. */
const SETUP = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  teacher: { model: mlp(8), epochs: 2 },
  students: [{ key: 's1', method: { id: 'kd' }, model: mlp(8) }],
  training: { epochs: 60 },
};

test('a reloaded page offers the interrupted run, and goes on with it', async ({ page }) => {
  await page.goto(`./?save=0${fragment(SETUP)}`);
  await ready(page);
  await page.keyboard.press(' ');
  const status = page.locator('.run-status');
  await expect(status).toContainText('epoch', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(status).toContainText('Paused');
  // Another link than the run's: what is offered is the run, whatever the page was opened with.
  await page.goto('./?save=0&again');
  const offer = page.getByText(
    /^A run of [\d,]+ steps on .+ was interrupted\. It can go on from step [\d,]+\.$/,
  );
  await expect(offer).toBeVisible({ timeout: 30_000 });
  expect(await serious(page)).toEqual([]);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(offer).toBeHidden();
  await expect(status).toContainText('epoch', { timeout: 30_000 });
  await expect(page.getByRole('row', { name: /^Knowledge distillation|^KD/ })).toBeVisible();
  await expect(status).toHaveText('Finished', { timeout: 60_000 });
  // Nothing is left to go on with.
  await page.reload();
  await ready(page);
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
  await expect(offer).toBeHidden();
});
