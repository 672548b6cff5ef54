/**
 * `npm run test:long`: proofs that take minutes and are no part of `npm test`: 2,000 mutations of a good file of
 * every format, runs interrupted at every step in every form of every method, and the tests in tests/long in Chromium. Arguments go to Playwright.
 */
import { ensureInstalled } from './install.mjs';
import { writeReliability } from './reliability.mjs';
import { run, tool } from './root.mjs';

const MUTATIONS = 2000;

await ensureInstalled();
const fuzz = await run(tool('vitest'), ['run', 'tests/data/fuzz.test.ts', '--testTimeout=600000'], {
  env: { CI: '1', CONDENSER_FUZZ: process.env.CONDENSER_FUZZ ?? String(MUTATIONS) },
});
const resumed = await run(tool('vitest'), ['run', 'tests/trainer/resume.test.ts', '--testTimeout=600000'], {
  env: { CI: '1', CONDENSER_LONG: '1' },
});
const options = ['test', '--config', 'playwright.long.config.ts', ...process.argv.slice(2)];
const browser = await run(tool('playwright'), options);
writeReliability();
process.exitCode = fuzz.code || resumed.code || browser.code;
