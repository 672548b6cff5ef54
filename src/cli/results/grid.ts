/** `npm run results -- --grid`: one method at values of its parameter, on images under values of a regime's. Pure. */
import { percent, points } from '../../core/format';
import { type BySeed, spread } from '../../core/statistics';
import { bestColumns, type Grid, type GridAxis, type Results } from '../../share/results';
import { UsageError } from '../arguments';
import type { MadeRun } from './summary';

/** A plug-in with one parameter that takes several values. */
export interface Varied {
  readonly id: string;
  /** The other parameters, as `key=value`. */
  readonly fixed: readonly string[];
  readonly axis: GridAxis;
}

/** Reads `ID:KEY=VALUE,KEY=A/B/C`. @throws UsageError unless exactly one parameter has several values. */
export function readVaried(option: string, text: string): Varied {
  const [id = '', rest = ''] = text.split(/:(.*)/s);
  const pairs = rest.split(',').filter(Boolean);
  const several = pairs.filter((pair) => pair.includes('/'));
  const [key = '', values = ''] = several[0]?.split('=') ?? [];
  if (several.length !== 1 || !key || !values)
    throw new UsageError(`${option} takes ID:KEY=A/B/C with one parameter of several values, not '${text}'.`);
  return {
    id,
    fixed: pairs.filter((pair) => pair !== several[0]),
    axis: { key, values: values.split('/').filter(Boolean) },
  };
}

/** Options of the run that trains one row: a student for every value of the method's parameter. */
export function rowArguments(method: Varied, regime: Varied, value: string): string[] {
  const { id, fixed, axis } = method;
  const settings = axis.values.flatMap((own, i) => [
    `students.${i}.key=column-${i}`,
    ...[...fixed, `${axis.key}=${own}`].map((pair) => `students.${i}.method.params.${pair}`),
  ]);
  return [
    ...['--students', axis.values.map(() => id).join(',')],
    ...settings.flatMap((setting) => ['--set', setting]),
    ...['--regime', `${regime.id}:${[...regime.fixed, `${regime.axis.key}=${value}`].join(',')}`],
  ];
}

/** Test accuracies by column of the run of one row; empty where there is no run yet. */
export function rowCells({ axis }: Varied, run: MadeRun | undefined): BySeed[] {
  return axis.values.map((_, i) => {
    const own = run?.record.learners.filter(
      ({ key, state }) => key === `column-${i}` && state.kind === 'finished',
    );
    return Object.fromEntries(
      (own ?? []).flatMap(({ seed, splits }) => {
        const accuracy = splits['test']?.metrics['accuracy'];
        return accuracy === undefined ? [] : [[String(seed), accuracy] as const];
      }),
    );
  });
}

/** Puts a grid in the place of an older one of the same parameters and data, or behind the others. */
export function withGrid({ grids = [], ...rest }: Results, grid: Grid): Results {
  const same = (g: Grid) =>
    [g.method, g.dataset, g.regime, g.columns.key, g.rows.key].join() ===
    [grid.method, grid.dataset, grid.regime, grid.columns.key, grid.rows.key].join();
  const at = grids.findIndex(same);
  return { ...rest, grids: at < 0 ? [...grids, grid] : grids.with(at, grid) };
}

/** Whether the best value grows from the last row to the first, seed by seed alike. */
function aboutBest(grid: Grid): string {
  const { columns, rows } = grid;
  const best = bestColumns(grid);
  const [first, last] = [best[0], best.at(-1)];
  if (first === undefined || last === undefined) return 'Not measured to its end yet.';
  const [low, high] = [rows.values[0], rows.values.at(-1)];
  return `Best ${columns.key}: ${columns.values[first]} at ${rows.key} ${low}, ${columns.values[last]} at ${rows.key} ${high}.`;
}

const cellText = (cell: BySeed, best: boolean): string => {
  const found = spread(Object.values(cell));
  if (!found) return '';
  const text = `${percent(found.mean)}${found.sd === undefined ? '' : ` ± ${(100 * found.sd).toFixed(1)}`}`;
  return best ? `**${text}**` : text;
};

/** How far the cells of a row are apart, in points. */
function range(cells: readonly BySeed[]): string {
  const means = cells.flatMap((cell) => spread(Object.values(cell))?.mean ?? []);
  return means.length > 1 ? points(Math.max(...means) - Math.min(...means)) : '';
}

/** The grid as a table, the best of each row marked. */
export function gridText(grid: Grid): string[] {
  const { method, dataset, regime, columns, rows, cells, command, backend, commits } = grid;
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const best = bestColumns(grid);
  const head = [`${rows.key} \\ ${columns.key}`, ...columns.values, 'Range'];
  return [
    `## ${dataset}: \`${method}\` by ${columns.key} and ${regime}`,
    '',
    `Test accuracy, mean ± standard deviation over seeds; the best of each row in bold. ${aboutBest(grid)}`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...cells.map((row, r) =>
      line([rows.values[r]!, ...row.map((cell, c) => cellText(cell, c === best[r])), range(row)]),
    ),
    '',
    '```sh',
    command,
    '```',
    '',
    `On ${backend}; source ${commits.join(', ')}.`,
    '',
  ];
}
