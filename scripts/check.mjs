/** `npm run check`: format, lint, types and import order, in seconds. Any warning fails. */
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { isMain, root, run, tool } from './root.mjs';

const tsc = (project) => ({
  name: `types (${project})`,
  command: tool('tsc'),
  args: ['-p', join(root, `tsconfig.${project}.json`)],
});

const checks = [
  {
    name: 'format and lint',
    command: tool('biome'),
    args: ['check', '--error-on-warnings', '--max-diagnostics=100'],
  },
  tsc('page'),
  tsc('worker'),
  tsc('tests'),
  { name: 'import order', command: tool('vitest'), args: ['run', 'tests/architecture.test.ts'] },
];

/** Runs every check; returns how many passed and failed. */
export async function check() {
  const results = await Promise.all(
    checks.map(async ({ name, command, args }) => {
      const started = performance.now();
      const { code, output } = await run(command, args, { quiet: true });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output);
      return code === 0;
    }),
  );
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

if (isMain(import.meta.url)) {
  await ensureInstalled();
  process.exitCode = (await check()).failed > 0 ? 1 : 0;
}
