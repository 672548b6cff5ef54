/** From measurements to ratios, goals and tables. Pure: runs in the page, in Node and in tests. */
import type { Measured, NetResult, ProfileRow, Results, Round } from './types';

/** Engines in the order in which they are measured and shown. */
export const ENGINES: Readonly<Record<string, string>> = {
  ours: 'ours, recorded and replayed',
  'ours-eager': 'ours, eager',
  'stock-tfjs': 'TensorFlow.js 4.22 webgpu, stock',
  'stock-webgl': 'TensorFlow.js 4.22 webgl',
  'jax-js': 'jax-js 0.1.25 webgpu, one jit',
  'torch-cpu': 'PyTorch, CPU',
  teacher: 'ours: forward pass of the teacher alone',
  k1: 'ours: teacher and 1 student',
  k3: 'ours: teacher and 3 students',
  k8: 'ours: teacher and 8 students',
  'k3-batched': 'ours: teacher and 3 students in shared dispatches',
  'k8-batched': 'ours: teacher and 8 students in shared dispatches',
};

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

const over = (engine: Measured | undefined, of: (round: Round) => number): number | undefined =>
  engine?.rounds?.length ? median(engine.rounds.map(of)) : undefined;
const msOf = (engine: Measured | undefined) => over(engine, ({ ms }) => ms);
const jsOf = (engine: Measured | undefined) => over(engine, ({ js }) => js);
const divide = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || !b ? undefined : a / b;

/** Largest relative difference of two loss curves over the steps both have. */
export function lossDifference(a: Measured | undefined, b: Measured | undefined): number | undefined {
  const [left, right] = [a?.losses ?? [], b?.losses ?? []];
  const n = Math.min(left.length, right.length);
  if (n === 0) return undefined;
  const differences = Array.from({ length: n }, (_, i) => {
    const [x, y] = [left[i] as number, right[i] as number];
    return Math.abs(x - y) / Math.max(Math.abs(x), 1e-12);
  });
  return Math.max(...differences);
}

/** Ratios of one net: above 1, `ours` is the faster one, except where the name says otherwise. */
function ratiosOfNet({ engines: e }: NetResult): Record<string, number | undefined> {
  const ours = msOf(e['ours']);
  const teacher = msOf(e['teacher']);
  const many = (k: number): number | undefined =>
    teacher === undefined || ours === undefined ? undefined : teacher + k * ours;
  const rest = (k: number): number | undefined => {
    const ms = msOf(e[`k${k}`]);
    return ms === undefined || teacher === undefined ? undefined : (ms - teacher) / k;
  };
  return {
    ...Object.fromEntries(
      ['stock-tfjs', 'stock-webgl', 'jax-js', 'torch-cpu'].map((id) => [
        `${id}/ours`,
        divide(msOf(e[id]), ours),
      ]),
    ),
    'eager/replayed': divide(msOf(e['ours-eager']), ours),
    'js-eager/js-replayed': divide(jsOf(e['ours-eager']), jsOf(e['ours'])),
    'k1/teacher+1x1': divide(msOf(e['k1']), many(1)),
    'k3/teacher+3x1': divide(msOf(e['k3']), many(3)),
    'k8/teacher+8x1': divide(msOf(e['k8']), many(8)),
    'k3-batched/k3': divide(msOf(e['k3-batched']), msOf(e['k3'])),
    'k8-batched/k8': divide(msOf(e['k8-batched']), msOf(e['k8'])),
    'k3-batched/teacher+3x1': divide(msOf(e['k3-batched']), many(3)),
    'k8-batched/teacher+8x1': divide(msOf(e['k8-batched']), many(8)),
    'student-of-8/student-of-1': divide(rest(8), rest(1)),
    'memory-ours/memory-stock-tfjs': divide(e['ours']?.traffic?.memory, e['stock-tfjs']?.traffic?.memory),
  };
}

export function ratiosOf(nets: Results['nets']): Record<string, number> {
  return Object.fromEntries(
    Object.entries(nets).flatMap(([net, result]) =>
      Object.entries(ratiosOfNet(result)).flatMap(([name, value]) =>
        value === undefined || !Number.isFinite(value) ? [] : [[`${net}.${name}`, value] as const],
      ),
    ),
  );
}

const digits = (value: number | undefined, places: number): string =>
  value === undefined ? '-' : value.toFixed(places);

const timeText = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);

function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return '-';
  return bytes >= 1e6
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : bytes >= 1e3
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : `${bytes} B`;
}

const COLUMNS = [
  'engine',
  'ms per step (min-max)',
  'JS ms',
  'dispatches',
  'submits',
  'written',
  'buffers',
  'first step ms',
  'loss diff',
];

function cells(name: string, engine: Measured, ours: Measured | undefined): string[] {
  if (engine.state !== 'ok')
    return [name, `${engine.state}: ${(engine.message ?? '').split('\n')[0]?.slice(0, 160)}`];
  const all = engine.rounds?.map(({ ms }) => ms) ?? [];
  const range = all.length
    ? `${timeText(median(all))} (${timeText(Math.min(...all))}-${timeText(Math.max(...all))})`
    : 'no rounds';
  const { traffic } = engine;
  // Students of a teacher have another loss.
  const difference = /^k\d/.test(name) ? undefined : lossDifference(ours, engine);
  return [
    name,
    range,
    digits(jsOf(engine), 2),
    digits(traffic?.dispatches, 0),
    digits(traffic?.submits, 1),
    bytesText(traffic?.bytesWritten),
    bytesText(traffic?.memory),
    digits(engine.firstStepMs, 0),
    difference === undefined ? '-' : difference.toExponential(1),
  ];
}

/** Header and rows of one net's table. */
export function tableOf({ engines }: NetResult): string[][] {
  return [COLUMNS, ...Object.entries(engines).map(([id, engine]) => cells(id, engine, engines['ours']))];
}

export function alignedText(table: readonly (readonly string[])[]): string {
  const columns = table[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(
      ...table.map((row) =>
        row.length === columns ? (row[i]?.length ?? 0) : i === 0 ? (row[0]?.length ?? 0) : 0,
      ),
    ),
  );
  return table
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

export function textOf(results: Results): string {
  const nets = Object.entries(results.nets).map(
    ([net, result]) => `${net} (batch ${result.batch})\n${alignedText(tableOf(result))}`,
  );
  const ratios = Object.entries(results.ratios).map(
    ([name, value]) => `  ${name.padEnd(40)} ${value.toFixed(3)}`,
  );
  return [...nets, ['ratios', ...ratios].join('\n')].join('\n\n');
}

export const profileText = (rows: readonly ProfileRow[], limit = 30): string => {
  const total = rows.reduce((sum, { ms }) => sum + ms, 0);
  const lines = rows
    .slice(0, limit)
    .map(({ kernel, count, ms }) => [
      kernel,
      String(count),
      ms.toFixed(2),
      `${((100 * ms) / total).toFixed(1)} %`,
    ]);
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  return `${alignedText([['kernel and workgroups', 'count', 'ms', 'share'], ...lines])}\n${count} commands, ${total.toFixed(1)} ms in all`;
};
