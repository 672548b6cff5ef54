/** `import`: what the importer makes of a path. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, count } from '../core/format';
import type { Command } from './arguments';
import { type OpenPage, type Tools, withPage } from './browser';
import type { DatasetReport, Inspection } from './protocol';

type ImportCommand = Extract<Command, { kind: 'import' }>;

/** One line of `import --json`. */
export interface Verdict {
  readonly path: string;
  readonly verdict: 'accept' | 'partial' | 'reject';
  readonly classes: number;
  readonly samples: number;
  readonly skipped: number;
  /** Reason codes, each once. */
  readonly reasons: readonly string[];
  readonly message: string;
}

const samplesOf = (summary: DatasetReport): number =>
  summary.counts.train + summary.counts.validation + summary.counts.test;

export function verdictOf(path: string, read: Inspection): Verdict {
  if (!read.ok)
    return {
      path,
      verdict: 'reject',
      classes: 0,
      samples: 0,
      skipped: 0,
      reasons: [read.code],
      message: read.message,
    };
  const { classNames, skipped, warnings } = read.summary;
  return {
    path,
    verdict: skipped.length > 0 ? 'partial' : 'accept',
    classes: classNames.length,
    samples: samplesOf(read.summary),
    skipped: skipped.length,
    reasons: [...new Set(skipped.map((s) => s.code))],
    message: [...skipped.slice(0, 3).map((s) => `${s.name}: ${s.message}`), ...warnings].join(' '),
  };
}

/** The same for a person: classes, counts, sizes and every file that was left out. */
export function describe(path: string, read: Inspection): string {
  if (!read.ok) return `${path}: refused. ${read.message} [${read.code}]`;
  const { classNames, perClass, counts, sizes, skipped, warnings, shape, fingerprint } = read.summary;
  const { height, width, channels } = shape;
  return [
    `${path}: ${count(samplesOf(read.summary))} images in ${classNames.length} classes, ${bytes(samplesOf(read.summary) * height * width * channels)}`,
    ...classNames.map((name, k) => `  ${name}: ${count(perClass[k] ?? 0)}`),
    `  split: ${count(counts.train)} to train, ${count(counts.validation)} to validate, ${count(counts.test)} to test`,
    `  sizes: ${sizes.map(({ size, count: n }) => `${size} (${n})`).join(', ')}, read as ${width}x${height}x${channels}`,
    `  fingerprint: ${fingerprint}`,
    ...warnings.map((warning) => `  note: ${warning}`),
    ...skipped.map((s) => `  left out: ${s.name}: ${s.message} [${s.code}]`),
  ].join('\n');
}

async function inspect(open: OpenPage, paths: readonly string[]): Promise<Inspection> {
  const files = open.shelf.put(paths);
  const read = open.page.evaluate((f) => globalThis.condenser!.inspect(f), files);
  return Promise.race([read, open.broken]);
}

/** Returns the exit code: 1 when anything was refused. */
export function importCommand(command: ImportCommand, tools: Tools): Promise<number> {
  return withPage(tools, command.page, async (open) => {
    const each = command.each;
    const drops =
      each === undefined
        ? [command.paths]
        : readdirSync(each)
            .sort()
            .map((name) => [join(each, name)]);
    let code = 0;
    for (const paths of drops) {
      const name = paths.join(' ');
      const read = await inspect(open, paths);
      if (!read.ok) code = 1;
      process.stdout.write(
        `${command.json ? JSON.stringify(verdictOf(name, read)) : describe(name, read)}\n`,
      );
    }
    return code;
  });
}
