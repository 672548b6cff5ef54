/** `golden`: the methods against stored reference values. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenResult } from '../worker/protocol';
import { type Command, UsageError } from './arguments';
import { type Tools, withPage } from './browser';

type GoldenCommand = Extract<Command, { kind: 'golden' }>;

const error = (value: number | undefined): string => (value === undefined ? '-' : value.toExponential(1));

export function line(file: string, result: GoldenResult): string {
  const state = result.missing !== undefined ? 'missing' : result.passed ? 'ok' : 'FAIL';
  const reason = result.missing === undefined ? '' : `  ${result.missing}`;
  const values = `values ${error(result.values)}  gradients ${error(result.gradients)}`;
  return `${state.padEnd(8)}${file}  ${result.name}  ${values}${reason}`;
}

/** How often each thing happened, and whether that is an error. */
export function judge(results: readonly GoldenResult[], skipMissing: boolean) {
  const missing = results.filter((r) => r.missing !== undefined).length;
  const passed = results.filter((r) => r.missing === undefined && r.passed).length;
  const failed = results.length - missing - passed;
  return {
    passed,
    failed,
    missing,
    code: failed > 0 || passed + missing === 0 || (missing > 0 && !skipMissing) ? 1 : 0,
  };
}

/** Returns the exit code: 1 when a case is out of tolerance, or has no implementation. */
export async function goldenCommand(command: GoldenCommand, tools: Tools): Promise<number> {
  const files = readdirSync(command.dir)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (files.length === 0) throw new UsageError(`There is no .json file in ${command.dir}.`);
  return withPage(tools, command.page, async ({ page, broken }) => {
    const all: GoldenResult[] = [];
    for (const file of files) {
      const content: unknown = JSON.parse(readFileSync(join(command.dir, file), 'utf8'));
      const ask = page.evaluate(([f, c]) => globalThis.condenser!.golden(f, c), [file, content] as const);
      const results = await Promise.race([ask, broken]);
      for (const result of results) process.stdout.write(`${line(file, result)}\n`);
      all.push(...results);
    }
    const { passed, failed, missing, code } = judge(all, command.skipMissing);
    process.stdout.write(`${passed} passed, ${failed} failed, ${missing} without an implementation\n`);
    return code;
  });
}
