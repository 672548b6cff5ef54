/**
 * A page that holds the engine and its CPU twins, built once and shared by the tests of one worker. Kernels and
 * twins run in the page; tests name a check and the shapes, and get the largest difference back.
 */
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { build } from 'vite';
import type { Variant } from '../../src/engine/variants';
import type { Lab, Report } from './lab/lab';

const ORIGIN = 'http://localhost:1/';

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('./lab', import.meta.url)),
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rollupOptions: {
        input: fileURLToPath(new URL('./lab/lab.ts', import.meta.url)),
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const output = Array.isArray(result) ? result[0] : result;
  const chunk =
    output && 'output' in output ? output.output.find((file) => file.type === 'chunk') : undefined;
  if (!chunk || !('code' in chunk)) throw new Error('The lab was not built.');
  return chunk.code;
}

/** A tab with the lab in it. Nothing is served: the two files are answered from memory. */
async function openLab(page: Page): Promise<void> {
  const code = await bundle();
  await page.route(`${ORIGIN}**`, (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: code })
      : route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><script type="module" src="/lab.js"></script>',
        }),
  );
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(message.text());
  });
  const broken = new Promise<never>((_, reject) => page.on('pageerror', reject));
  await page.goto(ORIGIN);
  await Promise.race([
    page.waitForFunction(() => 'lab' in globalThis, undefined, { timeout: 60_000 }),
    broken,
  ]);
  broken.catch((error: Error) => console.error(error));
}

declare global {
  var lab: Lab;
}

export const test = base.extend<object, { labPage: Page }>({
  labPage: [
    async ({ browser }, use) => {
      const page = await browser.newPage();
      await openLab(page);
      await use(page);
      await page.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

export { expect };

const asked = process.env['SEED'] ?? '1';

/** The same from run to run; `SEED=random` looks further, and every failure prints what it drew. */
export const SEED = asked === 'random' ? Math.floor(Math.random() * 1e6) : Number(asked);

export type { Variant };

/** Forms of kernels that add up, and of products. */
export const SUM_FORMS: readonly Variant[] = ['direct', 'tiled', 'subgroup'];
export const PRODUCT_FORMS = ['direct', 'tiled', 'half'] as const satisfies readonly Variant[];

/** Skips a test whose form this adapter cannot run. */
export async function needForm(page: Page, variant: Variant): Promise<void> {
  if (variant !== 'subgroup') return;
  test.skip(!(await page.evaluate(() => globalThis.lab.facts().subgroup)), 'This adapter has no subgroups.');
}

/** Runs one check for several shapes and expects every output to agree with its twin. */
export async function expectTwins(
  page: Page,
  check: string,
  variant: Variant,
  shapes: readonly object[],
  tolerance = 1e-5,
): Promise<void> {
  await needForm(page, variant);
  const reports = await page.evaluate(
    async ([name, form, list, seed]) => {
      const all: Report[] = [];
      for (const shape of list) all.push(...(await globalThis.lab.check(name, form, shape, seed)));
      return all;
    },
    [check, variant, shapes, SEED] as const,
  );
  const bad = reports.filter(({ error }) => !(error <= tolerance));
  expect(bad, `${check} (${variant}), SEED=${SEED}`).toEqual([]);
  expect(reports.length).toBeGreaterThanOrEqual(shapes.length);
}
