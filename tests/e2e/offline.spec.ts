/** After one visit the page needs no server; a newer version waits until it is asked for. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { writeServiceWorker } from '../../scripts/offline.mjs';
import { serve } from '../../scripts/serve.mjs';
import { prove } from '../proof';
import { fragment, ready, test } from './support';

test.use({ serviceWorkers: 'allow' });

const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  teacher: { model: { id: 'mlp', params: { width: 16, layers: 1 } }, epochs: 1 },
  students: [{ key: 's1', method: { id: 'kd' }, model: { id: 'mlp', params: { width: 8, layers: 1 } } }],
  training: { epochs: 1 },
};

const kept = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return { names, paths: all.flat().map(({ url }) => new URL(url).pathname + new URL(url).search) };
  });

test('the page comes back and trains without its server, and a newer version waits', async ({ page }) => {
  const root = mkdtempSync(join(tmpdir(), 'condenser-'));
  const sub = join(root, 'a/page');
  cpSync(join(import.meta.dirname, '../../dist'), sub, { recursive: true });
  const first = await serve(root);
  const address = `${first.address}a/page/`;
  const port = Number(new URL(first.address).port);
  try {
    await page.goto(`${address}?tuning=on${fragment(TINY)}`);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    const { names, paths } = await kept(page);
    expect(names).toHaveLength(1);
    expect(
      paths.every((path) => /^\/a\/page\/(assets\/[\w.-]+|[\w.-]*)$/.test(path)),
      paths.join(' '),
    ).toBe(true);
    first.close();
    await page.goto('about:blank');
    await page.goto(address + fragment(TINY));
    await ready(page);
    await page.keyboard.press('e');
    await expect(page.getByRole('dialog', { name: 'Examples' }).getByRole('listitem').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(page.getByText('Finished', { exact: true })).toBeVisible({ timeout: 90_000 });

    const html = join(sub, 'index.html');
    writeFileSync(html, readFileSync(html, 'utf8').replace('<title>', '<title>New '));
    writeServiceWorker(sub);
    const second = await serve(root, { port });
    try {
      await page.reload();
      const loaded = page.waitForEvent('load');
      await page.getByRole('button', { name: 'Load it now' }).click({ timeout: 30_000 });
      await loaded;
      await expect.poll(async () => (await kept(page)).names.length).toBe(1);
      expect((await kept(page)).names).not.toEqual(names);
      expect(await page.evaluate(async () => (await fetch('./')).text())).toContain('<title>New ');
      prove(
        {
          id: 'service-worker',
          area: 'Privacy and safety',
          hazard: 'The server is gone, or has a newer version while the page is open',
          promise:
            'The second visit works without it; a newer version waits until it is asked for; nothing of the user is among the kept files',
          figure: `${paths.length} files of the page kept and no other; opened, showed its examples and trained with the server closed; 1 newer version, loaded by a click`,
        },
        test.info(),
      );
    } finally {
      second.close();
    }
  } finally {
    first.close();
    rmSync(root, { recursive: true });
  }
});
