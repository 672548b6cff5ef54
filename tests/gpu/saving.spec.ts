/** What happens when the browser refuses to keep a run, or another tab does. On the plain CPU: no GPU takes part. */
import { prove } from '../proof';
import type { Setup } from './setups';
import { close, open, role, savedAfter, send, start, tabOf } from './tabs';
import { expect, ORIGIN, test } from './worker';

const SETUP: Setup = { methods: ['kd'], model: { id: 'mlp', params: { width: 8, layers: 1 } }, epochs: 400 };

test('without room the run goes on, says so once, and is saved again once there is', async ({ blank }) => {
  const cdp = await blank.context().newCDPSession(blank);
  const quota = (quotaSize?: number) =>
    cdp.send('Storage.overrideQuotaForOrigin', {
      origin: ORIGIN.slice(0, -1),
      ...(quotaSize ? { quotaSize } : {}),
    });
  await open(blank);
  await role(blank, 'here');
  await start(blank, SETUP);
  await savedAfter(blank, 0);
  await quota(2000);
  await expect.poll(async () => (await tabOf(blank)).saving.unsaved?.full, { timeout: 15_000 }).toBe(true);
  const full = await tabOf(blank);
  expect(full.saving.unsaved?.message).toBe('There is no more room in this browser.');
  await expect
    .poll(async () => (await tabOf(blank)).step, { timeout: 15_000 })
    .toBeGreaterThan(full.step + 10);
  await quota();
  await savedAfter(blank, full.step);
  const { past, failed, saving } = await tabOf(blank);
  expect([past, failed, saving.unsaved]).toEqual([['here', 'here, unsaved', 'here'], '', undefined]);
  await send(blank, { type: 'reset' });
  await expect.poll(async () => (await tabOf(blank)).saving.kept).toBeUndefined();
  await close(blank);
  prove(
    {
      id: 'quota',
      area: 'Saving and resuming',
      hazard: 'The browser has no more room',
      promise: 'Training goes on, one notice says what is not saved, and saving goes on once there is room',
      figure: '1 of 1: quota set to 2,000 bytes and lifted again during a run',
    },
    test.info(),
  );
});

test('a run whose files were taken away is saved again', async ({ blank }) => {
  const cdp = await blank.context().newCDPSession(blank);
  await open(blank);
  await role(blank, 'here');
  await start(blank, SETUP);
  await savedAfter(blank, 0);
  await cdp.send('Storage.clearDataForOrigin', { origin: ORIGIN.slice(0, -1), storageTypes: 'all' });
  const { step } = await tabOf(blank);
  await savedAfter(blank, step);
  // A save that was under way when the files went is gone with them; the one after it is whole.
  await savedAfter(blank, (await tabOf(blank)).saving.kept!.step);
  expect((await tabOf(blank)).failed).toBe('');
  await close(blank);
  await open(blank);
  await role(blank, 'here');
  expect((await tabOf(blank)).saving.kept!.step).toBeGreaterThan(step);
  await send(blank, { type: 'discard-saved' });
  await expect.poll(async () => (await tabOf(blank)).saving.kept).toBeUndefined();
  await close(blank);
  prove(
    {
      id: 'eviction',
      area: 'Saving and resuming',
      hazard: 'What the page has kept is removed while a run trains',
      promise: 'The run goes on, its next save works, and a reload goes on from there',
      figure: '1 of 1: everything of the origin cleared by the browser during a run',
    },
    test.info(),
  );
});

test('one tab saves; another takes over when it is asked to, or when the first is gone', async ({
  blank,
  second,
}) => {
  await open(blank);
  await role(blank, 'here');
  await start(blank, SETUP);
  await savedAfter(blank, 0);
  await open(second);
  await role(second, 'elsewhere');
  await send(second, { type: 'take-over' });
  await role(second, 'here');
  await role(blank, 'elsewhere');
  // It sees the run of the other, which trains on without being saved.
  const { kept } = (await tabOf(second)).saving;
  expect(kept!.step).toBeGreaterThan(0);
  const { step } = await tabOf(blank);
  await expect.poll(async () => (await tabOf(blank)).step).toBeGreaterThan(step);
  await send(blank, { type: 'take-over' });
  await role(blank, 'here');
  await role(second, 'elsewhere');
  await savedAfter(blank, step);
  const since = Date.now();
  await close(blank);
  await role(second, 'here');
  const taken = Date.now() - since;
  expect(taken).toBeLessThan(2000);
  expect((await tabOf(second)).saving.kept!.step).toBeGreaterThan(step);
  await send(second, { type: 'discard-saved' });
  await expect.poll(async () => (await tabOf(second)).saving.kept).toBeUndefined();
  await close(second);
  prove(
    {
      id: 'two-tabs',
      area: 'Saving and resuming',
      hazard: 'Two tabs save runs into one place',
      promise:
        'One saves, the other says so and can take over; when the first is gone, the second follows within 2 s',
      figure: `taken over there and back; ${taken} ms after the first was closed`,
    },
    test.info(),
  );
});

test('a browser that keeps nothing trains all the same', async ({ blank }) => {
  await open(blank, '/refused.js');
  await role(blank, 'off');
  await start(blank, SETUP);
  await expect.poll(async () => (await tabOf(blank)).step, { timeout: 15_000 }).toBeGreaterThan(10);
  const { past, saving, failed } = await tabOf(blank);
  expect([past, saving.problem, failed]).toEqual([['off'], 'Not in a private window.', '']);
  await close(blank);
  prove(
    {
      id: 'storage-refused',
      area: 'Saving and resuming',
      hazard: 'The browser keeps nothing for the page, as in a private window',
      promise: 'It trains all the same and says once why nothing is saved',
      figure: '1 of 1: files and databases refused from the start, 1 notice',
    },
    test.info(),
  );
});
