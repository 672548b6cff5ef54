/** A hidden tab trains on, and its curves are those of a tab in front. */
import { prove } from '../proof';
import { Browser, type Tab } from './cdp';
import { expect, expectSameBeginning, LONG_RUN, type Series, test } from './series';

const SECONDS = 20;
const TURNS = 4;

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Opens the page, gathers points and steps, and starts the run. */
async function begin(browser: Browser, address: string): Promise<Tab> {
  const tab = await browser.openTab(address);
  await expect.poll(() => tab.evaluate<boolean>("'condenser' in globalThis"), { timeout: 60_000 }).toBe(true);
  await tab.evaluate(`(async () => {
    globalThis.series = {};
    globalThis.steps = 0;
    globalThis.condenserEvent = (event) => {
      if (event.type === 'progress') globalThis.steps = event.progress.step;
      if (event.type === 'points')
        for (const { learner, data } of event.points) (globalThis.series[learner] ??= []).push(...data);
    };
    await globalThis.condenser.device();
    document.querySelector('.main-button').click();
  })()`);
  return tab;
}

const stepsOf = (tab: Tab) => tab.evaluate<number>('globalThis.steps');

async function stepsIn(tab: Tab, seconds: number): Promise<number> {
  const before = await stepsOf(tab);
  await wait(seconds);
  return (await stepsOf(tab)) - before;
}

test('a hidden tab trains on, the same', async ({ place }) => {
  test.setTimeout(600_000);
  const browser = await Browser.start();
  try {
    const other = await browser.openTab('about:blank');
    const tab = await begin(browser, place.at(LONG_RUN));
    const state = () => tab.evaluate<string>('document.visibilityState');
    await tab.activate();
    // Kernels are compiled in the first steps of teacher and students.
    await expect.poll(() => stepsOf(tab), { timeout: 180_000 }).toBeGreaterThan(150);
    let [front, hidden] = [0, 0];
    // In turns: whatever else the machine does falls on both.
    for (let turn = 0; turn < TURNS; turn++) {
      await tab.activate();
      await expect.poll(state).toBe('visible');
      front += await stepsIn(tab, SECONDS / TURNS);
      await other.activate();
      await expect.poll(state).toBe('hidden');
      hidden += await stepsIn(tab, SECONDS / TURNS);
    }
    expect(await state()).toBe('hidden');
    await tab.activate();
    const series = await tab.evaluate<Series>('globalThis.series');
    const steps = await stepsOf(tab);
    await tab.evaluate('globalThis.condenserEvent = undefined; location.href = "about:blank"');
    const calm = await begin(browser, place.at(LONG_RUN));
    await calm.activate();
    await expect.poll(() => stepsOf(calm), { timeout: 180_000, intervals: [1000] }).toBeGreaterThan(steps);
    const values = expectSameBeginning(series, await calm.evaluate<Series>('globalThis.series'));
    expect(hidden / front).toBeGreaterThanOrEqual(0.8);
    prove(
      {
        id: 'hidden-tab',
        area: 'GPU and worker',
        hazard: 'The tab is hidden while it trains',
        promise: 'It trains on at 0.8 of its pace or more, and the curves are the same',
        figure: `${hidden} steps in ${SECONDS} s hidden, ${front} in front (${(hidden / front).toFixed(2)}); ${values} values compared, 0 differ`,
      },
      test.info(),
    );
  } finally {
    await browser.close();
  }
});
