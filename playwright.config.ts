import { createServer } from 'node:net';
import { defineConfig } from '@playwright/test';
import { findChromium, flags } from './scripts/chromium.mjs';

function freePort(): Promise<string> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(String(typeof address === 'object' && address ? address.port : 0)));
    });
  });
}

// Test processes read this file again and must find the same server and browser.
process.env['CONDENSER_PORT'] ??= await freePort();
process.env['CHROMIUM'] ??= await findChromium();
const address = `http://127.0.0.1:${process.env['CONDENSER_PORT']}/`;

/**
 * Two Chromiums at a time: WebGPU on the CPU keeps one core busy, and the page waits for it. All runs of the worker
 * are in one of them, whose kernels they share; the other tries the kernels meanwhile, then the page.
 */
export default defineConfig({
  workers: 2,
  timeout: 120_000,
  forbidOnly: true,
  reporter: 'list',
  outputDir: 'test-results',
  projects: [
    { name: 'gpu', testDir: 'tests/gpu', testIgnore: '**/kernels/**', workers: 1 },
    { name: 'kernels', testDir: 'tests/gpu/kernels', workers: 1 },
    { name: 'e2e', testDir: 'tests/e2e' },
  ],
  use: {
    baseURL: address,
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env['CHROMIUM'], args: flags() },
    screenshot: 'only-on-failure',
    // Kept files would answer in place of the server; the test of offline use allows them itself.
    serviceWorkers: 'block',
  },
  webServer: {
    command: `node scripts/serve.mjs --port ${process.env['CONDENSER_PORT']}`,
    url: address,
    timeout: 120_000,
  },
});
