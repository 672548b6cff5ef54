/** `npm run docs`: writes the pages of docs/ that are made from the cards. `--check` only compares. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { licencesPage } from './licences.mjs';
import { root } from './root.mjs';

await ensureInstalled();
const { loadModule } = await import('./load.mjs');
const pages = await loadModule('/src/cli/docs.ts', (docs) => docs.pages());
pages['licences.md'] = licencesPage();
pages['kernels.md'] = await loadModule('/src/engine/kernels/cards.ts', (kernels) => kernels.page());

mkdirSync(join(root, 'docs'), { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  const file = join(root, 'docs', name);
  const fresh = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (fresh) continue;
  if (process.argv.includes('--check')) {
    console.error(`docs/${name} is stale; run: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote docs/${name}`);
  }
}
