/** The training worker of the built page breaks in every way it can; the page says so and goes on. */
import type { Page } from '@playwright/test';
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
  training: { epochs: 400 },
});

/** What is run inside the worker, as text: it must not need anything of this file. */
const WAYS = {
  'an endless loop': 'for (;;) {}',
  'an exception outside of any message': 'setTimeout(() => { throw new Error("provoked"); })',
  'a promise that nobody waits for': 'void Promise.reject(new Error("provoked"))',
  'the end of the worker': 'self.close()',
} as const;

/** Seconds within which trouble must be seen. */
const TARGET = 5;

const TROUBLE = /No sign of life from the training worker|provoked/;

/** Opens the page with a run that was saved at least once, and is training. */
async function training(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press(' ');
  await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.run-status')).toContainText('Paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.locator('.run-status')).not.toContainText('Paused');
  // What it said of recording its steps anew is over: a worker that announced work is given longer.
  await page.waitForTimeout(3000);
}

/** Longest task of the page's own thread since the page was opened, in milliseconds. */
const watchTasks = (page: Page) =>
  page.addInitScript(() => {
    Object.assign(globalThis, { longest: 0 });
    new PerformanceObserver((list) => {
      const held = globalThis as unknown as { longest: number };
      for (const { duration } of list.getEntries()) held.longest = Math.max(held.longest, duration);
    }).observe({ type: 'longtask' });
  });

test('a worker that breaks is seen, and the page works on', async ({ browser, place }) => {
  test.setTimeout(900_000);
  const address = place.at(SETUP).replace('?automation', '');
  const seconds: (readonly [way: string, seconds: number])[] = [];
  let frozen = 0;
  for (const [way, code] of Object.entries(WAYS)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await watchTasks(page);
    await training(page, address);
    await page.evaluate(() => Object.assign(globalThis, { longest: 0 }));
    const worker = page.workers().find((w) => w.url().includes('host'))!;
    const since = Date.now();
    // An endless loop never answers.
    void worker.evaluate(code).catch(() => undefined);
    await expect(page.getByText(TROUBLE).first(), way).toBeVisible({ timeout: 15_000 });
    seconds.push([way, (Date.now() - since) / 1000]);
    frozen = Math.max(
      frozen,
      await page.evaluate(() => (globalThis as unknown as { longest: number }).longest),
    );
    await context.close();
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route(/host/, (route) => route.abort());
  // The page itself is loaded, the worker is asked for by it.
  let since = Date.now();
  page.on('request', (request) => {
    if (/host/.test(request.url())) since = Date.now();
  });
  await page.goto(address);
  await expect(page.getByText(/could not be loaded|No sign of life/).first()).toBeVisible({
    timeout: 15_000,
  });
  seconds.push(['a worker that cannot be loaded', (Date.now() - since) / 1000]);
  await context.close();
  const late = seconds.filter(([, after]) => after > TARGET);
  expect(late, `seen within ${TARGET} s`).toEqual([]);
  const told = seconds.map(([way, after]) => `${way} ${after.toFixed(1)} s`);
  prove(
    {
      id: 'worker-breaks',
      area: 'GPU and worker',
      hazard: 'The training worker hangs, throws, ends or cannot be loaded',
      promise: `The page sees it within ${TARGET} s, says it and stays usable`,
      figure: `5 of 5 seen: ${told.join(', ')}; longest task of the page meanwhile ${frozen.toFixed(0)} ms`,
    },
    test.info(),
  );
});

test('a run whose worker hangs goes on in a new one', async ({ browser, place }) => {
  test.setTimeout(300_000);
  const context = await browser.newContext();
  const page = await context.newPage();
  await training(page, place.at(SETUP).replace('?automation', ''));
  const worker = page.workers().find((w) => w.url().includes('host'))!;
  void worker.evaluate('for (;;) {}').catch(() => undefined);
  await expect(page.getByText(TROUBLE).first()).toBeVisible({ timeout: 15_000 });
  const since = Date.now();
  await page.getByRole('button', { name: /^Go on from step/ }).click();
  await expect(page.getByText(/Training went on from step/)).toBeVisible({ timeout: 60_000 });
  const seconds = (Date.now() - since) / 1000;
  await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 30_000 });
  await context.close();
  prove(
    {
      id: 'worker-hangs',
      area: 'Saving and resuming',
      hazard: 'The training worker never answers again',
      promise: 'One click goes on with the run from its last checkpoint in a new worker',
      figure: `1 of 1 in a real browser, went on ${seconds.toFixed(1)} s after the click`,
    },
    test.info(),
  );
});
