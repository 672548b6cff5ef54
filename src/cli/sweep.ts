/** `run --vary`: trains a set-up at every point of a sweep, and lists what came out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../core/config';
import { cell } from '../core/csv';
import { catalogue } from '../share/catalogue';
import {
  type Axis,
  configAt,
  grid,
  MAX_AXES,
  MAX_POINTS,
  type Point,
  parseValues,
  pointText,
  random,
  sweepable,
} from '../state/sweep';
import { type Command, UsageError } from './arguments';
import type { History } from './history';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** Trains one set-up into a folder. */
export type RunOne = (
  config: Config,
  dir: string,
) => Promise<{ readonly code: number; readonly history: History }>;

/** The axes and points that the arguments ask for. Throws UsageError. Pure. */
export function pointsOf(
  { vary = [], random: count }: Pick<RunCommand, 'vary' | 'random'>,
  config: Config,
): { readonly axes: readonly Axis[]; readonly points: readonly Point[] } {
  const settings = sweepable(config, catalogue, (key) => key);
  const paramOf = (path: string) => {
    const found = settings.find((setting) => setting.path === path);
    if (!found) throw new UsageError(`--vary cannot change '${path}': the set-up has no such setting.`);
    return found.param;
  };
  if (vary.length > MAX_AXES) throw new UsageError(`--vary can be given ${MAX_AXES} times at most.`);
  const axes = vary.map(([path, text]) => {
    const { values, problem } = parseValues(paramOf(path), text);
    if (problem || values.length === 0) throw new UsageError(`--vary ${path}: ${problem || 'no value.'}`);
    return { path, label: path, values };
  });
  const points = count === undefined ? grid(axes) : random(axes, paramOf, count);
  if (points.length > MAX_POINTS)
    throw new UsageError(`This sweep has ${points.length} points, at most ${MAX_POINTS} are trained.`);
  return { axes, points };
}

/** One row per point, learner, split and metric; a point that failed has a row without numbers. */
export class SweepTable {
  private readonly rows: string[];
  private readonly axes: readonly Axis[];

  constructor(axes: readonly Axis[]) {
    this.axes = axes;
    this.rows = [
      ['point', ...axes.map(({ path }) => path), 'learner', 'state', 'split', 'metric', 'value']
        .map(cell)
        .join(','),
    ];
  }

  add(number: number, point: Point, learners: ReturnType<History['results']>): void {
    const start = [number, ...this.axes.map(({ path }) => point[path]!)].map((value) => cell(String(value)));
    const row = (...rest: readonly (string | number)[]) =>
      this.rows.push([...start, ...rest.map((value) => cell(String(value)))].join(','));
    if (learners.length === 0) row('', 'failed', '', '', '');
    for (const { id, state, splits } of learners)
      for (const [split, evaluation] of Object.entries(splits))
        for (const [metric, value] of Object.entries(evaluation?.metrics ?? {}))
          row(id, state.kind, split, metric, value);
  }

  get text(): string {
    return `${this.rows.join('\n')}\n`;
  }
}

/** Trains the points one after the other; one that fails is named and passed over. Returns the exit code. */
export async function sweepInto(
  dir: string,
  command: RunCommand,
  config: Config,
  run: RunOne,
): Promise<number> {
  const { axes, points } = pointsOf(command, config);
  const table = new SweepTable(axes);
  let failed = 0;
  for (const [i, point] of points.entries()) {
    process.stderr.write(`Point ${i + 1} of ${points.length}: ${pointText(axes, point)}\n`);
    const folder = join(dir, `point-${String(i + 1).padStart(2, '0')}`);
    mkdirSync(folder, { recursive: true });
    const { code, history } = await run(configAt(config, point), folder);
    if (code !== 0) failed++;
    table.add(i + 1, point, history.results());
    writeFileSync(join(dir, 'sweep.csv'), table.text);
  }
  if (failed > 0) process.stderr.write(`${failed} of ${points.length} points did not come to their end.\n`);
  return failed === 0 ? 0 : 1;
}
