/** Every example opens without a complaint, and its memory fits: measured on the device that only counts. */
import { expect, test } from '@playwright/test';
import { ensureBuilt } from '../../scripts/build.mjs';
import { serve } from '../../scripts/serve.mjs';

let server: Awaited<ReturnType<typeof serve>>;
test.beforeAll(async () => {
  server = await serve(await ensureBuilt({ quiet: true }));
});
test.afterAll(() => server.close());

test('every example fits into memory', async ({ page }) => {
  test.setTimeout(900_000);
  await page.goto(`${server.address}#/presets`);
  const links = page.getByRole('dialog', { name: 'Examples' }).getByRole('listitem').getByRole('link');
  await expect(links.first()).toBeVisible();
  const found = await links.evaluateAll((all) =>
    all.map((link) => ({
      name: link.textContent ?? '',
      hash: new URL((link as HTMLAnchorElement).href).hash,
    })),
  );
  expect(found.length).toBeGreaterThan(40);
  const sizes: string[] = [];
  for (const { name, hash } of found) {
    // The estimate of the one before stays on screen, so each gets a page of its own.
    await page.goto('about:blank');
    await page.goto(server.address + hash);
    const note = page.getByText(/about [\d.]+ [kMG]B of GPU memory/);
    await expect(note, name).toBeVisible({ timeout: 60_000 });
    sizes.push(`${name}: ${/[\d.]+ [kMG]B/.exec((await note.textContent()) ?? '')?.[0]}`);
    await expect(page.getByRole('alert'), name).toHaveCount(0);
  }
  console.log(sizes.join('\n'));
});
