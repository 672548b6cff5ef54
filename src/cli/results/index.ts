/** `npm run results`: trains the methods run by run, and writes the page anew after each. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { duration } from '../../core/format';
import { configDifference } from '../../share/codec';
import type { Grid, Results, Section } from '../../share/results';
import { UsageError } from '../arguments';
import type { Tools } from '../browser';
import { runCommand } from '../run';
import { rowCells, withGrid } from './grid';
import { withRows, withTimes } from './merge';
import { USAGE } from './options';
import { resultsPage } from './page';
import { type Job, type Part, type Plan, planOf } from './plan';
import { regimeWords } from './regimes';
import { type MadeRun, type RunRecord, sectionOf } from './summary';

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

/** Puts a section in the place of an older one of the same data, as far as that is not kept, or behind the others. */
export function withSection({ sections, ...rest }: Results, section: Section, keeps: Plan['keeps']): Results {
  const at = sections.findIndex((s) => s.dataset.name === section.dataset.name);
  const old = sections[at];
  if (!old && keeps === 'all but times')
    throw new UsageError(`There is no table of ${section.dataset.name} whose times could be taken anew.`);
  if (!old) return { ...rest, sections: [...sections, section] };
  const put = {
    nothing: () => section,
    rows: () => withRows(old, section),
    'all but times': () => withTimes(old, section),
  };
  return { ...rest, sections: sections.with(at, put[keeps]()) };
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
  const regime = regimeWords(config).join(' ');
  const about = { command: part.command, config: rest, budget, failures, ...(regime ? { regime } : {}) };
  return sectionOf(runs, about, part.trial);
}

/** Resolves with the seconds it took. */
async function trainJob(job: Job, dir: string, tools: Tools, commit: string): Promise<number> {
  const start = performance.now();
  await runCommand({ ...job.command, out: dir }, tools).catch((error: unknown) => say(String(error)));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'made.json'), json({ commit }));
  return (performance.now() - start) / 1000;
}

/** The grid so far; `runs` of its rows where they are there. */
function gridSoFar({ name, command, jobs, grid }: Part, runs: ReadonlyMap<Job, MadeRun>): Grid | undefined {
  const [first] = runs.values();
  if (!grid || !first) return undefined;
  const { device, backend, dataset } = first.record;
  return {
    method: grid.method.id,
    dataset: dataset?.name ?? name,
    regime: grid.regime.id,
    columns: grid.method.axis,
    rows: grid.regime.axis,
    cells: jobs.map((job) => rowCells(grid.method, runs.get(job))),
    command,
    backend: `${backend} on ${device.name || 'an unnamed adapter'}${device.software ? ' (software)' : ''}`,
    commits: [...new Set([...runs.values()].map(({ commit }) => commit))],
  };
}

/** The results with what the runs of a part have come to so far. */
function resultsSoFar(
  part: Part,
  runs: ReadonlyMap<Job, MadeRun>,
  failures: readonly string[],
  before: Results,
  keeps: Plan['keeps'],
): Results {
  const grid = gridSoFar(part, runs);
  if (grid) return withGrid(before, grid);
  const section = sectionSoFar(part, [...runs.values()], failures);
  return section ? withSection(before, section, keeps) : before;
}

/** Trains what has no record yet, unless only the page is wanted. Resolves with the number of runs missing. */
async function makePart(part: Part, plan: Plan, tools: Tools, place: Place): Promise<number> {
  const runs = new Map<Job, MadeRun>();
  const missing = new Map(part.jobs.map((job) => [job, 'not trained yet']));
  const title = ({ seeds, methods }: Job) => `${part.name}, seeds ${seeds.join(', ')}: ${methods.join(', ')}`;
  const before = stored(place.docs);
  // Times are those of this code: older ones are not gone on with.
  const usable = (run: MadeRun | undefined) =>
    plan.keeps !== 'all but times' || run?.commit === place.commit ? run : undefined;
  let [trained, seconds] = [0, 0];
  for (const [i, job] of part.jobs.entries()) {
    const dir = join(place.runs, job.folder);
    if (!usable(made(dir)) && !plan.onlyPage) {
      const left =
        trained > 0 ? `, about ${duration((seconds / trained) * (part.jobs.length - i))} left` : '';
      say(`run ${i + 1} of ${part.jobs.length}${left} (${title(job)})`);
      seconds += await trainJob(job, dir, tools, place.commit);
      trained++;
      missing.set(job, read<RunRecord>(join(dir, 'summary.json'))?.failure || 'no record');
    }
    const run = usable(made(dir));
    if (!run) continue;
    runs.set(job, run);
    missing.delete(job);
    const absent = [...missing].map(([job, reason]) => `${title(job)} (${reason})`);
    writePage(place.docs, resultsSoFar(part, runs, absent, before, plan.keeps));
  }
  return missing.size;
}

async function dispatch(args: readonly string[], tools: Tools, given: Place): Promise<number> {
  const plan = planOf(args);
  const place = { ...given, docs: plan.docs === undefined ? given.docs : resolve(plan.docs) };
  let missing = 0;
  for (const part of plan.parts) missing += await makePart(part, plan, tools, place);
  writePage(place.docs, stored(place.docs));
  say(`wrote ${join(place.docs, 'results.md')}`);
  return missing === 0 || plan.onlyPage ? 0 : 1;
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
