/**
 * Makes docs/screenshot.png: the ready set-up, trained to its end.
 *   node scripts/screenshot.mjs [FILE] [--light] [--width N] [--link '#c=...']
 */
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';

await ensureInstalled();
const { chromium } = await import('@playwright/test');
const { ensureBuilt } = await import('./build.mjs');
const { findChromium, flags } = await import('./chromium.mjs');
const { serve } = await import('./serve.mjs');

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const [file = join(root, 'docs/screenshot.png')] = process.argv.slice(2).filter((arg) => /\.png$/.test(arg));
const width = Number(option('--width') ?? 1440);

const server = await serve(await ensureBuilt());
const browser = await chromium.launch({ executablePath: await findChromium(), args: flags() });
try {
  const colorScheme = process.argv.includes('--light') ? 'light' : 'dark';
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(server.address + (option('--link') ?? ''));
  await page
    .getByRole('button', { name: /^Start/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Run again' }).first().waitFor({ timeout: 900_000 });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: file });
  console.log(file);
} finally {
  await browser.close();
  server.close();
}
