/** Interruptions of every kind, many of them, in real browsers. What they cost is printed. */
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { findChromium, flags } from '../../scripts/chromium.mjs';
import { Rng } from '../../src/core/rng';
import { type End, interrupted, type Told } from '../gpu/interrupted';
import { expect, serveWorker, test } from '../gpu/worker';

const MLP = { id: 'mlp', params: { width: 8, layers: 1 } } as const;
const SETUP = {
  methods: ['crd', 'dml', 'kdcl', 'ps-kd', 'rotnet', 'tgeo-kd'],
  forms: { crd: { form: 'memory', negatives: 16 } },
  model: MLP,
  epochs: 40,
  training: { flip: true, crop: 1 },
} as const;
/** Rounds of what needs a fresh browser each. */
const ROUNDS = Number(process.env['CONDENSER_ROUNDS'] ?? 10);

const launchOptions = async () => ({ executablePath: await findChromium(), args: flags() });

function same(cut: Told, whole: Told): void {
  expect(whole.failures).toEqual([]);
  expect(cut.failures).toEqual([]);
  expect(cut.curves).toEqual(whole.curves);
  expect(cut.metrics).toEqual(whole.metrics);
}

const figures = (what: string, { cuts, recovered, waited, bytes }: Told): void => {
  const seconds = recovered.map((ms) => ms / 1000);
  const lost = cuts.map(([ended, resumed]) => ended - resumed);
  console.log(
    `${what}: ${cuts.length} interruptions, went on after ${Math.max(...seconds).toFixed(1)} s at most, ` +
      `${Math.max(...lost)} steps done again at most; ${bytes} bytes, ${(waited.reduce((a, b) => a + b, 0) / waited.length).toFixed(0)} ms per save`,
  );
};

test('20 workers and devices lost at random steps: the series is that of an undisturbed run', async ({
  blank,
}) => {
  test.setTimeout(1_500_000);
  const whole = await interrupted(blank, SETUP, [], { saveEvery: 1e9 });
  const rng = new Rng(1, 'interruptions');
  const at = Array.from({ length: 20 }, () => 5 + rng.below(360)).sort((a, b) => a - b);
  const ends = at.map((step, i) => ({ at: step, how: (i % 2 ? 'terminated' : 'device lost') as End }));
  const cut = await interrupted(blank, SETUP, ends);
  same(cut, whole);
  expect(cut.cuts).toHaveLength(20);
  expect(Math.max(...cut.recovered)).toBeLessThan(10_000);
  figures('worker or device lost', cut);
});

test('every method on a small network survives a lost device', async ({ blank }) => {
  test.setTimeout(1_500_000);
  const all = { methods: 'all', model: { id: 'cnn', params: { width: 4, blocks: 2 } }, epochs: 4 } as const;
  const whole = await interrupted(blank, all, [], { saveEvery: 1e9 });
  const cut = await interrupted(blank, all, [{ at: 15, how: 'device lost' }]);
  same(cut, whole);
  figures('every method', cut);
});

test('the GPU process crashes', async ({ files }) => {
  test.setTimeout(1_500_000);
  const rng = new Rng(2, 'crashes');
  const short = { ...SETUP, epochs: 8 };
  let whole: Told | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    // After a second crash a browser hands out no adapter any more, so each crash has its own.
    const browser = await chromium.launch(await launchOptions());
    try {
      const page = await (await browser.newContext()).newPage();
      await serveWorker(page, files);
      whole ??= await interrupted(page, short, [], { saveEvery: 1e9 });
      const cdp = await browser.newBrowserCDPSession();
      await page.exposeFunction('crashGpu', () => cdp.send('Browser.crashGpuProcess'));
      const cut = await interrupted(page, short, [{ at: 5 + rng.below(60), how: 'GPU crash' }]);
      same(cut, whole);
      expect(cut.recovered[0]).toBeLessThan(10_000);
      figures(`GPU crash ${round + 1}`, cut);
    } finally {
      await browser.close();
    }
  }
});

test('the browser is killed', async ({ files }) => {
  test.setTimeout(1_500_000);
  const profile = mkdtempSync(join(tmpdir(), 'condenser-'));
  const opened = async (): Promise<[BrowserContext, Page]> => {
    const context = await chromium.launchPersistentContext(profile, await launchOptions());
    const page = context.pages()[0] ?? (await context.newPage());
    await serveWorker(page, files);
    return [context, page];
  };
  /** The process that this test started, which the profile names. */
  const kill = () =>
    process.kill(Number(readlinkSync(join(profile, 'SingletonLock')).split('-').at(-1)), 'SIGKILL');
  const rng = new Rng(3, 'kills');
  const short = { ...SETUP, epochs: 8 };
  try {
    const [first, page] = await opened();
    const whole = await interrupted(page, short, [], { saveEvery: 1e9 });
    await first.close();
    for (let round = 0; round < ROUNDS; round++) {
      const [, running] = await opened();
      const step = 5 + rng.below(60);
      await running.exposeFunction('killBrowser', kill);
      // Its answer never comes: the browser is gone.
      await interrupted(running, short, [{ at: step, how: 'killed' }]).catch(() => undefined);
      const [again, next] = await opened();
      const rest = await interrupted(next, short, [], { saveEvery: 1e9 }, true);
      same(rest, whole);
      console.log(`killed ${round + 1}: went on from step ${rest.cuts[0]![1]} of ${step}`);
      await again.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});
