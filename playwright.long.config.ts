import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// These tests bring their own page, so the server of the others is left out.
const { webServer: _, ...common } = base;

/** `npm run test:long`: proofs that take minutes and are no part of `npm test`. */
export default defineConfig({
  ...common,
  // One after another: a run from the terminal builds the page that another test would be serving.
  workers: 1,
  projects: [{ name: 'long', testDir: 'tests/long' }],
});
