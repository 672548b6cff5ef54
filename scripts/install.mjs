/** Installs the packages of package-lock.json when node_modules lacks one of them or holds another version. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root, run } from './root.mjs';

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;

/** What is wrong with node_modules, or undefined. Packages for other platforms may be missing. */
export function missing() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return 'nothing is installed yet';
  if (!existsSync(join(root, 'package-lock.json'))) return undefined;
  const have = read('node_modules/.package-lock.json');
  for (const [path, wanted] of Object.entries(read('package-lock.json'))) {
    if (path === '' || wanted.link) continue;
    const found = have[path];
    if (!found && !wanted.optional && !wanted.peer) return `${path} is missing`;
    if (found && found.version !== wanted.version)
      return `${path} is ${found.version}, not ${wanted.version}`;
  }
  return undefined;
}

/** Throws with the reason when the installation fails. */
export async function ensureInstalled() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`Condenser needs Node 20 or newer; this is ${process.versions.node}.`);
  const reason = missing();
  if (!reason) return;
  console.log(`Installing packages (${reason}) ...`);
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const locked = existsSync(join(root, 'package-lock.json'));
  if (locked && (await run('npm', ['ci', ...options], { quiet: true })).code === 0) return;
  // `ci` refuses a lock file without the builds for other systems, which some registries do not carry;
  // `install` takes the locked versions all the same.
  const { code } = await run('npm', ['install', '--no-save', ...options]);
  if (code !== 0) throw new Error(`npm install failed with exit code ${code}; see its message above.`);
}

if (isMain(import.meta.url)) await ensureInstalled();
