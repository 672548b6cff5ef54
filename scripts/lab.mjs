/**
 * `npm run lab`: small KANs and MLPs fit functions; writes docs/kan.*. Fits that docs/kan.json holds are not repeated.
 *   -- --fresh    forgets them first
 *   -- --images   trains S-ConvKAN and CNNs on images instead
 *   -- --page     trains nothing
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { root } from './root.mjs';

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
  results.images = [];
  await lab.images((records) => {
    results.images.push(...records);
    for (const { net, seed, accuracy } of records)
      console.log(`${net}, seed ${seed}: ${accuracy.toFixed(3)}`);
    save();
  });
}
save();
