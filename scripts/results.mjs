/** `npm run results -- ...`: trains every method on a small budget and writes docs/results.*. See --help. */
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { root, run } from './root.mjs';
import { tools } from './tools.mjs';

await ensureInstalled();
const { loadModule } = await import('./load.mjs');

const { code, output } = await run('git', ['describe', '--always', '--dirty', '--exclude', '*'], {
  quiet: true,
});
const place = {
  runs: join(root, 'out/results'),
  docs: join(root, 'docs'),
  commit: code === 0 ? output.trim() : 'unknown',
};

process.exitCode = await loadModule('/src/cli/results/index.ts', ({ results }) =>
  results(process.argv.slice(2), tools, place),
);
