import { expect } from '@playwright/test';
import { test, violations } from './support';

for (const colorScheme of ['light', 'dark'] as const)
  test(`an example opens from its gallery and from a method page, ${colorScheme}`, async ({ page }) => {
    const narrow = colorScheme === 'dark';
    await page.emulateMedia({ colorScheme });
    if (narrow) await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('./');
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: 'Examples' });
    await expect(dialog.getByRole('listitem').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(new URL(page.url()).hash).toBe('#/presets');
    if (narrow)
      expect(await dialog.locator('.mantine-Modal-body').evaluate((e) => e.scrollWidth)).toBeLessThanOrEqual(
        390,
      );
    await dialog.getByLabel('Search').fill('four temperatures');
    await expect(dialog.getByRole('status')).toHaveText(/^1 of \d+ examples/);
    await dialog.getByRole('link', { name: 'Temperature' }).click();
    await expect(dialog).toBeHidden();
    expect(new URL(page.url()).hash).toBe('');
    await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Temperature');
    await page.keyboard.press('m');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^BD-KD/ })
      .first()
      .click();
    const shown = page.getByRole('region', { name: 'BD-KD' });
    await expect(shown).toContainText('Rather not:');
    expect(await violations(page)).toEqual([]);
    await shown.getByRole('link', { name: 'Calibration' }).click();
    await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Calibration');
  });

test('a word explains itself by key, and leads to the glossary', async ({ page }) => {
  await page.goto('./#/methods/dkd');
  const shown = page.getByRole('region', { name: 'Decoupled KD' });
  const word = shown.getByRole('button', { name: 'teacher', exact: true }).first();
  await word.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('The larger network, whose answers')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('The larger network, whose answers')).toBeHidden();
  await expect(word).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'All words' }).click();
  const glossary = page.getByRole('dialog', { name: 'Glossary' });
  await expect(glossary.locator('[aria-current] dt')).toHaveText('teacher');
  expect(new URL(page.url()).hash).toBe('#/glossary/teacher');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(glossary).toBeHidden();
});

test('the tour trains a tiny run by keyboard on a phone and puts everything back', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' });
  await page.goto('./');
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  await page.getByRole('textbox', { name: 'Name of the experiment' }).fill('Mine');
  await page.keyboard.press('Enter');
  await page.keyboard.press('?');
  await page.getByRole('button', { name: /^Take the tour/ }).click();
  const tour = page.getByRole('complementary', { name: 'Tour' });
  await expect(tour.getByRole('heading')).toBeFocused();
  const box = (await tour.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect(tour.getByRole('heading')).toHaveText('The loss falls');
  await expect(page.getByText('Finished', { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(tour.getByRole('heading')).toHaveText('The result');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(tour).toBeHidden();
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Mine');
});

test('the embedded view has its panels, trains, and leads to the whole page', async ({ page }) => {
  await page.setViewportSize({ width: 480, height: 320 });
  await page.goto('./?embed=loss,reliability');
  await expect(page.getByRole('region', { name: 'Training loss' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Accuracy', exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Share' })).toHaveCount(0);
  for (const selector of ['html', '.centre', '.embed-bar'])
    expect(await page.locator(selector).evaluate((e) => e.scrollWidth), selector).toBeLessThanOrEqual(480);
  expect(await violations(page)).toEqual([]);
  const link = page.getByRole('link', { name: 'Open in Condenser' });
  expect(new URL((await link.getAttribute('href'))!).search).toBe('');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: 60_000 });
});
