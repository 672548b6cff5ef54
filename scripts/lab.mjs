/**
 * `npm run lab`: small KANs and MLPs fit functions; writes docs/kan.*. Fits that docs/kan.json holds are not repeated.
 *   -- --fresh    forgets them first
 *   -- --images   trains S-ConvKAN and CNNs on images instead, in Chromium
 *   -- --page     trains nothing
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';
import { tools } from './tools.mjs';

await ensureInstalled();
const flag = { type: 'boolean' };
const { values } = parseArgs({ options: { images: flag, fresh: flag, page: flag } });

/** TensorFlow.js spreads over modules that Node alone does not find, so the lab is bundled. */
async function bundled() {
  const { build } = await import('vite');
  const outDir = join(root, 'out/lab');
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: join(root, 'src/lab/index.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'lab.mjs' } },
    },
  });
  return import(pathToFileURL(join(outDir, 'lab.mjs')).href);
}

const lab = await bundled();
const file = join(root, 'docs/kan.json');
let results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { version: 1, fits: [] };
if (values.fresh) results = { ...results, fits: [] };

function save() {
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(root, 'docs/kan.md'), lab.page(results));
}

if (!values.page && !values.images) {
  await lab.measure(results.fits, (fit) => {
    results.fits.push(fit);
    console.log(`${fit.target}, ${fit.net}, seed ${fit.seed}: ${fit.error.toExponential(2)}`);
    save();
  });
}
if (values.images) {
  const { loadModule } = await import('./load.mjs');
  const out = join(root, 'out/lab-images');
  mkdirSync(out, { recursive: true });
  const config = join(out, 'config.json');
  writeFileSync(config, JSON.stringify(lab.IMAGES));
  const code = await loadModule('/src/cli/main.ts', ({ main }) => main(['run', config, '--out', out], tools));
  if (code !== 0) throw new Error('The run on images failed.');
  results.images = lab.imageRecords(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')));
}
save();
