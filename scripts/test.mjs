/**
 * `npm test`: installs what is missing, then checks, tests without a browser, and tests in Chromium.
 * The last line is `N passed, N failed`, with `, N skipped` when a test was skipped.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { run, tool } from './root.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'condenser-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const total = { passed: 0, failed: 0, skipped: 0 };
function add(name, { passed, failed, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  console.log(`\n== ${name}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
}

/** Counts of a tool's JSON report; a tool that failed without naming a test counts as one failure. */
function counts(file, code, read) {
  let found = { passed: 0, failed: 0, skipped: 0 };
  try {
    found = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const silent = found.failed === 0 && (code !== 0 || found.passed === 0);
  return silent ? { ...found, failed: 1 } : found;
}

async function step(name, work) {
  try {
    add(name, await work());
  } catch (error) {
    console.error(error.message);
    add(name, { passed: 0, failed: 1 });
  }
}

async function vitest() {
  const file = join(scratch, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await run(tool('vitest'), ['run', ...reporters], { env: { CI: '1' } });
  return counts(file, code, (report) => ({
    passed: report.numPassedTests,
    // A file that does not load is a failed suite without a failed test.
    failed:
      report.numFailedTests + report.testResults.filter((t) => t.status === 'failed' && t.message).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

async function browser() {
  const { findChromium } = await import('./chromium.mjs');
  const { ensureBuilt } = await import('./build.mjs');
  const env = {
    CHROMIUM: await findChromium(),
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(scratch, 'playwright.json'),
  };
  await ensureBuilt();
  const { code } = await run(tool('playwright'), ['test', '--reporter=list,json'], { env });
  return counts(env.PLAYWRIGHT_JSON_OUTPUT_NAME, code, ({ stats, errors }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }));
}

try {
  await ensureInstalled();
  const { check } = await import('./check.mjs');
  await step('checks', check);
  await step('without a browser', vitest);
  await step('in Chromium', browser);
} catch (error) {
  console.error(error.message);
  total.failed++;
}
process.exitCode = total.failed > 0 ? 1 : 0;
const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
