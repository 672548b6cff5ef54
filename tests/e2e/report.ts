import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Locator, type Page, type TestInfo } from '@playwright/test';
import { serious } from './support';

/** The comparison leaves as a page that opens without the network, and as data. */
export async function savesReport(page: Page, dialog: Locator, info: TestInfo): Promise<void> {
  const saved = async (button: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: button }).click(),
    ]);
    const path = join(info.outputDir, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };
  const { runs } = JSON.parse(readFileSync(await saved('Save runs (JSON)'), 'utf8'));
  expect(runs[0].learners.map((learner: { id: string }) => learner.id)).toEqual(['teacher', 's1/1', 's2/1']);
  const file = pathToFileURL(await saved('Save report (HTML)')).href;
  const report = await page.context().newPage();
  const troubles: string[] = [];
  report.on('console', (message) => troubles.push(message.text()));
  report.on('request', (request) => {
    if (request.url() !== file) troubles.push(request.url());
  });
  await report.goto(file);
  await expect(report.locator('figure svg')).toHaveCount(4);
  await expect(report.getByRole('row', { name: /^Knowledge distillation .*not conclusive/ })).toBeVisible();
  const [chart] = await report.locator('figure svg').all();
  expect((await chart!.boundingBox())!.height).toBeGreaterThan(100);
  expect(await serious(report)).toEqual([]);
  await expect(report.getByRole('link', { name: 'Open this set-up' })).toHaveAttribute('href', /#c=1\./);
  await report.screenshot({ path: info.outputPath('report.png'), fullPage: true });
  await report.close();
  // Axe and the page's own policy may speak on the console of the report; the network may not.
  expect(troubles.filter((text) => text.includes('://') && !text.startsWith('file:'))).toEqual([]);
}
