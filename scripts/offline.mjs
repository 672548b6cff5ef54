/** Writes the service worker of a build: its version is a digest of all files, its list is these files. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const NAME = 'sw.js';

/** Paths below `dir`, sorted, with slashes. */
function filesOf(dir, below = '') {
  return readdirSync(join(dir, below), { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesOf(dir, `${below}${entry.name}/`) : [`${below}${entry.name}`],
    )
    .sort();
}

/** Writes `dir`/sw.js. The page is listed as `./`, which every server answers. */
export function writeServiceWorker(dir) {
  const files = filesOf(dir).filter((file) => file !== NAME);
  const digest = createHash('sha256');
  for (const file of files) digest.update(file).update(readFileSync(join(dir, file)));
  const list = files.map((file) => (file === 'index.html' ? './' : `./${file}`));
  const text = readFileSync(join(root, 'scripts/service-worker.js'), 'utf8')
    .replace('__VERSION__', digest.digest('hex').slice(0, 16))
    .replace('__FILES__', JSON.stringify(list));
  writeFileSync(join(dir, NAME), text);
}

/** Vite plugin: after a build, when all files are there. */
export const offline = () => {
  let dir = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      dir = join(config.root, config.build.outDir);
    },
    closeBundle: () => writeServiceWorker(dir),
  };
};
