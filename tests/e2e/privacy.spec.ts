/** The policy holds in every corner of the page, and nothing is asked of any server once the page is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { parquet } from '../data/support/parquet';
import { flatPng } from '../data/support/png';
import { prove } from '../proof';
import { fragment, ready, test } from './support';

const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 400 } },
  data: { size: 8 },
  teacher: { model: { id: 'mlp', params: { width: 32, layers: 1 } }, epochs: 1 },
  students: [{ key: 's1', method: { id: 'kd' }, model: { id: 'mlp', params: { width: 16, layers: 1 } } }],
  training: { epochs: 1 },
};

const ASSETS = join(import.meta.dirname, '../../dist/assets');
const scripts = () => readdirSync(ASSETS).filter((name) => name.endsWith('.js'));

/** The page and its worker have been silent for a second. */
async function settled(requests: readonly string[], page: Page): Promise<void> {
  for (let before = -1; before !== requests.length; ) {
    before = requests.length;
    await page.waitForTimeout(1000);
  }
}

/** Opens what is fetched late or never shown at first. */
async function looksEverywhere(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Methods', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Search').fill('hinton');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('.formula math').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Runs' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: 'Link' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /colours$/ }).click();
}

/** A format whose reader is a part of its own. */
async function readsParquet(page: Page): Promise<void> {
  const rows = Array.from({ length: 24 }, (_, i) => ({ bytes: flatPng(8, 8, [i, 99, 9 * i]), label: i % 2 }));
  await page.getByRole('button', { name: /^Data/ }).click();
  await page.getByTestId('pick-files').setInputFiles({
    name: 'pets.parquet',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(parquet(rows, { names: ['cat', 'dog'] })),
  });
  await expect(page.getByRole('dialog')).toContainText('2, by label', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Use this data' }).click();
}

test('a whole visit offline: nothing is asked of any server', async ({ page, context, baseURL }) => {
  const requests: string[] = [];
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
  page.on('websocket', (socket) => requests.push(socket.url()));
  await page.goto(`./${fragment(TINY)}`);
  await ready(page);
  await settled(requests, page);
  expect(requests.filter((url) => !url.startsWith(baseURL!))).toEqual([]);
  const loaded = requests.splice(0);
  await context.setOffline(true);
  await looksEverywhere(page);
  await readsParquet(page);
  await expect(page.locator('.chip-data')).toContainText('2 classes');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 90_000 });
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Networks \(/ }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all networks' }).click();
  expect(readFileSync(await (await download).path()).length).toBeGreaterThan(100);
  expect(requests).toEqual([]);
  prove(
    {
      id: 'no-requests',
      area: 'Privacy and safety',
      hazard: 'Images, names or results leave the machine',
      promise: 'No request to another origin; none at all once the page is there, which then works offline',
      figure: `${loaded.length} requests to load, 0 to another origin; offline from then on: pages, a Parquet file, training and exporting networks made 0 requests`,
    },
    test.info(),
  );
});

/** Hosts that the bundle names: licences, papers, names of XML spaces, texts of errors. None is ever asked. */
const NAMED =
  /^(www\.apache\.org|www\.w3\.org|arxiv\.org|[\w.-]*github\.(com|io)|openaccess\.thecvf\.com|papers\.nips\.cc|doi\.org|www\.shadertoy\.com|react\.dev|developer\.mozilla\.org|redux\.js\.org|redux-toolkit\.js\.org|mantine\.dev|en\.wikipedia\.org|emscripten\.org|bit\.ly)$/;

test('the bundle has no way out: no other network interface, no address that is fetched', () => {
  for (const name of scripts()) {
    const text = readFileSync(join(ASSETS, name), 'utf8');
    const outward =
      /RTCPeerConnection|sendBeacon|WebSocket|WebTransport|EventSource|new Function\(|(?<![.\w$])eval\(/;
    expect(outward.exec(text)?.[0], name).toBeUndefined();
    expect(/(fetch|import|open|Worker|importScripts)\(["'`]https?:/.exec(text)?.[0], name).toBeUndefined();
    for (const [, host = ''] of text.matchAll(/https?:\/\/([\w.-]+)/g)) expect(host, name).toMatch(NAMED);
  }
  const page = readFileSync(join(ASSETS, '../index.html'), 'utf8');
  expect(page).not.toMatch(/preconnect|dns-prefetch|(src|href)="(https?:)?\/\//);
  prove(
    {
      id: 'bundle-scan',
      area: 'Privacy and safety',
      hazard: 'A dependency opens a channel that tests of requests do not see',
      promise:
        'No WebRTC, WebSocket, EventSource, beacon or evaluation of text in the bundle; no address that is fetched',
      figure: `${scripts().length} scripts: 0 found`,
    },
    test.info(),
  );
});

test('text becomes neither script nor markup nor style', async ({ page, policyViolations }) => {
  await page.goto('./');
  await ready(page);
  const blocked = await page.evaluate(async () => {
    const tries: Record<string, () => unknown> = {
      markup: () => {
        document.createElement('div').innerHTML = '<img src=x onerror="1">';
      },
      function: () => new Function('return 1')(),
      worker: () => new Worker('https://example.org/a.js'),
      assembly: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
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
  expect(blocked).toEqual(['markup', 'function', 'worker', 'assembly', 'style', 'request']);
  for (const rule of ['require-trusted-types-for', 'style-src-elem inline', 'connect-src https:'])
    await expect.poll(() => policyViolations.some((text) => text.includes(`violation: ${rule}`))).toBe(true);
  policyViolations.length = 0;
  prove(
    {
      id: 'policy',
      area: 'Privacy and safety',
      hazard: 'Markup or script comes in with a file, a name or a link',
      promise:
        'A content security policy with Trusted Types and without any word unsafe, in the page and in the header, so that it holds in the worker too, which alone may compile WebAssembly',
      figure: `${blocked.length} of ${blocked.length} provoked violations blocked; 0 others in the tests of the page that watch for them (tests/e2e/support.ts)`,
    },
    test.info(),
  );
});

test('the policy is in the page and in the headers, and allows nothing inline', async ({ page, request }) => {
  const answer = await request.get('./');
  const header = answer.headers()['content-security-policy'] ?? '';
  expect(header).toContain("require-trusted-types-for 'script'");
  expect(header).not.toMatch(/unsafe|https?:|\*/);
  await page.goto('./');
  const metas = await page
    .locator('meta[http-equiv]')
    .evaluateAll((all) => all.map((meta) => (meta as HTMLMetaElement).content));
  expect(metas[0]).toBe(header);
  expect(metas[1]).toMatch(/^style-src-elem 'self' 'nonce-[0-9a-f]{32}'/);
});

test('only the worker may compile WebAssembly, and does where there is no WebGPU', async ({ page }) => {
  const asked = page.waitForResponse(/\/host-[\w-]+\.js$/);
  await page.goto('./?automation&backend=wasm');
  const header = (await asked).headers()['content-security-policy'] ?? '';
  expect(header).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(header).not.toMatch(/'unsafe-|https?:|\*/);
  await page.waitForFunction(() => 'condenser' in globalThis);
  expect(await page.evaluate(() => globalThis.condenser?.device())).toMatchObject({ backend: 'wasm' });
});
