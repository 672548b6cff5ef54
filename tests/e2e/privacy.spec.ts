/** The policy holds in every corner of the page, and nothing is asked of any server once the page is there. */
import { expect, type Page, test } from '@playwright/test';
import { deflateSync, strToU8 } from 'fflate';
import { flatPng } from '../data/support/png';

const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 400 } },
  data: { size: 8 },
  teacher: { model: { id: 'mlp', params: { width: 32, layers: 1 } }, epochs: 1 },
  students: [{ key: 's1', method: { id: 'kd' }, model: { id: 'mlp', params: { width: 16, layers: 1 } } }],
  training: { epochs: 1 },
};
const link = `./#c=1.${Buffer.from(deflateSync(strToU8(JSON.stringify(TINY)))).toString('base64url')}`;

/** Violations of the policy, seen by the page and told by the browser for its workers. */
async function watch(page: Page): Promise<() => Promise<readonly string[]>> {
  const told: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted(HTML|Script)/.test(message.text())) told.push(message.text());
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { violations: seen });
    document.addEventListener('securitypolicyviolation', (event) =>
      seen.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  const seen = () => page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
  return async () => [...told, ...(await seen())];
}

test('a whole visit offline: no request, no violation', async ({ page, context }) => {
  const violations = await watch(page);
  const requests: string[] = [];
  await page.goto(link);
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  await page.waitForLoadState('networkidle');
  await context.setOffline(true);
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
  page.on('websocket', (socket) => requests.push(socket.url()));
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: 'Link' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Data' }).first().click();
  await page.getByTestId('pick-files').setInputFiles(
    [0, 1].map((i) => ({
      name: `${i}.png`,
      mimeType: 'image/png',
      buffer: Buffer.from(flatPng(4, 4, [i, 2, 3])),
    })),
  );
  await expect(page.getByRole('alert')).toContainText('NO_LABELS', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 90_000 });
  expect(requests).toEqual([]);
  expect(await violations()).toEqual([]);
});

test('dialogs, formulas and both schemes keep to the policy', async ({ page }) => {
  const violations = await watch(page);
  await page.goto('./#/methods/dkd');
  await expect(page.locator('.formula math').first()).toBeVisible({ timeout: 30_000 });
  await page.goto('./');
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Add student' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
  const before = await scheme();
  await page
    .getByRole('button', { name: /colours$/ })
    .first()
    .click();
  expect(await scheme()).not.toBe(before);
  expect(await violations()).toEqual([]);
});

test('text becomes neither script nor markup nor style', async ({ page }) => {
  await page.goto('./');
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  const blocked = await page.evaluate(async () => {
    const tries: Record<string, () => unknown> = {
      markup: () => {
        document.createElement('div').innerHTML = '<img src=x onerror="1">';
      },
      function: () => new Function('return 1')(),
      worker: () => new Worker('https://example.org/a.js'),
    };
    // What is evaluated from outside may run text; a timer of the page may not.
    const attempt = ([name, run]: [string, () => unknown]) =>
      new Promise<string>((resolve) =>
        setTimeout(() => {
          try {
            run();
            resolve(`${name} went through`);
          } catch {
            resolve(name);
          }
        }),
      );
    const refused = await Promise.all(Object.entries(tries).map(attempt));
    const style = document.createElement('style');
    style.textContent = 'body { --planted: 1 }';
    document.head.append(style);
    const planted = getComputedStyle(document.body).getPropertyValue('--planted');
    const sent = await fetch('https://example.org/').then(
      () => 'request went through',
      () => 'request',
    );
    return [...refused, planted ? 'style went through' : 'style', sent];
  });
  expect(blocked).toEqual(['markup', 'function', 'worker', 'style', 'request']);
});

test('the policy is in the page and in the headers, and allows nothing inline', async ({ page, request }) => {
  const answer = await request.get('./');
  const header = answer.headers()['content-security-policy'] ?? '';
  expect(header).toContain("require-trusted-types-for 'script'");
  expect(header).not.toMatch(/'unsafe-(inline|eval)'|https?:|\*/);
  await page.goto('./');
  const metas = await page
    .locator('meta[http-equiv]')
    .evaluateAll((all) => all.map((meta) => (meta as HTMLMetaElement).content));
  expect(metas[0]).toBe(header);
  expect(metas[1]).toMatch(/^style-src-elem 'self' 'nonce-[0-9a-f]{32}'/);
});
