/**
 * Text of kernels that work on the rows of `[rows, width]`: reductions over a row and loops over its entries.
 * 'direct' gives each row to one invocation; 'tiled' gives it to a workgroup that reduces in shared memory, and
 * 'subgroup' to one that reduces within subgroups first, which pays on GPUs when rows are long. All add in a fixed
 * order, so results are the same from run to run.
 */
import type { Workgroups } from '../gpu';
import { forcedForm, formOf, type Variant } from '../variants';
import { bindings, cover, main } from '../wgsl';
import { type Exchange, exchange, groupSize, type Lanes, LOWEST, mainOfGroup } from './exchange';
import { release } from './kernel';

export { LOWEST };

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

/** Elements from which a workgroup pays for a row, by the way it exchanges values. */
const LONG_ROW = 64;
const SUBGROUP_ROW = 8;

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

const LANES: readonly Lanes[] = ['f32', 'vec2f', 'vec3f', 'vec4f'];

/** The results of one stage as f32: of the invocation itself, or with `shared` of its workgroup. */
function results(step: RowStep, shared: boolean): string {
  if (!('sum' in step || 'max' in step)) return '';
  const sums = 'sum' in step;
  const fold = sums ? 'folded' : 'highest';
  const names = Object.keys(sums ? step.sum : step.max);
  if (!shared) return names.map((name) => `  let ${name} = ${fold}(${name}_);`).join('\n');
  const parts = names.map((name) => `${fold}(${name}_)`).join(', ');
  const tag = names.join('_');
  const open = `  let all_${tag} = ${sums ? 'total' : 'largest'}${names.length}(lane, ${LANES[names.length - 1]}(${parts}));`;
  const one = names.length === 1;
  return [open, ...names.map((name, k) => `  let ${name} = all_${tag}${one ? '' : `[${k}]`};`)].join('\n');
}

/** The stages of one row, run by a single invocation; expects `row`. */
export function rowBody(program: Pick<RowProgram, 'steps' | 'width'>): string {
  const count = countOf(program.width);
  const loop = { start: '0', stride: 1 };
  const lines = program.steps.flatMap((step) => [stage(step, count, loop), results(step, false)]);
  return [`  let base = row * ${count};`, ...lines].filter(Boolean).join('\n');
}

/** The functions that the stages of rows shared by `size` invocations call. */
function exchanges(steps: readonly RowStep[], size: number, form: Exchange): string {
  const wanted = new Map<string, string>();
  for (const step of steps) {
    if (!('sum' in step || 'max' in step)) continue;
    const sums = 'sum' in step;
    const n = Object.keys(sums ? step.sum : step.max).length;
    const name = `${sums ? 'total' : 'largest'}${n}`;
    wanted.set(name, exchange(name, LANES[n - 1] as Lanes, size, form, sums ? 'sum' : 'max'));
  }
  return [...wanted.values()].join('');
}

/** The stages of one row, run by a workgroup of `size` invocations; expects `row` and `lane`. */
export function groupBody(
  program: Pick<RowProgram, 'steps' | 'width'>,
  size: number,
  form: Exchange,
): { readonly functions: string; readonly body: string } {
  const count = countOf(program.width);
  const loop = { start: 'lane', stride: size };
  const lines = program.steps.flatMap((step) => [stage(step, count, loop), results(step, true)]);
  const body = [`  let base = row * ${count};`, ...lines].filter(Boolean).join('\n');
  return { functions: exchanges(program.steps, size, form), body };
}

function grouped(program: RowProgram, form: Exchange): Program {
  const size = groupSize(countOf(program.width), form);
  const { functions, body } = groupBody(program, size, form);
  const code = `${elements(program.width)}${program.prelude ?? ''}${bindings(...program.bindings)}${functions}
${mainOfGroup(program.rows, size)}  let row = item;
${body}
}`;
  return { code, groups: cover(program.rows, 1) };
}

/** The kernel by which the forms of all row kernels of a size are compared. */
const SAMPLE = {
  bindings: ['x: T', 'y: T!'],
  steps: [
    { max: { top: 'x[j]' } },
    { sum: { s: 'expo(x[j] - top)' } },
    { each: 'y[j] = expo(x[j] - top) / s;' },
  ],
};

/** Who works on a row of `width` entries: one invocation, or a workgroup that exchanges values. */
export function rowForm(rows: number, width: number): Variant {
  const count = countOf(width);
  const forms: Variant[] = ['direct'];
  if (count >= LONG_ROW) forms.push('tiled');
  if (count >= SUBGROUP_ROW) forms.push('subgroup');
  return formOf({
    kernel: 'rows',
    size: [rows, count],
    forms,
    launch(gpu, form) {
      const [x, y] = [gpu.output([rows, width]), gpu.output([rows, width])];
      const { code, groups } = rowProgram({ rows, width, ...SAMPLE }, form);
      gpu.run('rows', code, [x, y], groups);
      release(gpu, x, y);
    },
  });
}

/** A kernel over rows in a given form. */
export function rowProgram(program: RowProgram, form: Variant): Program {
  if (form === 'tiled' || form === 'subgroup') return grouped(program, form);
  const code = `${elements(program.width)}${program.prelude ?? ''}${bindings(...program.bindings)}
${main(program.rows)}  let row = idx;
${rowBody(program)}
}`;
  return { code, groups: cover(program.rows) };
}

/** A kernel over rows, in the form that suits the adapter and the length of the rows. */
export const rowKernel = (program: RowProgram): Program =>
  rowProgram(program, rowForm(program.rows, program.width));

/** How the one workgroup of a mean adds up: not measured, it is the same few numbers everywhere. */
const meanForm = (): Exchange => (forcedForm() === 'subgroup' ? 'subgroup' : 'tiled');

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
  const code = `${elements(program.width)}${program.prelude ?? ''}${bindings(...program.bindings)}${exchange('total', 'f32', size, meanForm())}
fn of_row(row: i32) -> f32 {
${rowBody(program)}
  return ${program.value};
}
${mainOfGroup(1, size)}  var value = 0.0;
  if (lane < ${program.rows}) { value = of_row(lane); }
  let all = total(lane, value);
  if (lane == 0) { mean[0] = all / ${program.rows}.0; }
}`;
  return { code, groups: [1, 1, 1] };
}

const MEAN_LANES = 256;

/** A kernel that writes sum(x) / `divisor` of `count` numbers to `mean[0]`: one workgroup, fixed order. */
export function sumKernel(count: number, divisor: number): Program {
  const code = `${bindings('x: f32', 'mean: f32!')}${exchange('total', 'f32', MEAN_LANES, meanForm())}
${mainOfGroup(1, MEAN_LANES)}  var value = 0.0;
  for (var i = lane; i < ${count}; i += ${MEAN_LANES}) { value += x[i]; }
  let all = total(lane, value);
  if (lane == 0) { mean[0] = all / ${divisor}.0; }
}`;
  return { code, groups: [1, 1, 1] };
}
