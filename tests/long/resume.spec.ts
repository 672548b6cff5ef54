/** Interruptions of every kind, many of them, in real browsers, and what they cost. */
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { findChromium, flags } from '../../scripts/chromium.mjs';
import { Rng } from '../../src/core/rng';
import { type End, interrupted, type Told } from '../gpu/interrupted';
import { expect, serveWorker, test } from '../gpu/worker';
import { prove } from '../proof';

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

/** What interruptions have cost, all rounds together. */
function figures(...told: readonly Told[]): string {
  const cuts = told.flatMap((one) => one.cuts);
  const seconds = told.flatMap((one) => one.recovered).map((ms) => ms / 1000);
  const lost = cuts.map(([ended, resumed]) => ended - resumed);
  const waited = told.flatMap((one) => one.waited);
  const [mean, bytes] = [waited.reduce((a, b) => a + b, 0) / waited.length, told.at(-1)!.bytes];
  return (
    `${cuts.length} of ${cuts.length} equal bit for bit, went on after ${Math.max(...seconds).toFixed(1)} s at most, ` +
    `${Math.max(...lost)} steps done again at most; a save of ${bytes} bytes took ${mean.toFixed(0)} ms`
  );
}

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
  prove(
    {
      id: 'interruptions',
      area: 'Saving and resuming',
      hazard: 'The worker ends or the graphics device is lost, again and again',
      promise: 'The run goes on within 10 s each time, and its series is that of an undisturbed run',
      figure: `${figures(cut)}; half of them ended workers, half lost devices`,
    },
    test.info(),
  );
});

test('every method on a small network survives a lost device', async ({ blank }) => {
  test.setTimeout(1_500_000);
  const all = { methods: 'all', model: { id: 'cnn', params: { width: 4, blocks: 2 } }, epochs: 4 } as const;
  const whole = await interrupted(blank, all, [], { saveEvery: 1e9 });
  const cut = await interrupted(blank, all, [{ at: 15, how: 'device lost' }]);
  same(cut, whole);
  prove(
    {
      id: 'every-method-device-lost',
      area: 'Saving and resuming',
      hazard: 'The graphics device is lost, whatever the methods',
      promise: 'Every method goes on from the checkpoint, bit-equal to an undisturbed run',
      figure: `${Object.keys(cut.curves).length} learners of every method in one run on WebGPU: ${figures(cut)}`,
    },
    test.info(),
  );
});

test('the GPU process crashes', async ({ files }) => {
  test.setTimeout(1_500_000);
  const rng = new Rng(2, 'crashes');
  const short = { ...SETUP, epochs: 8 };
  let whole: Told | undefined;
  const told: Told[] = [];
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
      told.push(cut);
    } finally {
      await browser.close();
    }
  }
  prove(
    {
      id: 'gpu-crashes',
      area: 'Saving and resuming',
      hazard: 'The GPU process of the browser crashes',
      promise: 'The run goes on within 10 s, and its series is that of an undisturbed run',
      figure: `in ${ROUNDS} fresh browsers: ${figures(...told)}`,
    },
    test.info(),
  );
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
    const lost: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [, running] = await opened();
      const step = 5 + rng.below(60);
      await running.exposeFunction('killBrowser', kill);
      // Its answer never comes: the browser is gone.
      await interrupted(running, short, [{ at: step, how: 'killed' }]).catch(() => undefined);
      const [again, next] = await opened();
      const rest = await interrupted(next, short, [], { saveEvery: 1e9 }, true);
      same(rest, whole);
      lost.push(step - rest.cuts[0]![1]);
      await again.close();
    }
    prove(
      {
        id: 'browser-killed',
        area: 'Saving and resuming',
        hazard: 'The browser is killed in the middle of a run',
        promise: 'The next start goes on with the run, and its series is that of an undisturbed run',
        figure: `${ROUNDS} of ${ROUNDS} equal bit for bit, ${Math.max(...lost)} steps done again at most`,
      },
      test.info(),
    );
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});
