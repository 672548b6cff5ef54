/** Pictures drawn on the page or taken with the camera become a data set. */
import { expect, type Page } from '@playwright/test';
import { flags } from '../../scripts/chromium.mjs';
import { ready, serious, test } from './support';

// A moving test picture in the place of a camera, and a person who allows it.
test.use({
  launchOptions: {
    ...(process.env['CHROMIUM'] ? { executablePath: process.env['CHROMIUM'] } : {}),
    args: [...flags(), '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  },
});

async function open(page: Page, source: 'Draw' | 'Camera') {
  await page.goto('./');
  await ready(page);
  await page.getByRole('button', { name: /^Data/ }).click();
  await page.getByRole('button', { name: `${source}…` }).click();
  return page.getByRole('dialog', { name: 'Make your own images' });
}

async function draw(page: Page, [x, y]: readonly [number, number], [u, v]: readonly [number, number]) {
  const box = (await page.getByRole('img', { name: 'Sheet to draw on' }).boundingBox())!;
  await page.mouse.move(box.x + x, box.y + y);
  await page.mouse.down();
  await page.mouse.move(box.x + u, box.y + v, { steps: 3 });
  await page.mouse.up();
}

test('drawings and pictures of the camera become classes', async ({ page }) => {
  const dialog = await open(page, 'Draw');
  await dialog.getByRole('textbox', { name: 'Name of class one' }).fill('bar');
  const bars = dialog.getByRole('button', { name: 'Add to bar' });
  await expect(bars).toBeDisabled();
  for (let i = 0; i < 3; i++) {
    await draw(page, [40 + 50 * i, 30], [40 + 50 * i, 220]);
    await bars.click();
    await expect(bars).toBeDisabled();
  }
  // The browser packs pictures when it finds time.
  const pictures = dialog.getByRole('list', { name: 'Pictures of bar' }).getByRole('listitem');
  await expect(pictures).toHaveCount(3, { timeout: 30_000 });
  await expect(dialog).toContainText('At least two classes');
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('radio', { name: 'New pictures go to other' }).check();
  await dialog.getByText('Camera', { exact: true }).click();
  const hold = dialog.getByRole('button', { name: 'Hold to collect other' });
  await expect(hold).toBeHidden();
  await dialog.getByRole('button', { name: 'Start the camera' }).click();
  await hold.hover();
  await page.mouse.down();
  const others = dialog.getByRole('list', { name: 'Pictures of other' }).getByRole('listitem');
  await expect.poll(() => others.count()).toBeGreaterThan(2);
  await page.mouse.up();
  const taken = await others.count();
  await hold.press('Enter');
  await expect(others).toHaveCount(taken + 1);
  expect(await serious(page)).toEqual([]);
  const streaming = () =>
    page.locator('video').evaluate((video: HTMLVideoElement) => video.srcObject !== null);
  expect(await streaming()).toBe(true);
  await dialog.getByRole('button', { name: 'Look at them' }).click();
  const report = page.getByRole('dialog', { name: /^Your images/ });
  await expect(report).toContainText('2, by folder', { timeout: 30_000 });
  await expect(report.getByRole('textbox', { name: 'Name of class bar' })).toBeVisible();
  await report.getByRole('button', { name: 'Use this data' }).click();
  await expect(page.locator('.chip-data')).toContainText(`2 classes · ${taken + 4}`);
});

test('without a camera the page says why and how to go on', async ({ page }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  const dialog = await open(page, 'Camera');
  await dialog.getByRole('button', { name: 'Start the camera' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Allow it for this page in the address bar');
  await expect(dialog.getByRole('button', { name: 'Start the camera' })).toBeEnabled();
});
