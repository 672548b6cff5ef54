/** `npm run condenser -- ...`: starts the command line in src/cli. See `help` there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';

await ensureInstalled();
const { loadModule } = await import('./load.mjs');

const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const tools = {
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

process.exitCode = await loadModule('/src/cli/main.ts', ({ main }) => main(process.argv.slice(2), tools));
