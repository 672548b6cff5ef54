import { expect, type Page } from '@playwright/test';
import { fragment, ready, serious, test } from './support';

/** A set-up that trains in seconds on an emulated GPU, with a network that has maps. */
const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  teacher: { model: { id: 'cnn', params: { width: 4, blocks: 2 } }, epochs: 1 },
  students: ['labels-only', 'kd'].map((id, i) => ({
    key: `s${i + 1}`,
    method: { id },
    model: { id: 'mlp', params: { width: 8, layers: 1 } },
  })),
  training: { epochs: 2 },
};

const choose = async (page: Page, item: RegExp | string) => {
  await page.getByRole('button', { name: 'Axes' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

/** Units, logarithm, and a zoom by dragging that all charts follow. */
async function readsTheCharts(page: Page): Promise<void> {
  const loss = page.getByRole('region', { name: 'Training loss', exact: true });
  const chart = loss.locator('.live-chart');
  await choose(page, 'By images seen');
  await expect(loss.locator('.panel-note')).toHaveText('by images seen');
  await choose(page, 'Logarithmic y axis');
  const before = await loss.locator('.chart-main').first().getAttribute('d');
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + 90, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 180, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByRole('button', { name: 'Show all' })).toHaveCount(3);
  await expect.poll(() => loss.locator('.chart-main').first().getAttribute('d')).not.toBe(before);
  await expect(page.locator('.readout-step')).toContainText('images');
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.readout-step')).toContainText('images');
  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: 'Show all' })).toHaveCount(0);
  await choose(page, 'By step');
}

/** Reliability before and after scaling, a map of the images, a drawing: every learner in each. */
async function looksCloser(page: Page): Promise<void> {
  await page.keyboard.press('v');
  const dialog = page.getByRole('dialog', { name: 'Look closer' });
  await expect(dialog.getByRole('region', { name: /^Divided by T = / })).toBeVisible();
  await expect(dialog.locator('.histogram')).toHaveCount(3);
  await expect(dialog.locator('.look-classes tbody tr')).toHaveCount(10);
  expect(await serious(page)).toEqual([]);
  await dialog.getByText('Map of images', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Make the map' }).click();
  await expect(dialog.locator('.scatter')).toHaveCount(3, { timeout: 30_000 });
  await dialog.locator('.scatter').last().focus();
  await page.keyboard.press('ArrowRight');
  await expect(dialog.locator('.scatter-mark')).toHaveCount(3);
  await expect(dialog.locator('.answer')).toHaveCount(3, { timeout: 30_000 });
  await dialog.getByText('Draw, camera', { exact: true }).click();
  const pad = (await dialog.locator('.paint-pad').boundingBox())!;
  await page.mouse.move(pad.x + 80, pad.y + 60);
  await page.mouse.down();
  await page.mouse.move(pad.x + 120, pad.y + 200, { steps: 5 });
  await page.mouse.up();
  await expect(dialog.locator('.answer-bars')).toHaveCount(3, { timeout: 30_000 });
  await dialog.getByText('Camera', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Start the camera' }).click();
  await expect(dialog.getByRole('alert')).toContainText('camera');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('Escape');
}

/** Where each learner looks in one image; a fully connected net says that it has no places. */
async function asksForPlaces(page: Page): Promise<void> {
  await page.keyboard.press('i');
  await page.getByText('Images', { exact: true }).click();
  await page.locator('.sample').first().click({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Show which places count' }).click();
  await expect(page.getByRole('region', { name: 'Places of Teacher' })).toContainText('Grad-CAM', {
    timeout: 30_000,
  });
  await expect(page.getByRole('region', { name: 'Places of Labels only' })).toContainText('no map of places');
  expect(await serious(page)).toEqual([]);
}

test('a finished run is looked at closely', async ({ page }) => {
  await page.goto(`./${fragment(TINY)}`);
  await ready(page);
  await page.keyboard.press(' ');
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 90_000 });
  await readsTheCharts(page);
  await looksCloser(page);
  await asksForPlaces(page);
});
