/** `npm run results`: trains the methods run by run, and writes the page anew after each. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { duration } from '../../core/format';
import { configDifference } from '../../share/codec';
import { UsageError } from '../arguments';
import type { Tools } from '../browser';
import { runCommand } from '../run';
import { type Results, resultsPage } from './page';
import { type Job, type Part, planOf, USAGE } from './plan';
import { type MadeRun, type RunRecord, type Section, sectionOf } from './summary';

export interface Place {
  /** Folder of the records of single runs, kept so that a stopped run goes on where it was. */
  readonly runs: string;
  readonly docs: string;
  readonly commit: string;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

function read<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** The record of a run that came to its end. */
function made(dir: string): MadeRun | undefined {
  const record = read<RunRecord>(join(dir, 'summary.json'));
  const about = read<{ commit: string }>(join(dir, 'made.json'));
  return record?.failure === '' && about ? { record, commit: about.commit } : undefined;
}

function writePage(docs: string, results: Results): void {
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, 'results.json'), json(results));
  writeFileSync(join(docs, 'results.md'), resultsPage(results));
}

const stored = (docs: string): Results =>
  read<Results>(join(docs, 'results.json')) ?? { version: 1, sections: [] };

/** Puts a section in the place of an older one of the same data, or behind the others. */
function withSection({ sections }: Results, section: Section): Results {
  const at = sections.findIndex((s) => s.dataset.name === section.dataset.name);
  return { version: 1, sections: at < 0 ? [...sections, section] : sections.with(at, section) };
}

function sectionSoFar(
  part: Part,
  runs: readonly MadeRun[],
  failures: readonly string[],
): Section | undefined {
  const { config } = part.jobs[0]!;
  const { students: _, seeds: __, ...rest } = configDifference(config) as Record<string, unknown>;
  const { optimizer } = config.students[0]!;
  const budget = {
    epochs: config.training.epochs,
    teacherEpochs: config.teacher.epochs,
    batchSize: config.training.batchSize,
    optimizer: optimizer.kind,
    rate: optimizer.rate,
  };
  return sectionOf(runs, { command: part.command, config: rest, budget, failures });
}

/** Trains what has no record yet. Resolves with what could not be trained. */
async function trainPart(part: Part, tools: Tools, place: Place, docs: string): Promise<readonly string[]> {
  const runs: MadeRun[] = [];
  const failures: string[] = [];
  const title = ({ seeds, methods }: Job) => `${part.name}, seeds ${seeds.join(', ')}: ${methods.join(', ')}`;
  let [trained, seconds] = [0, 0];
  for (const [i, job] of part.jobs.entries()) {
    const dir = join(place.runs, job.folder);
    let run = made(dir);
    if (run) say(`run ${i + 1} of ${part.jobs.length} is there already (${title(job)})`);
    else {
      const left =
        trained > 0 ? `, about ${duration((seconds / trained) * (part.jobs.length - i))} left` : '';
      say(`run ${i + 1} of ${part.jobs.length}${left} (${title(job)})`);
      const start = performance.now();
      await runCommand({ ...job.command, out: dir }, tools).catch((error: unknown) => say(String(error)));
      seconds += (performance.now() - start) / 1000;
      trained++;
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'made.json'), json({ commit: place.commit }));
      run = made(dir);
    }
    if (run) runs.push(run);
    else
      failures.push(`${title(job)} (${read<RunRecord>(join(dir, 'summary.json'))?.failure || 'no record'})`);
    const section = sectionSoFar(part, runs, failures);
    if (section) writePage(docs, withSection(stored(docs), section));
  }
  return failures;
}

async function dispatch(args: readonly string[], tools: Tools, place: Place): Promise<number> {
  const plan = planOf(args);
  const docs = plan.docs === undefined ? place.docs : resolve(plan.docs);
  if (plan.onlyPage) writePage(docs, stored(docs));
  let failed = 0;
  for (const part of plan.onlyPage ? [] : plan.parts)
    failed += (await trainPart(part, tools, place, docs)).length;
  say(`wrote ${join(docs, 'results.md')}`);
  return failed === 0 ? 0 : 1;
}

/** Returns the exit code: 0 done, 1 a run failed, 2 it was asked for wrongly. */
export async function results(args: readonly string[], tools: Tools, place: Place): Promise<number> {
  if (args.includes('--help')) {
    say(USAGE);
    return 0;
  }
  try {
    return await dispatch(args, tools, place);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    return usage ? 2 : 1;
  }
}
