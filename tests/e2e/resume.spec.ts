import { expect, type Page, test } from '@playwright/test';
import { prove } from '../proof';
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
  await page.goto(`./${fragment(SETUP)}`);
  await ready(page);
  await page.keyboard.press(' ');
  const status = page.locator('.run-status');
  await expect(status).toContainText('epoch', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(status).toContainText('Paused');
  // Another link than the run's: what is offered is the run, whatever the page was opened with.
  await page.goto('./?again');
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
  prove(
    {
      id: 'reload',
      area: 'Saving and resuming',
      hazard: 'The page is reloaded or closed in the middle of a run',
      promise: 'It offers to go on with the run, whatever it was opened with, and does',
      figure: '1 of 1 resumed after a reload and trained to its end',
    },
    test.info(),
  );
});

/** Names of what the browser holds for the page. */
const stored = (page: Page) =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const files: string[] = [];
    for await (const name of root.keys()) files.push(name);
    const databases = (await indexedDB.databases()).map(({ name }) => name ?? '');
    return [...files, ...databases, ...Object.keys(localStorage)].filter((name) =>
      /condenser|mantine/.test(name),
    );
  });

/** Runs and sweeps in the database of finished ones. */
const keptRuns = (page: Page) =>
  page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await settled(indexedDB.open('condenser-runs'));
    const names = [...database.objectStoreNames];
    const counts = await Promise.all(
      names.map((name) => settled(database.transaction(name).objectStore(name).count())),
    );
    database.close();
    return counts.reduce((sum, count) => sum + count, 0);
  });

test('everything that is kept can be cleared', async ({ page }) => {
  await page.goto(`./${fragment(SETUP)}`);
  await ready(page);
  await page.keyboard.press(' ');
  await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.locator('.run-status')).toContainText('Paused');
  await page
    .getByRole('button', { name: /colours/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await expect
    .poll(() => stored(page))
    .toEqual(expect.arrayContaining(['condenser', 'condenser-runs', 'mantine-color-scheme-value']));
  await page.getByRole('button', { name: 'Clear everything' }).click();
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Remove it all' }).click();
  await loaded;
  await ready(page);
  // The new page has looked for sweeps, its worker for runs and networks, and both opened what they need for that.
  expect((await stored(page)).filter((name) => name.includes('mantine'))).toEqual([]);
  expect(await keptRuns(page)).toBe(0);
  await expect(page.getByText('was interrupted')).toBeHidden();
  const left = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('condenser', {
      create: true,
    });
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names;
  });
  expect(left).toEqual([]);
});
