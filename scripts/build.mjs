/** Builds dist/ when it is missing or older than what it is made from. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, newest, root, run, tool } from './root.mjs';

const sources = [
  'src',
  'public',
  'index.html',
  'vite.config.ts',
  'scripts/offline.mjs',
  'scripts/service-worker.js',
  'package-lock.json',
  'docs/results.json',
];

/** Returns the folder with the built page. Throws when the build fails. */
export async function ensureBuilt({ quiet = false } = {}) {
  const dist = join(root, 'dist');
  if (existsSync(join(dist, 'index.html')) && newest(['dist/index.html']) > newest(sources)) return dist;
  // A caller that has loaded Vite's own server carries its development mode along.
  const env = { NODE_ENV: 'production' };
  const { code, output } = await run(tool('vite'), ['build'], { quiet, env });
  if (code !== 0) throw new Error(`The build failed.\n${output}`);
  return dist;
}

if (isMain(import.meta.url)) await ensureBuilt();
