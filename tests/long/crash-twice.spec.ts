/** The GPU process crashes twice within a minute, in a real browser: the built page stops, and says how to go on. */
import { chromium, type Page } from '@playwright/test';
import { findChromium, flags } from '../../scripts/chromium.mjs';
import { fragment } from '../e2e/support';
import { prove } from '../proof';
import { expect, test } from './series';

const mlp = { id: 'mlp', params: { width: 8, layers: 1 } };
const SETUP = fragment({
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  teacher: { model: mlp, epochs: 2 },
  students: [{ key: 's1', method: { id: 'kd' }, model: mlp }],
  training: { epochs: 500 },
});

/** Seconds after the second crash in which a page that loops would try again. */
const CALM = 30;

const notice = (page: Page) => page.getByText(/Training went on from step [\d,]+/);

/** A pause saves. */
async function saved(page: Page): Promise<void> {
  await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.run-status')).toContainText('Paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.locator('.run-status')).not.toContainText('Paused');
}

test('a device that crashes twice: the run is kept, two ways on, no loop', async ({ place }) => {
  test.setTimeout(300_000);
  const browser = await chromium.launch({ executablePath: await findChromium(), args: flags() });
  try {
    const page = await (await browser.newContext()).newPage();
    let workers = 0;
    page.on('worker', (worker) => {
      if (worker.url().includes('host')) workers++;
    });
    const cdp = await browser.newBrowserCDPSession();
    // The connection may end with the process it speaks of.
    const crash = () => cdp.send('Browser.crashGpuProcess').catch(() => undefined);
    await page.goto(place.at(SETUP).replace('?automation', ''));
    await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
    await page.keyboard.press(' ');
    await saved(page);
    expect(workers).toBe(1);
    const first = Date.now();
    await crash();
    await expect(notice(page)).toBeVisible({ timeout: 45_000 });
    await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 30_000 });
    expect(workers).toBe(2);
    await crash();
    const apart = (Date.now() - first) / 1000;
    expect(apart, 'seconds between the crashes').toBeLessThan(60);
    const trouble = page.getByText('The graphics device was lost twice within a minute.');
    await expect(trouble).toBeVisible({ timeout: 30_000 });
    const again = page.getByRole('button', { name: /^Try it again from step [\d,]+$/ });
    const without = page.getByRole('button', { name: 'Go on without it' });
    await expect(again).toBeVisible();
    await expect(without).toBeVisible();
    await page.waitForTimeout(1000 * CALM);
    expect(workers, 'workers, one of which would ask for a device each').toBe(2);
    await expect(trouble).toBeVisible();
    await without.click();
    await expect(page.getByText(/which is slower than WebGPU/)).toBeVisible({ timeout: 60_000 });
    await expect(notice(page)).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 60_000 });
    expect(workers).toBe(3);
    prove(
      {
        id: 'device-lost-twice-browser',
        area: 'GPU and worker',
        hazard: 'The GPU process crashes a second time within a minute',
        promise: 'The run is stopped and kept, two ways on are offered, and nothing is tried again by itself',
        figure: `2 crashes ${apart.toFixed(0)} s apart in one browser: 0 new workers in the ${CALM} s after the second; went on without WebGPU from its last checkpoint when asked to`,
      },
      test.info(),
    );
  } finally {
    await browser.close();
  }
});
