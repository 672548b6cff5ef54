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
