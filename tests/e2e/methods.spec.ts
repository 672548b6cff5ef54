import { expect } from '@playwright/test';
import { fragment, serious, test } from './support';

/** Trains in seconds on an emulated GPU. */
const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 300 } },
  data: { size: 8 },
  teacher: { model: { id: 'mlp', params: { width: 16, layers: 1 } }, epochs: 1 },
  students: [
    { key: 's1', method: { id: 'labels-only' }, model: { id: 'mlp', params: { width: 8, layers: 1 } } },
  ],
  training: { epochs: 1 },
};
const aspects = { ...TINY.students[0], key: 's2', method: { id: 'multi-aspect-kd' } };
test('a method page is found by keyboard, has its address and adds a student', async ({ page }) => {
  await page.goto('./');
  await expect(page.getByRole('button', { name: /^Start/ })).toBeVisible();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Methods' });
  await dialog.getByLabel('Search').fill('hinton');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  const shown = dialog.getByRole('region', { name: 'Knowledge distillation', exact: true });
  await expect(shown.locator('.formula math')).toBeVisible();
  await expect(shown.getByRole('row', { name: /^Accuracy \d+\.\d%/ }).first()).toBeVisible();
  await expect(shown).toContainText(/at this scale/);
  await expect(shown).toContainText('ms per training step compared with labels-only');
  expect(new URL(page.url()).hash).toBe('#/methods/kd');
  await dialog.getByRole('button', { name: 'Add as a student' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('article')).toHaveCount(3);
  expect(new URL(page.url()).hash).toBe('');
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`method pages fit a phone and have no serious violation, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('./#/methods/dkd');
    await expect(page.getByRole('region', { name: 'Decoupled KD' }).locator('.formula math')).toBeVisible();
    expect(await page.locator('.mantine-Modal-body').evaluate((e) => e.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'All methods' }).click();
    await expect(page.getByRole('dialog').getByLabel('Search')).toBeVisible();
    expect(await serious(page)).toEqual([]);
  });

test('the set-up is exported from a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('./');
  await page.getByRole('button', { name: 'More' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: /Set-up \(JSON\)/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('knowledge-distillation-vs-labels-only-setup.json');
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const config = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  expect(config).toMatchObject({ version: 1, students: [{ key: 's1' }, { key: 's2' }] });
});

test('a table of answers is imported, edited, kept by the link, and never stops a run', async ({ page }) => {
  await page.goto(`./${fragment({ ...TINY, students: [TINY.students[0], aspects] })}`);
  await expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });
  const card = page.getByRole('article', { name: 'Multi-aspect KD' });
  await card.getByRole('button', { name: 'Settings' }).click();
  await card.getByRole('button', { name: 'Edit own answers…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Own answers' });
  const file = (content: object) => ({
    name: 'answers.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(content)),
  });
  await dialog.getByTestId('pick-table').setInputFiles(file({ questions: ['Round?'], classes: { 0: [7] } }));
  await expect(dialog.getByRole('alert')).toContainText('class “0”, question 1 “Round?”: 7 is not between');
  await dialog
    .getByTestId('pick-table')
    .setInputFiles(file({ questions: ['Round?'], classes: { 0: [1], lion: [0] } }));
  await expect(dialog.getByRole('alert')).toBeHidden();
  await expect(dialog).toContainText('Not in the data, so not used: lion.');
  await dialog.getByRole('button', { name: 'Remove lion' }).click();
  await dialog.getByRole('textbox', { name: '8: Round?' }).fill('0.8');
  await expect(dialog).toContainText('Without answers: ');
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(card).toContainText('Own answers: 1 × 2');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(card).toContainText('Without answers: ');
  await page.getByRole('button', { name: /^Start/ }).click();
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 90_000 });
});
