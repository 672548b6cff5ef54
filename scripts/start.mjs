/** `npm start`: installs what is missing, builds, serves the page and opens it. */
import { spawn } from 'node:child_process';
import { ensureInstalled } from './install.mjs';

const options = { 'no-open': process.argv.includes('--no-open') };
const portAt = process.argv.indexOf('--port');

/** False on a machine where nobody would see the window. */
function hasScreen() {
  if (process.env.CI || options['no-open']) return false;
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function open(address) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '']
        : ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No browser could be opened; open the address yourself.'));
  child.unref();
}

try {
  await ensureInstalled();
  const { ensureBuilt } = await import('./build.mjs');
  const { serve } = await import('./serve.mjs');
  const { address } = await serve(await ensureBuilt(), {
    port: portAt > 0 ? Number(process.argv[portAt + 1]) : 0,
  });
  console.log(`\nCondenser is at ${address}  (Ctrl+C stops it)`);
  if (hasScreen()) open(address);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
