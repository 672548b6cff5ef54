/** Eight students train: the page's own thread stays free, and it scrolls. */
import type { Browser, Page } from '@playwright/test';
import { prove } from '../proof';
import { begin, EIGHT, eightStudents, expect, lengthOf, test } from './series';

const SETUP = eightStudents();
const SECONDS = 20;
/** Milliseconds of a task on the page's own thread. */
const MOST = 50;
const NARROW = { width: 390, height: 844 };
/** A second, of the display that a headless browser pretends to have. */
const FRAMES = 60;
/** What is asked of two cores that emulate the GPU as well. */
const LEAST = 50;
const TOPLEVEL = 'ThreadControllerImpl::RunTask';

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock, and of the thread's own time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of every task of the page's own thread: the renderer's main thread that worked most. */
function tasksOf(events: readonly Event[]) {
  const mains = events.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain');
  const tasks = mains.map(({ pid, tid }) =>
    events.filter((e) => e.name === TOPLEVEL && e.ph === 'X' && e.pid === pid && e.tid === tid),
  );
  const busiest = tasks.sort((a, b) => b.length - a.length)[0] ?? [];
  return busiest.map(({ dur = 0, tdur = 0 }) => ({ clock: dur / 1000, own: tdur / 1000 }));
}

async function traced(browser: Browser, page: Page, work: () => Promise<void>) {
  await browser.startTracing(page, { categories: ['-*', 'toplevel', '__metadata'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Event[] };
  return tasksOf(traceEvents);
}

/** All kernels are compiled, and every chart has its lines. */
const wellUnderWay = (page: Page) =>
  expect.poll(() => lengthOf(page), { timeout: 300_000, intervals: [1000] }).toBeGreaterThan(9 * 60 * 5);

test('the page stays free while eight students train', async ({ browser, place }) => {
  test.setTimeout(600_000);
  const page = await browser.newPage();
  await begin(page, place.at(SETUP));
  await wellUnderWay(page);
  const before = await lengthOf(page);
  const tasks = await traced(browser, page, () => page.waitForTimeout(1000 * SECONDS));
  const values = (await lengthOf(page)) - before;
  await page.close();
  expect(values).toBeGreaterThan(0);
  expect(tasks.length).toBeGreaterThan(SECONDS);
  const most = (key: 'clock' | 'own') => Math.max(...tasks.map((task) => task[key]));
  const over = (key: 'clock' | 'own') => tasks.filter((task) => task[key] > MOST).length;
  expect(over('own')).toBe(0);
  prove(
    {
      id: 'main-thread',
      area: 'GPU and worker',
      hazard: 'Training makes the page slow to answer',
      promise: `No task takes the page’s own thread for more than ${MOST} ms while ${EIGHT.length} students train`,
      figure: `${tasks.length} tasks in ${SECONDS} s, ${values} new values: at most ${most('own').toFixed(0)} ms of the thread’s own time; by the clock, beside a GPU emulated on the same two cores, at most ${most('clock').toFixed(0)} ms, ${over('clock')} over ${MOST}`,
    },
    test.info(),
  );
});

/** Frames that the page draws in each second while a wheel scrolls it down and up again, and how far it got. */
async function scrolled(page: Page): Promise<{ perSecond: number; slowest: number; far: number }> {
  const client = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    const drawn: number[][] = [];
    Object.assign(globalThis, { drawn });
    const next = (now: number) => {
      drawn.push([now, document.querySelector('.centre')?.scrollTop ?? 0]);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  for (const yDistance of [-2400, 2400])
    await client.send('Input.synthesizeScrollGesture', {
      ...{ x: 195, y: 600, yDistance, speed: 1200 },
      gestureSourceType: 'mouse',
    });
  const drawn = await page.evaluate(() => (globalThis as unknown as { drawn: number[][] }).drawn);
  const times = drawn.map(([now = 0]) => now);
  const gaps = times.slice(1).map((now, i) => now - (times[i] ?? now));
  return {
    perSecond: (1000 * gaps.length) / gaps.reduce((a, b) => a + b, 0),
    slowest: Math.max(...gaps),
    far: Math.max(...drawn.map(([, top = 0]) => top)),
  };
}

test('a narrow page scrolls while eight students train', async ({ browser, place }) => {
  test.setTimeout(600_000);
  const page = await browser.newPage({ viewport: NARROW });
  await begin(page, place.at(SETUP));
  await wellUnderWay(page);
  const before = await lengthOf(page);
  const { perSecond, slowest, far } = await scrolled(page);
  expect(await lengthOf(page)).toBeGreaterThan(before);
  await page.close();
  expect(far).toBeGreaterThan(500);
  expect(perSecond).toBeGreaterThan(LEAST);
  prove(
    {
      id: 'scrolling',
      area: 'GPU and worker',
      hazard: 'Training makes the page judder',
      promise: `While ${EIGHT.length} students train it scrolls at the ${FRAMES} frames a second of the display, at ${LEAST} or more where the GPU is emulated on the same two cores`,
      figure: `${NARROW.width} pixels wide, ${far.toFixed(0)} pixels down and up: ${perSecond.toFixed(1)} frames a second, ${slowest.toFixed(0)} ms for the slowest, GPU emulated`,
    },
    test.info(),
  );
});
