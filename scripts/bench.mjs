/**
 * `npm run bench`: training steps of our engine and of its peers, side by side in one browser.
 *   -- --json FILE      also writes the result there; with --resume, nets found in it are not measured again. What
 *                        was measured of one commit in several parts makes one document
 *   -- --nets a,b       of mlp, cnn, resnet, mobile, vit, t-mlp, t-cnn, t-resnet
 *   -- --engines a,b    of ours, ours-eager, stock-tfjs, stock-webgl, jax-js, torch-cpu, teacher, k1, k3, k8,
 *                        k3-batched, k8-batched
 *   -- --rounds N       --target MS (per round)   --quick
 *   -- --budget MINUTES  for all of it, default 12; what runs then is still brought to its end, a minute at most
 *   -- --product no     leaves out the runs of the whole product (memory, growth, half precision, first point)
 *   -- --no-docs        leaves docs/performance.md alone (so do --quick and any choice of nets or engines)
 *   -- --profile a,b    times every kernel of our recorded step of these nets instead
 *   -- --page           only builds the page that measures by itself, for a machine without Node
 * CONDENSER_ADAPTER=native takes the machine's GPU instead of SwiftShader.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { root, run, tool } from './root.mjs';

const PASSED_ON = ['nets', 'engines', 'rounds', 'target', 'budget', 'product', 'profile'];
const text = { type: 'string' };
const flag = { type: 'boolean' };

function options() {
  const named = Object.fromEntries([...PASSED_ON, 'json'].map((name) => [name, text]));
  const flags = Object.fromEntries(['quick', 'page', 'resume', 'no-docs'].map((name) => [name, flag]));
  return parseArgs({ options: { ...named, ...flags } }).values;
}

/** The peers, in a folder of their own: the app does not depend on them. */
async function ensurePeers() {
  const folder = join(root, 'tests/bench');
  const wanted = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).devDependencies;
  const has = ([name, version]) => {
    const file = join(folder, 'node_modules', name, 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
  };
  if (Object.entries(wanted).every(has)) return;
  console.log('Installing the peers of the benchmark ...');
  const { code } = await run('npm', ['ci', '--prefix', folder, '--include=dev', '--no-audit', '--no-fund']);
  if (code !== 0) throw new Error(`npm ci in tests/bench failed with exit code ${code}.`);
}

async function buildPage() {
  const config = join(root, 'tests/bench/vite.config.ts');
  const { code, output } = await run(tool('vite'), ['build', '--config', config], { quiet: true });
  if (code !== 0) throw new Error(`The benchmark page was not built.\n${output}`);
  return join(root, 'out/bench');
}

/** What `file` holds of this commit, without nets for which there was no time. */
function measuredBefore(file, commit) {
  if (!existsSync(file)) return undefined;
  const before = JSON.parse(readFileSync(file, 'utf8'));
  if (before.commit !== commit) return undefined;
  const whole = ([, { engines }]) => engines.ours?.state !== 'skipped';
  return { ...before, nets: Object.fromEntries(Object.entries(before.nets).filter(whole)) };
}

async function commitOf() {
  const { code, output } = await run('git', ['rev-parse', '--short', 'HEAD'], { quiet: true });
  return code === 0 ? output.trim() : 'unknown';
}

/** Parts of the product that the page measures. */
const PARTS = ['memory', 'growth', 'accuracy'];

/** Which of them to ask for; those in `before` are there already. */
function partsOf({ product, quick }, before) {
  if (product !== undefined) return product;
  const missing = PARTS.filter((part) => !before?.product?.[part] && !(quick && part === 'accuracy'));
  return missing.join(',') || 'no';
}

/** Opens the page, runs it to its end and returns its result; `save` sees what is there after every net. */
async function measure(values, save) {
  const { chromium } = await import('@playwright/test');
  const { findChromium, flags } = await import('./chromium.mjs');
  const { serve } = await import('./serve.mjs');
  const { Torch } = await import('./torch.mjs');
  const server = await serve(await buildPage());
  const extra = ['--enable-unsafe-swiftshader', '--disable-dawn-features=timestamp_quantization'];
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: [...flags(), ...extra],
  });
  const torch = new Torch();
  try {
    const page = await browser.newPage();
    page.on('console', (message) => {
      const line = message.text();
      if (line.startsWith('bench')) console.log(line.startsWith('bench-result') ? 'bench: result' : line);
      else if (message.type() === 'error') console.error(line.slice(0, 400));
    });
    const broken = new Promise((_, reject) => {
      page.on('crash', () => reject(new Error('The page crashed.')));
      page.on('pageerror', reject);
    });
    await page.exposeFunction('benchSave', save);
    await page.exposeFunction('benchNative', (name, argument) => torch.call(name, argument));
    const given = PASSED_ON.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]);
    const query = new URLSearchParams([...given, ...(values.quick ? [['quick', '1']] : [])]);
    await page.goto(`${server.address}?${query}`);
    const ended = page.waitForFunction(
      () => document.getElementById('state')?.textContent?.match(/^(done|failed: .*)$/)?.[0],
      undefined,
      { timeout: 0, polling: 500 },
    );
    const state = await (await Promise.race([ended, broken])).jsonValue();
    if (state !== 'done') throw new Error(`The benchmark ${state}`);
    return await page.evaluate(() => globalThis.benchResult);
  } finally {
    torch.close();
    await browser.close();
    server.close();
  }
}

/** Milliseconds to the first point of a curve on the built page, with the ready set-up. */
async function firstPoint() {
  const { chromium } = await import('@playwright/test');
  const { findChromium, flags } = await import('./chromium.mjs');
  const { ensureBuilt } = await import('./build.mjs');
  const { serve } = await import('./serve.mjs');
  const server = await serve(await ensureBuilt({ quiet: true }));
  const browser = await chromium.launch({ executablePath: await findChromium(), args: flags() });
  try {
    const page = await browser.newPage();
    const began = performance.now();
    await page.goto(server.address);
    const start = page.getByRole('button', { name: /^Start/ }).first();
    await start.waitFor();
    const clicked = performance.now();
    await start.click();
    // A curve begins with its second point: a single one has no line.
    const drawn = () => [...document.querySelectorAll('.chart-main')].some((e) => e.getAttribute('d'));
    await page.waitForFunction(drawn, undefined, { timeout: 120_000, polling: 50 });
    const now = performance.now();
    return { afterStart: now - clicked, afterNavigation: now - began };
  } finally {
    await browser.close();
    server.close();
  }
}

/** Joins nets of an earlier part of the same run with new ones. */
const joined = (before, after, ratiosOf) => {
  const nets = { ...before?.nets, ...after.nets };
  const product = { ...before?.product, ...after.product };
  return { ...after, product, nets, ratios: ratiosOf(nets) };
};

/** Minutes since this script began. */
const elapsed = () => performance.now() / 60_000;

async function bench(values) {
  const { loadModule } = await import('./load.mjs');
  const commit = await commitOf();
  const command = [
    'npm run bench',
    ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []),
  ].join(' ');
  const file = values.json ?? join(root, 'out/bench-results.json');
  const before = values.resume ? measuredBefore(file, commit) : undefined;
  await loadModule('/tests/bench/src/document.ts', async ({ documentOf, NETS, ratiosOf, textOf }) => {
    const wanted = (values.nets ?? Object.keys(NETS).join(',')).split(',');
    const nets = wanted.filter((net) => !before?.nets[net]).join(',');
    const load = loadavg()[0].toFixed(1);
    const product = partsOf(values, before);
    const first = values.product !== 'no' && !values.quick && !before?.product?.firstPoint;
    const start = first ? { firstPoint: await firstPoint() } : {};
    const complete = (measured) => {
      const after = { ...measured, product: { ...measured.product, ...start } };
      return { ...joined(before, after, ratiosOf), commit, command, load };
    };
    const save = (measured) => {
      writeFileSync(file, `${JSON.stringify(complete(measured), undefined, 1)}\n`);
    };
    const budget = Math.max(1, Number(values.budget ?? 12) - elapsed());
    const more = { ...values, nets, product, budget: String(budget) };
    const measured = nets || product !== 'no' ? await measure(more, save) : before;
    save(measured);
    const results = complete(measured);
    console.log(`\n${textOf(results)}\n\nWritten: ${file}`);
    if (values.quick || values.nets || values.engines || values['no-docs']) return;
    writeFileSync(join(root, 'docs/performance.md'), documentOf(results));
    console.log('Written: docs/performance.md');
  });
}

await ensureInstalled();
const values = options();
await ensurePeers();
if (values.page) console.log(`Serve this folder with any static server and open it: ${await buildPage()}`);
else if (values.profile) await measure(values, () => {});
else await bench(values);
