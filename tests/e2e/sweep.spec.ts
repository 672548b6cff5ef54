import { expect } from '@playwright/test';
import { fragment, ready, serious, test } from './support';

/** A set-up that trains in a second or two on an emulated GPU. */
const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 200 } },
  data: { size: 8 },
  teacher: { model: { id: 'mlp', params: { width: 16, layers: 1 } }, epochs: 1 },
  students: ['labels-only', 'kd'].map((id, i) => ({
    key: `s${i + 1}`,
    method: { id },
    model: { id: 'mlp', params: { width: 8, layers: 1 } },
  })),
  training: { epochs: 1 },
};

test('a sweep trains its points, goes on after a reload, ranks them and keeps them as runs', async ({
  page,
}) => {
  await page.goto(`./${fragment(TINY)}`);
  await ready(page);
  await page.keyboard.press(']');
  const dialog = page.getByRole('dialog', { name: 'Runs' });
  await dialog.getByText('Sweeps', { exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Values of axis 1' }).fill('1, nine');
  await expect(dialog.getByRole('alert')).toContainText('“nine” is no value');
  await dialog.getByRole('textbox', { name: 'Values of axis 1' }).fill('1, 4');
  await expect(dialog.getByText('2 points', { exact: false })).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Start the sweep' }).click();
  await expect(dialog.getByText('Sweep, point 1 of 2')).toBeVisible();
  // A reload in the midst of it: the page offers to go on.
  await page.reload();
  await ready(page);
  const offer = page.getByRole('button', { name: 'Go on with the sweep' });
  await expect(offer).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await offer.click();
  await page.keyboard.press(']');
  await dialog.getByText('Sweeps', { exact: true }).click();
  const rows = dialog.locator('.sweep-table tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(dialog.getByText('Best so far')).toBeVisible({ timeout: 60_000 });
  await expect(rows.filter({ hasText: 'to come' })).toHaveCount(0, { timeout: 60_000 });
  await expect(dialog.getByText('Sweep, point')).toHaveCount(0);
  await expect(dialog.locator('.parallel-line')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Temperature', exact: true }).click();
  await dialog.getByRole('button', { name: 'Temperature', exact: true }).click();
  await expect(rows.first()).toContainText('4');
  await expect(dialog.getByRole('columnheader', { name: 'Temperature' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  expect(await serious(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await serious(page)).toEqual([]);
  await rows
    .first()
    .getByRole('checkbox', { name: /^Compare/ })
    .check();
  await rows
    .last()
    .getByRole('checkbox', { name: /^Compare/ })
    .check();
  await dialog.getByText('Runs', { exact: true }).last().click();
  await expect(dialog.locator('.compare-table tbody tr')).toHaveCount(4);
  await expect(dialog.locator('.compare-table thead')).toContainText('temperature');
});
