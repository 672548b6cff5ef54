import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Page, type TestInfo } from '@playwright/test';
import { unzipSync } from 'fflate';
import { runOnnx } from './onnx';
import { savesPython } from './python';
import { savesReport } from './report';
import { fragment, ready, serious, test } from './support';

/** A set-up that trains in seconds on an emulated GPU. */
const TINY = {
  version: 1,
  dataset: { id: 'glyphs', params: { count: 400 } },
  data: { size: 8 },
  teacher: { model: { id: 'mlp', params: { width: 32, layers: 1 } }, epochs: 1 },
  students: ['labels-only', 'kd'].map((id, i) => ({
    key: `s${i + 1}`,
    method: { id },
    model: { id: 'mlp', params: { width: 16, layers: 1 } },
  })),
  training: { epochs: 2 },
};
for (const colorScheme of ['light', 'dark'] as const)
  test(`no serious accessibility violation, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('./');
    await ready(page);
    expect(await serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add student' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await serious(page)).toEqual([]);
  });

test('nothing scrolls at 1440x900, nothing overflows at 390', async ({ page }) => {
  await page.goto('./');
  await ready(page);
  const heights = (selector: string) =>
    page.locator(selector).evaluate((e) => [e.scrollHeight, e.clientHeight] as const);
  for (const selector of ['html', '.rail', '.centre']) {
    const [content, room] = await heights(selector);
    expect(content, selector).toBeLessThanOrEqual(room);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await page.locator('.centre').evaluate((e) => e.scrollWidth)).toBe(390);
});

test('a set-up is edited by keyboard and comes back from its link', async ({ page }) => {
  await page.goto('./');
  await ready(page);
  await page.keyboard.press('a');
  await page.getByLabel('Search').fill('decoupled');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const cards = page.getByRole('article');
  await expect(cards).toHaveCount(3);
  await page.getByRole('textbox', { name: 'Name of the experiment' }).fill('Mine');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(cards).toHaveCount(3);
  await expect(page.getByRole('textbox', { name: 'Name of the experiment' })).toHaveValue('Mine');
});

/** A chart saved as SVG stands alone and names its lines; as PNG it has twice the pixels. */
/** The student leaves as a file that another program runs. */
async function savesNetworks(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Networks \(/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Trained networks' });
  await expect(dialog.locator('code')).toContainText('onnxruntime');
  expect(await serious(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save all networks' }).click(),
  ]);
  const files = unzipSync(readFileSync(await download.path()));
  const [height, width] = [8, 8];
  const { logits } = await runOnnx(files['labels-only-1.onnx']!, new Float32Array(2 * height * width), [
    2,
    height,
    width,
    1,
  ]);
  expect(logits.every(Number.isFinite)).toBe(true);
  await page.keyboard.press('Escape');
}

async function savesCharts(page: Page, info: TestInfo): Promise<void> {
  const panel = page.getByRole('region', { name: 'Accuracy', exact: true });
  const saved = async (item: RegExp) => {
    await panel.getByRole('button', { name: 'Save accuracy' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const svg = await saved(/SVG/);
  expect(svg.name).toMatch(/accuracy-figure\.svg$/);
  const file = info.outputPath('figure.svg');
  writeFileSync(file, svg.bytes);
  const alone = await page.context().newPage();
  await alone.goto(pathToFileURL(file).href);
  const seen = await alone.evaluate(() => {
    const lines = [...document.querySelectorAll('path')].filter((p) => /L/.test(p.getAttribute('d') ?? ''));
    return {
      error: document.querySelector('parsererror')?.textContent ?? '',
      words: [...document.querySelectorAll('text')].map((t) => t.textContent),
      strokes: lines.map((p) => p.style.stroke),
      width: Number(document.documentElement.getAttribute('width')),
    };
  });
  await alone.close();
  expect(seen.error).toBe('');
  for (const word of ['Accuracy', 'Teacher', 'Labels only', 'Knowledge distillation'])
    expect(seen.words).toContain(word);
  expect(seen.words.join(' ')).toMatch(/Glyphs, 10 classes/);
  expect(seen.strokes.filter((s) => s && s !== 'none').length).toBeGreaterThan(0);
  const png = (await saved(/PNG/)).bytes;
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(2 * seen.width);
  expect((await saved(/CSV/)).bytes.toString()).toMatch(/^Step,Teacher,/);
}

/** From a cell of the confusion matrix to its images and every learner's answer. */
async function looksAtImages(page: Page): Promise<void> {
  await page.keyboard.press('i');
  await page.getByText('Confusion', { exact: true }).click();
  const mistake = page.locator('.mistakes button').first();
  const [, truth, answer] = /^(.+) taken for (.+), /.exec((await mistake.textContent()) ?? '') ?? [];
  await mistake.click();
  const samples = page.locator('.sample');
  await expect(samples.first()).toContainText(`${truth} → ${answer}`, { timeout: 30_000 });
  await samples.first().click();
  await expect(page.locator('.loupe')).toContainText(`True class: ${truth}`);
  await expect(page.locator('.answer')).toHaveCount(3);
  await expect(page.locator('.answer-true')).toHaveCount(3);
  const drawn = page.locator('.loupe canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(data).size;
  });
  expect(await drawn).toBeGreaterThan(2);
  expect(await serious(page)).toEqual([]);
}

/** A finished run is kept, survives a reload, and is compared with a word on what one seed proves. */
async function findsTheRunAgain(page: Page, info: TestInfo): Promise<void> {
  await page.reload();
  await ready(page);
  await page.keyboard.press(']');
  const dialog = page.getByRole('dialog', { name: 'Runs' });
  await dialog.getByRole('checkbox', { name: /^Compare/ }).check();
  const rows = dialog.locator('.compare-table tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'Knowledge distillation' })).toContainText('one seed: not conclusive');
  await expect(dialog.locator('.compare-table thead')).toContainText('method');
  await expect(dialog.locator('.chart-main').first()).toHaveAttribute('d', /L/);
  expect(await serious(page)).toEqual([]);
  await savesReport(page, dialog, info);
}

test('a run draws curves, pauses, goes on and ends with a verdict', async ({ page }, info) => {
  await page.goto(`./${fragment(TINY)}`);
  await ready(page);
  await page.keyboard.press(' ');
  const line = page.getByRole('region', { name: 'Training loss' }).locator('.chart-main').first();
  await expect(line).toHaveAttribute('d', /L/, { timeout: 60_000 });
  await expect(line).toHaveCSS('fill', 'none');
  await expect(line).not.toHaveCSS('stroke', 'none');
  await page.getByRole('button', { name: 'Pause' }).click();
  // A step or an evaluation in progress comes to its end first.
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible({ timeout: 15_000 });
  const before = await line.getAttribute('d');
  await page.waitForTimeout(1500);
  const settled = await line.getAttribute('d');
  await page.waitForTimeout(1500);
  expect(await line.getAttribute('d'), `drawn until ${before?.slice(-20)}`).toBe(settled);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.locator('.run-status')).toHaveText('Finished', { timeout: 90_000 });
  await expect(page.locator('.verdict')).toContainText('labels-only');
  await expect(page.locator('.verdict')).toContainText('Final test images');
  expect(await serious(page)).toEqual([]);
  await savesCharts(page, info);
  await savesNetworks(page);
  await savesPython(page);
  await looksAtImages(page);
  await findsTheRunAgain(page, info);
});

/** A folder per class of small pictures, drawn by the browser. */
async function pictures(page: Page, folder: string): Promise<void> {
  for (const [label, color] of [
    ['red', '#d00'],
    ['blue', '#00d'],
  ] as const) {
    mkdirSync(join(folder, label), { recursive: true });
    for (let i = 0; i < 14; i++) {
      const url = await page.evaluate(
        ([fill, n]) => {
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 12;
          const context = canvas.getContext('2d')!;
          context.fillStyle = fill;
          context.fillRect(n % 6, (n * 5) % 7, 6, 5);
          return canvas.toDataURL('image/png');
        },
        [color, i] as const,
      );
      writeFileSync(join(folder, label, `${i}.png`), Buffer.from(url.split(',')[1]!, 'base64'));
    }
  }
}

test('own pictures are previewed, used, and a bad file changes nothing', async ({ page }, info) => {
  await page.goto(`./${fragment(TINY)}`);
  await ready(page);
  const folder = info.outputPath('pictures');
  await pictures(page, folder);
  await page.getByRole('button', { name: /^Data/ }).click();
  await page.getByTestId('pick-folder').setInputFiles(folder);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('28', { timeout: 30_000 });
  await expect(dialog.getByRole('textbox', { name: 'Name of class red' })).toHaveValue('red');
  await dialog.getByRole('button', { name: 'Use this data' }).click();
  await expect(page.locator('.chip-data')).toContainText('2 classes');
  const chip = await page.locator('.chip-data').textContent();
  await page
    .getByTestId('pick-files')
    .setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK nothing') });
  await expect(page.getByRole('alert')).toContainText('Nothing was loaded', { timeout: 30_000 });
  await expect(page.getByRole('alert')).toContainText('broken.zip');
  expect(await page.locator('.chip-data').textContent()).toBe(chip);
  await expect(page.locator('.result-table tbody tr')).toHaveCount(3);
});
