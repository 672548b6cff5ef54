/** Eight students train for 2,000 steps: what the worker and the page hold does not grow. */
import { prove } from '../proof';
import { EIGHT, eightStudents, expect, test } from './series';

const SETUP = eightStudents();
const FROM = 200;
const TO = 2_000;
/** Bytes the page and its worker may hold more after these steps; the curves themselves are among them. */
const MOST = 2 * 2 ** 20;

type Measured = { readonly bytes: number };
type Memory = { measureUserAgentSpecificMemory?: () => Promise<Measured> };

test('2,000 steps of eight students leave nothing behind in JavaScript', async ({ browser, place }) => {
  test.setTimeout(1_500_000);
  const page = await browser.newPage();
  await page.goto(place.at(SETUP));
  await page.waitForFunction(() => 'condenser' in globalThis);
  await page.evaluate(() => {
    Object.assign(globalThis, { reached: 0 });
    globalThis.condenserEvent = (event) => {
      if (event.type === 'progress') Object.assign(globalThis, { reached: event.progress.step });
    };
    return globalThis.condenser?.device();
  });
  const reached = () => page.evaluate(() => (globalThis as unknown as { reached: number }).reached);
  /** At rest, after the browser has collected what nobody holds. */
  const heldAt = async (step: number): Promise<{ step: number; bytes: number }> => {
    await expect.poll(reached, { timeout: 900_000, intervals: [500] }).toBeGreaterThanOrEqual(step);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.locator('.run-status')).toContainText('Paused');
    const at = await reached();
    const bytes = await page.evaluate(async () => {
      const { measureUserAgentSpecificMemory } = performance as Memory;
      const { bytes } = (await measureUserAgentSpecificMemory?.call(performance)) ?? { bytes: 0 };
      return bytes;
    });
    expect(bytes).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    return { step: at, bytes };
  };
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const before = await heldAt(FROM);
  const after = await heldAt(TO);
  await page.close();
  const grown = after.bytes - before.bytes;
  expect(grown).toBeLessThan(MOST);
  prove(
    {
      id: 'heap-growth',
      area: 'GPU and worker',
      hazard: 'Objects of JavaScript pile up while a run trains',
      promise: `Page and worker together hold at most ${MOST / 2 ** 20} MiB more after ${TO.toLocaleString('en')} steps, curves included`,
      figure: `${EIGHT.length} students: ${(before.bytes / 2 ** 20).toFixed(1)} MiB at step ${before.step}, ${(after.bytes / 2 ** 20).toFixed(1)} MiB at step ${after.step}, after the collector`,
    },
    test.info(),
  );
});
