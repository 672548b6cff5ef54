/** What the command line in src/cli needs from outside: a built and served page, a browser, versions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export const tools = {
  versions: {
    condenser: packageJson.version,
    tfjs: packageJson.dependencies['@tensorflow/tfjs-core'],
    node: process.versions.node,
  },
  async serve(extra) {
    const { ensureBuilt } = await import('./build.mjs');
    const { serve } = await import('./serve.mjs');
    return serve(await ensureBuilt({ quiet: true }), { extra });
  },
  async launch() {
    const { chromium } = await import('@playwright/test');
    const { findChromium, flags } = await import('./chromium.mjs');
    return chromium.launch({ executablePath: await findChromium(), args: flags() });
  },
};
