/** The hostile links of the generator outside the repository, opened in the built page. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, strToU8 } from 'fflate';
import { shared } from '../data/support/files';
import { prove } from '../proof';
import { expect, test } from './series';

interface Payloads {
  readonly payloads: readonly { readonly id: string; readonly json: string }[];
  readonly raw_fragments: readonly { readonly id: string; readonly fragment: string }[];
}

const generator = shared('hostile', 'make.py');
const usable = generator !== undefined && spawnSync('python3', ['-c', 'import numpy']).status === 0;

/** Its payloads speak of version `v`; ours says `version`. */
const linkOf = (json: string): string =>
  `#c=1.${Buffer.from(deflateSync(strToU8(json.replace(/^\{"v":/, '{"version":')))).toString('base64url')}`;

test('every hostile link opens a page that works', async ({ browser, place }) => {
  test.skip(!usable, 'The generator of hostile links, or its Python, is not there.');
  test.setTimeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'links-'));
  execFileSync('python3', [generator!, folder, '--skip-big'], { stdio: 'ignore' });
  const listed = JSON.parse(readFileSync(join(folder, 'share_payloads.json'), 'utf8')) as Payloads;
  rmSync(folder, { recursive: true });
  const links = [
    ...listed.payloads.map(({ id, json }) => ({ id, link: linkOf(json) })),
    ...listed.raw_fragments.map(({ id, fragment: link }) => ({ id, link })),
  ];
  let slowest = 0;
  let named = 0;
  for (const { id, link } of links) {
    const page = await browser.newPage();
    const seen: string[] = [];
    const home = new URL(place.at('')).origin;
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(home)) seen.push(request.url());
    });
    page.on('dialog', (dialog) => {
      seen.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => seen.push(error.message));
    const since = Date.now();
    await page.goto(place.at(link).replace('?automation', ''));
    const start = page.getByRole('button', { name: /^Start/ }).first();
    await expect(start, id).toBeVisible({ timeout: 10_000 });
    slowest = Math.max(slowest, (Date.now() - since) / 1000);
    const state = await page.evaluate(() => ({
      pwned: '__pwned' in globalThis,
      polluted: 'polluted' in {},
    }));
    expect(state, id).toEqual({ pwned: false, polluted: false });
    expect(seen, id).toEqual([]);
    if (await page.getByText('The link was not quite right.').isVisible()) named++;
    await page.close();
  }
  prove(
    {
      id: 'hostile-links',
      area: 'Privacy and safety',
      hazard: 'A link is made to run script, to reach another server, to fill memory or to change objects',
      promise: 'The page opens and works; what is wrong is replaced and named',
      figure: `${links.length} of ${links.length} links: 0 scripts run, 0 requests elsewhere, 0 dialogs, 0 errors; ${named} with a word on what was replaced; usable after ${slowest.toFixed(1)} s at most`,
    },
    test.info(),
  );
});
