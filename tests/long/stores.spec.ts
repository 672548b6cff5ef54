/** Stores that a newer version of the page has written: they are left alone, and the page says so and trains. */
import { prove } from '../proof';
import { expect, test } from './series';

const STORES = ['condenser-runs', 'condenser', 'condenser-forms'] as const;
const NEWER = 99;

test('stores of a newer version are left as they are', async ({ browser, place }) => {
  test.setTimeout(180_000);
  const page = await (await browser.newContext()).newPage();
  const address = place.at('').replace('?automation', '');
  // A file of the same origin that opens no store itself.
  await page.goto(`${address}icon.svg`);
  await page.evaluate(
    ([names, version]) =>
      Promise.all(
        names.map(
          (name) =>
            new Promise<void>((resolve, reject) => {
              const asked = indexedDB.open(name, version);
              asked.onupgradeneeded = () => asked.result.createObjectStore('of-tomorrow').put(name, 1);
              asked.onerror = () => reject(asked.error);
              asked.onsuccess = () => {
                asked.result.close();
                resolve();
              };
            }),
        ),
      ),
    [STORES, NEWER] as const,
  );
  await page.goto(address);
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press(']');
  const runs = page.getByRole('dialog', { name: 'Runs' });
  await expect(runs).toContainText('A newer version of this page has kept runs here');
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  const library = page.getByRole('dialog', { name: 'Kept networks' });
  await expect(library).toContainText('A newer version of this page has kept networks here');
  await page.keyboard.press('Escape');
  await page.keyboard.press(' ');
  await expect(page.locator('.run-status')).toContainText('epoch', { timeout: 60_000 });
  await page.goto(`${address}icon.svg`);
  const found = await page.evaluate(
    (names) =>
      Promise.all(
        names.map(
          (name) =>
            new Promise<unknown>((resolve, reject) => {
              const asked = indexedDB.open(name);
              asked.onerror = () => reject(asked.error);
              asked.onsuccess = () => {
                const { version, objectStoreNames } = asked.result;
                resolve([version, [...objectStoreNames]]);
                asked.result.close();
              };
            }),
        ),
      ),
    STORES,
  );
  expect(found).toEqual(STORES.map(() => [NEWER, ['of-tomorrow']]));
  prove(
    {
      id: 'newer-stores',
      area: 'Saving and resuming',
      hazard: 'Runs, networks and measured forms were kept by a newer version of the page',
      promise: 'The page says so, trains, and leaves them as they are',
      figure: `${STORES.length} of ${STORES.length} stores untouched after a run was begun`,
    },
    test.info(),
  );
});
