/**
 * Finds a Chromium for tests and for the command line, or installs one.
 *   node scripts/chromium.mjs     prints its path
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isMain, run, tool } from './root.mjs';

/** WebGPU on any machine (SwiftShader where there is no GPU), and no background traffic. */
export const flags = (adapter = process.env.CONDENSER_ADAPTER ?? 'swiftshader') => [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  ...(adapter === 'swiftshader'
    ? ['--use-webgpu-adapter=swiftshader']
    : ['--enable-features=Vulkan', '--ignore-gpu-blocklist']),
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...PLACES].find(executable);
}

/** Playwright's own download, when it is there and starts (its system libraries may be missing). */
async function fromPlaywright() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  if (!path || !executable(path)) return undefined;
  return (await run(path, ['--version', '--no-sandbox'], { quiet: true })).code === 0 ? path : undefined;
}

async function fromDebian() {
  if (process.platform !== 'linux') return undefined;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = async (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args];
    return (await run(command, rest, { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } })).code === 0;
  };
  return (await apt('update')) && (await apt('install', '-y', 'chromium')) ? onPath() : undefined;
}

/** Path of a Chromium that starts. Throws, saying what to do, when there is none and none can be installed. */
export async function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (executable(named)) return named;
    throw new Error(`CHROMIUM is set to ${named}, which is not an executable file.`);
  }
  const found = onPath() ?? (await fromPlaywright());
  if (found) return found;
  console.error('No Chromium found; trying to install one ...');
  await run(tool('playwright'), ['install', 'chromium'], { quiet: true });
  const installed = (await fromPlaywright()) ?? (await fromDebian());
  if (installed) return installed;
  throw new Error(
    'There is no Chromium and none could be installed. Install Chromium or Chrome 121 or newer, or set CHROMIUM to its path.',
  );
}

if (isMain(import.meta.url)) {
  try {
    console.log(await findChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
