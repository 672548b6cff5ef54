/** Own images in the page: every picture format, the preview's report, and edits of classes that a link carries. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { parquet } from '../data/support/parquet';
import { flatPng } from '../data/support/png';
import { pictureFiles, quartersOf } from './picture-files';
import { ready, serious, test } from './support';

async function drop(page: Page, folder: string): Promise<Locator> {
  const rail = page.getByTestId('pick-folder');
  if ((await rail.count()) === 0) await page.getByRole('button', { name: /^Data/ }).click();
  await rail.setInputFiles(folder);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Equal images', { timeout: 30_000 });
  return dialog;
}

/** Mean colour of the four quarters of a thumbnail, without the seams. */
const quarters = (canvas: Locator) =>
  canvas.evaluate((element) => {
    const side = (element as HTMLCanvasElement).width;
    const context = (element as HTMLCanvasElement).getContext('2d')!;
    const room = side / 2 - 4;
    return [0, 1, 2, 3].map((i) => {
      const { data } = context.getImageData(((i % 2) * side) / 2 + 2, (i < 2 ? 0 : side / 2) + 2, room, room);
      const mean = (c: number) => {
        let sum = 0;
        for (let k = c; k < data.length; k += 4) sum += data[k]!;
        return sum / (data.length / 4);
      };
      return [mean(0), mean(1), mean(2)];
    });
  });

test('every picture format gives the pixels it stores', async ({ page }, info) => {
  await page.goto('./');
  await ready(page);
  const files = await pictureFiles(page);
  const folder = info.outputPath('formats');
  for (const { name, data } of files) {
    const label = name.split('.')[0]!;
    mkdirSync(join(folder, label), { recursive: true });
    writeFileSync(join(folder, label, name), data);
  }
  const dialog = await drop(page, folder);
  await expect(dialog).not.toContainText('left out');
  await expect(dialog).toContainText(`16x24 (${files.length})`);
  for (const file of files) {
    const label = file.name.split('.')[0]!;
    const found = await quarters(dialog.getByRole('img', { name: `An image of ${label}`, exact: true }));
    const off = quartersOf(file).flatMap((colour, i) => colour.map((v, c) => Math.abs(v - found[i]![c]!)));
    expect(Math.max(...off), `${file.name}: ${JSON.stringify(found)}`).toBeLessThanOrEqual(file.tolerance);
  }
});

test('classes are renamed, merged, left out and taken back; a link does it again', async ({ page }, info) => {
  await page.goto('./');
  await ready(page);
  const folder = info.outputPath('animals');
  for (const [c, name] of ['bird/hen', 'bird/owl', 'pet/cat', 'pet/dog'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 12; i++)
      writeFileSync(join(folder, name, `${i}.png`), flatPng(12, 12, [60 * c, 20 * (i >> 1), 9]));
  }
  let dialog = await drop(page, folder);
  await expect(dialog).toContainText('all colour; used as 16×16 colour');
  expect(await serious(page, '.import')).toEqual([]);
  const classes = dialog.getByRole('list', { name: 'Images per class' });
  await classes.getByRole('textbox', { name: 'Name of class bird/hen' }).fill('fowl');
  await page.keyboard.press('Enter');
  await classes.getByRole('textbox', { name: 'Name of class bird/owl' }).fill('fowl');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('3, by folder');
  await classes.getByRole('button', { name: 'Leave out class pet/dog' }).click();
  await expect(dialog).toContainText('2, by folder');
  await classes.getByRole('button', { name: 'Leave out class pet/cat' }).click();
  await expect(dialog.getByRole('alert')).toContainText('one class only');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toContainText('3, by folder');
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save report' }).click();
  const report = readFileSync((await (await download).path())!, 'utf8');
  expect(report).toContain('Edited: bird/hen is called fowl; bird/owl is called fowl');
  expect(report).toContain('  fowl: 24 (');
  await dialog.getByRole('button', { name: 'Use this data' }).click();
  await expect(page.locator('.chip-data')).toContainText('3 classes');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByText('Drop the same data to go on.')).toBeVisible({ timeout: 30_000 });
  dialog = await drop(page, folder);
  await expect(dialog).toContainText('These are the images the link was made with.');
  await expect(dialog).toContainText('3, by folder');
  await dialog.getByRole('combobox', { name: 'The class is given by' }).selectOption('top folder');
  await expect(dialog).toContainText('2, by top folder');
});

test('a Parquet file is read by a part that comes after the first paint', async ({ page }) => {
  await page.goto('./');
  await ready(page);
  const rows = Array.from({ length: 24 }, (_, i) => ({ bytes: flatPng(6, 6, [i, 99, 9 * i]), label: i % 2 }));
  await page.getByRole('button', { name: /^Data/ }).click();
  await page.getByTestId('pick-files').setInputFiles({
    name: 'pets.parquet',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(parquet(rows, { names: ['cat', 'dog'] })),
  });
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2, by label', { timeout: 30_000 });
  await expect(dialog.getByRole('textbox', { name: 'Name of class cat' })).toBeVisible();
});

test('classes are grouped by dragging them and by lists, and groups are renamed', async ({ page }, info) => {
  await page.goto('./');
  await ready(page);
  const folder = info.outputPath('grouped');
  for (const [c, name] of ['bus', 'car', 'cat', 'dog'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 8; i++)
      writeFileSync(join(folder, name, `${i}.png`), flatPng(12, 12, [60 * c, 20 * (i >> 1), 9]));
  }
  const dialog = await drop(page, folder);
  await dialog.getByRole('button', { name: 'Groups' }).click();
  const chip = (name: string) => dialog.locator('.group-class').filter({ hasText: name });
  await chip('cat')
    .locator('.class-name')
    .dragTo(dialog.getByRole('region', { name: 'A new group' }));
  const first = dialog.getByRole('region', { name: 'Group group 1' });
  await expect(first).toContainText('cat');
  await chip('dog').locator('.class-name').dragTo(first);
  await expect(first).toContainText('dog');
  await first.getByRole('textbox').fill('pets');
  await page.keyboard.press('Enter');
  await dialog.getByRole('combobox', { name: 'Group of class car' }).selectOption('a new group');
  await expect(dialog.getByRole('region', { name: 'Group group 2' })).toContainText('car');
  await dialog.getByRole('combobox', { name: 'Group of class car' }).selectOption('in no group');
  await expect(dialog.getByRole('region', { name: 'In no group' })).toContainText('car');
  expect(await serious(page, '.import')).toEqual([]);
  await dialog.getByRole('button', { name: 'Classes' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Name of class cat' })).toHaveValue('pets/cat');
});
