/** `import`: what the importer makes of a path. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, count } from '../core/format';
import { type DatasetReport, imagesOf, imbalance, reportText, smallClasses } from '../state/dataset-report';
import type { Command } from './arguments';
import { type OpenPage, type Tools, withPage } from './browser';
import type { Inspection } from './protocol';

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
  /** What a look at the images found; only when they were read. */
  readonly found?: Figures;
}

/** Counts of equal images, of those across splits, of small classes, and largest to smallest class. */
export interface Figures {
  readonly duplicates: number;
  readonly otherClass: number;
  readonly leaks: number;
  readonly imbalance: number;
  readonly smallClasses: number;
  readonly grey: number;
  readonly colour: number;
  readonly columns: readonly string[];
}

function figuresOf(report: DatasetReport): Figures {
  const { duplicates, leaks, channels } = report.findings;
  return {
    duplicates: duplicates.images,
    otherClass: duplicates.otherClass,
    leaks: leaks.validation + leaks.test,
    imbalance: Number(imbalance(report).toFixed(2)),
    smallClasses: smallClasses(report).length,
    ...channels,
    columns: report.source.columns.map(({ name }) => name),
  };
}

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
    samples: imagesOf(read.summary),
    skipped: skipped.length,
    reasons: [...new Set(skipped.map((s) => s.code))],
    message: [...skipped.slice(0, 3).map((s) => `${s.name}: ${s.message}`), ...warnings].join(' '),
    found: figuresOf(read.summary),
  };
}

/** The same for a person: the report of the dialog, indented under the path. */
export function describe(path: string, read: Inspection): string {
  if (!read.ok) return `${path}: refused. ${read.message} [${read.code}]`;
  const { height, width, channels } = read.summary.shape;
  const images = imagesOf(read.summary);
  const head = `${path}: ${count(images)} images in ${read.summary.classNames.length} classes, ${bytes(images * height * width * channels)}`;
  return [
    head,
    ...reportText(read.summary)
      .split('\n')
      .map((line) => `  ${line}`),
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
