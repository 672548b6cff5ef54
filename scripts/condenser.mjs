/** `npm run condenser -- ...`: starts the command line in src/cli. See `help` there. */
import { ensureInstalled } from './install.mjs';
import { tools } from './tools.mjs';

await ensureInstalled();
const { loadModule } = await import('./load.mjs');

process.exitCode = await loadModule('/src/cli/main.ts', ({ main }) => main(process.argv.slice(2), tools));
