/**
 * Text of kernels that work on the rows of `[rows, width]`: reductions over a row and loops over its entries.
 * 'direct' gives each row to one invocation; 'tiled' gives it to a workgroup that reduces in shared memory, which
 * pays on GPUs when rows are long. Both add in a fixed order, so results are the same from run to run.
 */
import type { Workgroups } from '../gpu';
import { variant } from '../variants';
import { bindings, cover, main } from '../wgsl';

/**
 * One stage of a row. Expressions see `row`, `base` (first entry of the row), `j` (index of the entry in the
 * arrays), `i` (its place in the row) and the names of earlier stages; `T` is `f32` or `vec4f`.
 */
export type RowStep =
  /** Named sums over the row, at most four; each becomes an f32. */
  | { readonly sum: Readonly<Record<string, string>> }
  /** Named maxima over the row, at most four. */
  | { readonly max: Readonly<Record<string, string>> }
  /** Statements for the row as a whole. */
  | { readonly row: string }
  /** Statements that write once per row. */
  | { readonly once: string }
  /** Statements for each entry. */
  | { readonly each: string };

export interface RowProgram {
  readonly rows: number;
  readonly width: number;
  /** As in `bindings` of wgsl.ts; arrays of entries have type `T`. */
  readonly bindings: readonly string[];
  readonly steps: readonly RowStep[];
  /** Functions the expressions use. */
  readonly prelude?: string;
}

/** What a row kernel needs to run. */
export interface Program {
  readonly code: string;
  readonly groups: Workgroups;
}

export const LOWEST = '-3.4028234e38';
const LONG_ROW = 64;
const MAX_GROUPS = 32768;

/** Entries are read four at a time where rows allow it. */
export const isVector = (width: number): boolean => width % 4 === 0;
export const elementOf = (width: number): string => (isVector(width) ? 'vec4f' : 'f32');
export const countOf = (width: number): number => (isVector(width) ? width / 4 : width);

/** `exp`, `log` and `max` of some adapters turn NaN into a number; these hand it on. `x != x` is false for NaN. */
const HONEST = `fn expo(x: T) -> T { return select(exp(x), x, !(x == x)); }
fn length_of(squares: f32, least: f32) -> f32 {
  return select(max(sqrt(squares), least), squares, !(squares == squares));
}
fn logarithm(x: f32) -> f32 { return select(log(x), x, !(x == x)); }
`;

/** Lines every kernel on entries of type `T` starts with. */
export const elements = (width: number): string =>
  (isVector(width)
    ? `alias T = vec4f;
fn folded(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn highest(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
`
    : `alias T = f32;
fn folded(v: f32) -> f32 { return v; }
fn highest(v: f32) -> f32 { return v; }
`) + HONEST;

interface Loop {
  readonly start: string;
  readonly stride: number;
}

/** Statements of one stage, before any exchange between invocations. */
function stage(step: RowStep, count: number, loop: Loop): string {
  const over = (body: string) =>
    `  for (var i = ${loop.start}; i < ${count}; i += ${loop.stride}) { let j = base + i; ${body} }`;
  if ('row' in step) return `  ${step.row}`;
  if ('once' in step) return loop.stride === 1 ? `  ${step.once}` : `  if (lane == 0) { ${step.once} }`;
  if ('each' in step) return over(step.each);
  const sums = 'sum' in step;
  const list = Object.entries(sums ? step.sum : step.max);
  const open = list.map(([name]) => `  var ${name}_ = T(${sums ? '0.0' : LOWEST});`);
  const body = list.map(([name, e]) => (sums ? `${name}_ += ${e};` : `${name}_ = max(${name}_, ${e});`));
  return [...open, over(body.join(' '))].join('\n');
}

/** The results of one stage as f32, for `direct` from the invocation itself, for `tiled` from the workgroup. */
function results(step: RowStep, shared: boolean): string {
  if (!('sum' in step || 'max' in step)) return '';
  const sums = 'sum' in step;
  const fold = sums ? 'folded' : 'highest';
  const names = Object.keys(sums ? step.sum : step.max);
  if (!shared) return names.map((name) => `  let ${name} = ${fold}(${name}_);`).join('\n');
  const parts = [0, 1, 2, 3].map((k) => (k < names.length ? `${fold}(${names[k]}_)` : '0.0'));
  const tag = names.join('_');
  const open = `  let all_${tag} = ${sums ? 'total' : 'largest'}(lane, vec4f(${parts.join(', ')}));`;
  return [open, ...names.map((name, k) => `  let ${name} = all_${tag}[${k}];`)].join('\n');
}

/** The stages of one row, run by a single invocation; expects `row`. */
export function rowBody(program: Pick<RowProgram, 'steps' | 'width'>): string {
  const count = countOf(program.width);
  const loop = { start: '0', stride: 1 };
  const lines = program.steps.flatMap((step) => [stage(step, count, loop), results(step, false)]);
  return [`  let base = row * ${count};`, ...lines].filter(Boolean).join('\n');
}

const exchange = (name: string, size: number, combine: string): string => `
fn ${name}(lane: i32, v: vec4f) -> vec4f {
  lanes[lane] = v;
  workgroupBarrier();
  for (var s = ${size / 2}; s > 0; s /= 2) {
    if (lane < s) { lanes[lane] = ${combine}; }
    workgroupBarrier();
  }
  let all = lanes[0];
  workgroupBarrier();
  return all;
}`;

/** Invocations that share a row of `count` elements. */
const groupSize = (count: number): number => {
  let size = 32;
  while (size < 256 && size * 4 < count) size *= 2;
  return size;
};

function tiled(program: RowProgram): Program {
  const count = countOf(program.width);
  const size = groupSize(count);
  const loop = { start: 'lane', stride: size };
  const lines = program.steps.flatMap((step) => [stage(step, count, loop), results(step, true)]);
  const code = `${elements(program.width)}${program.prelude ?? ''}${bindings(...program.bindings)}
var<workgroup> lanes: array<vec4f, ${size}>;
${exchange('total', size, 'lanes[lane] + lanes[lane + s]')}
${exchange('largest', size, 'max(lanes[lane], lanes[lane + s])')}
@compute @workgroup_size(${size})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let lane = i32(local);
  let row = i32(group.x + group.y * groups.x);
  if (row >= ${program.rows}) { return; }
  let base = row * ${count};
${lines.filter(Boolean).join('\n')}
}`;
  const { rows } = program;
  return { code, groups: rows <= MAX_GROUPS ? [rows, 1, 1] : [MAX_GROUPS, Math.ceil(rows / MAX_GROUPS), 1] };
}

/** A kernel over rows, in the form that suits the adapter and the length of the rows. */
export function rowKernel(program: RowProgram): Program {
  if (variant() === 'tiled' && countOf(program.width) >= LONG_ROW) return tiled(program);
  const code = `${elements(program.width)}${program.prelude ?? ''}${bindings(...program.bindings)}
${main(program.rows)}  let row = idx;
${rowBody(program)}
}`;
  return { code, groups: cover(program.rows) };
}

/** Largest number of rows whose mean is taken in the same dispatch. */
export const FUSED_ROWS = 256;
const FUSED_WIDTH = 256;

/** Whether rows are few and short enough for one workgroup to compute all of them and their mean. */
export const fusesMean = (rows: number, width: number): boolean => rows <= FUSED_ROWS && width <= FUSED_WIDTH;

/**
 * A kernel that writes the mean over rows of `value` to `mean[0]`, in one workgroup; `mean: f32!` must be among
 * the bindings. Only for rows where `fusesMean`.
 */
export function meanKernel(program: RowProgram & { readonly value: string }): Program {
  let size = 32;
  while (size < program.rows) size *= 2;
  const code = `${elements(program.width)}${program.prelude ?? ''}${bindings(...program.bindings)}
var<workgroup> values: array<f32, ${size}>;
fn of_row(row: i32) -> f32 {
${rowBody(program)}
  return ${program.value};
}
@compute @workgroup_size(${size})
fn main(@builtin(local_invocation_index) local: u32) {
  let lane = i32(local);
  var value = 0.0;
  if (lane < ${program.rows}) { value = of_row(lane); }
  values[lane] = value;
  workgroupBarrier();
  for (var s = ${size / 2}; s > 0; s /= 2) {
    if (lane < s) { values[lane] += values[lane + s]; }
    workgroupBarrier();
  }
  if (lane == 0) { mean[0] = values[0] / ${program.rows}.0; }
}`;
  return { code, groups: [1, 1, 1] };
}

const MEAN_LANES = 256;

/** A kernel that writes sum(x) / `divisor` of `count` numbers to `mean[0]`: one workgroup, fixed order. */
export function sumKernel(count: number, divisor: number): Program {
  const code = `${bindings('x: f32', 'mean: f32!')}
var<workgroup> values: array<f32, ${MEAN_LANES}>;
@compute @workgroup_size(${MEAN_LANES})
fn main(@builtin(local_invocation_index) local: u32) {
  let lane = i32(local);
  var value = 0.0;
  for (var i = lane; i < ${count}; i += ${MEAN_LANES}) { value += x[i]; }
  values[lane] = value;
  workgroupBarrier();
  for (var s = ${MEAN_LANES / 2}; s > 0; s /= 2) {
    if (lane < s) { values[lane] += values[lane + s]; }
    workgroupBarrier();
  }
  if (lane == 0) { mean[0] = values[0] / ${divisor}.0; }
}`;
  return { code, groups: [1, 1, 1] };
}
