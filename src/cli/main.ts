/** The command line. `scripts/condenser.mjs` starts it. */
import { parseArguments, USAGE, UsageError } from './arguments';
import { type Tools, withPage } from './browser';
import { goldenCommand } from './golden';
import { importCommand } from './import';
import { runCommand } from './run';

type ListCommand = Extract<ReturnType<typeof parseArguments>, { kind: 'list' }>;

function listCommand({ what, json }: ListCommand, tools: Tools): Promise<number> {
  return withPage(tools, {}, async ({ page, broken }) => {
    const ask = page.evaluate((kind) => globalThis.condenser!.list(kind), what);
    const items = (await Promise.race([ask, broken])) as readonly Record<'id' | 'name' | 'summary', string>[];
    const text = json
      ? JSON.stringify(items, null, 2)
      : items.map(({ id, name, summary }) => `${id.padEnd(20)} ${name}: ${summary}`).join('\n');
    process.stdout.write(`${text}\n`);
    return 0;
  });
}

async function dispatch(args: readonly string[], tools: Tools): Promise<number> {
  const command = parseArguments(args);
  switch (command.kind) {
    case 'help':
      process.stdout.write(`${USAGE}\n`);
      return 0;
    case 'run':
      return runCommand(command, tools);
    case 'import':
      return importCommand(command, tools);
    case 'golden':
      return goldenCommand(command, tools);
    case 'list':
      return listCommand(command, tools);
  }
}

/** Runs one command; returns the exit code: 0 done, 1 it went wrong, 2 it was asked for wrongly. */
export async function main(args: readonly string[], tools: Tools): Promise<number> {
  try {
    return await dispatch(args, tools);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
