/** Two tabs that take the right to save from each other, again and again, while both train. */
import type { Setup } from '../gpu/setups';
import { close, open, role, savedAfter, send, start, tabOf } from '../gpu/tabs';
import { expect, test } from '../gpu/worker';
import { prove } from '../proof';

const SAVES = 50;
const setup = (epochs: number): Setup => ({
  methods: ['kd'],
  model: { id: 'mlp', params: { width: 8, layers: 1 } },
  images: 1600,
  epochs,
});

test('fifty saves of two tabs in turn: none lost, none mixed', async ({ blank, second }) => {
  test.setTimeout(600_000);
  // Told apart by how long they are.
  const tabs = [
    { page: blank, setup: setup(490) },
    { page: second, setup: setup(500) },
  ];
  const totals: number[] = [];
  for (const tab of tabs) {
    await open(tab.page);
    await expect
      .poll(async () => (await tabOf(tab.page)).saving.role, { timeout: 30_000 })
      .toMatch(/here|elsewhere/);
    await start(tab.page, tab.setup);
    await expect.poll(async () => (await tabOf(tab.page)).step, { timeout: 30_000 }).toBeGreaterThan(0);
  }
  let last = { tab: -1, step: 0, total: 0 };
  for (let i = 0; i < SAVES; i++) {
    const tab = i % 2;
    const [{ page }, other] = [tabs[tab]!, tabs[1 - tab]!];
    if ((await tabOf(page)).saving.role !== 'here') {
      await send(page, { type: 'take-over' });
      await role(page, 'here');
      await role(other.page, 'elsewhere');
      // What it finds there is the last save of the other tab, or a later one: nothing is lost.
      const { found } = await tabOf(page);
      expect(found, `save ${i}`).toMatchObject({ totalSteps: last.total });
      expect(found!.step, `save ${i}`).toBeGreaterThanOrEqual(last.step);
    }
    const { step } = await tabOf(page);
    await savedAfter(page, step - 1);
    const { kept } = (await tabOf(page)).saving;
    last = { tab, step: kept!.step, total: kept!.totalSteps };
    totals[tab] ??= last.total;
    expect(last.total, `save ${i}`).toBe(totals[tab]);
  }
  expect(totals[0]).not.toBe(totals[1]);
  expect((await tabOf(blank)).failed + (await tabOf(second)).failed).toBe('');
  const { page } = tabs[last.tab]!;
  await close(tabs[1 - last.tab]!.page);
  await close(page);
  await open(page);
  await role(page, 'here');
  const { kept } = (await tabOf(page)).saving;
  expect(kept).toMatchObject({ totalSteps: last.total });
  expect(kept!.step).toBeGreaterThanOrEqual(last.step);
  await send(page, { type: 'discard-saved' });
  await expect.poll(async () => (await tabOf(page)).saving.kept).toBeUndefined();
  await close(page);
  prove(
    {
      id: 'saves-in-turn',
      area: 'Saving and resuming',
      hazard: 'Two tabs save in turn into one place',
      promise: 'What one has saved is what the other finds, whole and of one run',
      figure: `${SAVES} saves of two training tabs, the right to save taken over before each: 0 lost, 0 mixed`,
    },
    test.info(),
  );
});
