/** `npm run results -- ...`: trains every method on a small budget and writes docs/results.*. See --help. */
import { cpSync, rmSync } from 'node:fs';
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

/** The page as it is now: all runs train with the same code, whatever is edited while they do. */
let built;
async function serve(extra) {
  const [{ ensureBuilt }, server] = await Promise.all([import('./build.mjs'), import('./serve.mjs')]);
  if (!built) {
    const folder = join(root, 'out/results-page');
    rmSync(folder, { recursive: true, force: true });
    cpSync(await ensureBuilt({ quiet: true }), folder, { recursive: true });
    built = folder;
  }
  return server.serve(built, { extra });
}

process.exitCode = await loadModule('/src/cli/results/index.ts', ({ results }) =>
  results(process.argv.slice(2), { ...tools, serve }, place),
);
