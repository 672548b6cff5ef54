/** Layer normalisation over the last axis and its gradient (Ba, Kiros, Hinton 2016). */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import { claimPlace } from '../gradient-places';
import type { Tensor } from '../types';
import type { Variant } from '../variants';
import { bindings, cover, f32, main, WORKGROUP } from '../wgsl';
import { callOne, rowsOf } from './define';
import { groupSize, mainOfGroup } from './exchange';
import { call, gradient, type KernelCard, outputsAt, type Places, register, release } from './kernel';
import {
  countOf,
  elements,
  groupBody,
  type Program,
  type RowStep,
  rowBody,
  rowForm,
  rowKernel,
} from './rows';

export const card: KernelCard = {
  id: 'layer-norm',
  summary: 'Layer norm in one dispatch; gradients of input, scale and shift together in two.',
  shapes: 'x [..., d], scale and shift [d], any d',
  variants: ['direct', 'tiled', 'subgroup'],
};

const NAME = 'CondenserLayerNorm';

interface Attributes {
  readonly epsilon: number;
}

/** y = (x - mean) r scale + shift with r = 1 / sqrt(variance + epsilon); keeps (mean, r) of each row. */
function forward(
  gpu: Gpu,
  x: TensorInfo,
  scale: TensorInfo,
  shift: TensorInfo,
  epsilon: number,
): TensorInfo[] {
  const { rows, width } = rowsOf(x.shape);
  const y = gpu.output(x.shape);
  const stats = gpu.output([rows, 2]);
  const { code, groups } = rowKernel({
    rows,
    width,
    bindings: ['x: T', 'scale: T', 'shift: T', 'y: T!', 'stats: vec2f!'],
    steps: [
      { sum: { a: 'x[j]' } },
      { row: `let mu = a / ${width}.0;` },
      { sum: { q: '(x[j] - mu) * (x[j] - mu)' } },
      { row: `let r = inverseSqrt(q / ${width}.0 + ${f32(epsilon)});` },
      { each: 'y[j] = (x[j] - mu) * r * scale[i] + shift[i];' },
      { once: 'stats[row] = vec2f(mu, r);' },
    ],
  });
  gpu.run(NAME, code, [x, scale, shift, y, stats], groups);
  return [y, stats];
}

/** Invocations that add up parts of the scale and shift gradients, and the fewest rows each takes. */
const PARTS = 4096;
const LEAST_ROWS = 8;

const rowSteps = (width: number): RowStep[] => [
  { sum: { a: 'dy[j] * scale[i]', q: 'dy[j] * scale[i] * ((x[j] - mu) * r)' } },
  { each: `dx[j] = r * (dy[j] * scale[i] - a / ${width}.0 - (x[j] - mu) * r * (q / ${width}.0));` },
];

/** Sums over a chunk of rows of one column; expects `place` and closes `main`. */
function columnText({ rows, count, chunks }: { rows: number; count: number; chunks: number }): string {
  const per = Math.ceil(rows / chunks);
  return `  let column = place % ${count};
  let chunk = place / ${count};
  var forScale = T(0.0);
  var forShift = T(0.0);
  for (var row = chunk * ${per}; row < min(${rows}, (chunk + 1) * ${per}); row++) {
    let d = dy[row * ${count} + column];
    forScale += d * ((x[row * ${count} + column] - stats[row].x) * stats[row].y);
    forShift += d;
  }
  parts[(chunk * 2) * ${count} + column] = forScale;
  parts[(chunk * 2 + 1) * ${count} + column] = forShift;
}`;
}

/** First pass: an invocation or a workgroup for each row writes its dx, those behind them the sums over columns. */
function gradientProgram(rows: number, width: number, chunks: number, form: Variant): Program {
  const count = countOf(width);
  const names = ['dy: T', 'x: T', 'scale: T', 'stats: vec2f', 'dx: T!', 'parts: T!'];
  const head = `${elements(width)}${bindings(...names)}`;
  const steps = rowSteps(width);
  const sums = columnText({ rows, count, chunks });
  const ofRow = (body: string) => `    let mu = stats[row].x;
    let r = stats[row].y;
${body}
    return;
  }`;
  if (form === 'tiled' || form === 'subgroup') {
    const size = groupSize(count, form);
    const { functions, body } = groupBody({ width, steps }, size, form);
    const items = rows + Math.ceil((chunks * count) / size);
    const code = `${head}${functions}${mainOfGroup(items, size)}
  if (item < ${rows}) {
    let row = item;
${ofRow(body)}
  let place = (item - ${rows}) * ${size} + lane;
  if (place >= ${chunks * count}) { return; }
${sums}`;
    return { code, groups: cover(items, 1) };
  }
  const start = Math.ceil(rows / WORKGROUP) * WORKGROUP;
  const code = `${head}${main(start + chunks * count)}
  if (idx < ${start}) {
    let row = idx;
    if (row >= ${rows}) { return; }
${ofRow(rowBody({ width, steps }))}
  let place = idx - ${start};
${sums}`;
  return { code, groups: cover(start + chunks * count) };
}

/** Rows and partial sums of columns in one pass, the sums of those sums in a second. */
function backward(
  gpu: Gpu,
  dy: TensorInfo,
  x: TensorInfo,
  scale: TensorInfo,
  stats: TensorInfo,
  into: Places,
): TensorInfo[] {
  const { rows, width } = rowsOf(x.shape);
  const count = countOf(width);
  const chunks = Math.max(1, Math.min(Math.ceil(PARTS / count), Math.ceil(rows / LEAST_ROWS)));
  const dx = gpu.output(x.shape);
  const parts = gpu.output([chunks, 2, width]);
  const { code, groups } = gradientProgram(rows, width, chunks, rowForm(rows, width));
  gpu.run(`${NAME} gradient`, code, [dy, x, scale, stats, dx, parts], groups);
  const [dScale, dShift] = outputsAt(gpu, [[width], [width]], into) as [TensorInfo, TensorInfo];
  const sums = `${elements(width)}${bindings('parts: T', 'dScale: T!', 'dShift: T!')}${main(2 * count)}
  var total = T(0.0);
  for (var chunk = 0; chunk < ${chunks}; chunk++) { total += parts[chunk * ${2 * count} + idx]; }
  if (idx < ${count}) { dScale[idx] = total; } else { dShift[idx - ${count}] = total; }
}`;
  gpu.run(`${NAME} sums`, sums, [parts, dScale, dShift], cover(2 * count));
  release(gpu, parts);
  return [dx, dScale, dShift];
}

export function registerLayerNorm(gpu: Gpu): void {
  register<Attributes>(NAME, ({ x, scale, shift }, { epsilon }) => forward(gpu, x!, scale!, shift!, epsilon));
  register<{ into?: Places }>(`${NAME}Grad`, ({ dy, x, scale, stats }, { into = [] }) =>
    backward(gpu, dy!, x!, scale!, stats!, into),
  );
  const saved = { inputs: ['x', 'scale', 'shift'], outputs: [false, true] };
  gradient(NAME, saved, (dy, [x, scale, shift, stats]) => {
    const into = [claimPlace(scale!.dataId), claimPlace(shift!.dataId)];
    const [dx, dScale, dShift] = call(`${NAME}Grad`, { dy, x, scale, stats }, { into });
    return { x: () => dx!, scale: () => dScale!, shift: () => dShift! };
  });
}

/** Layer normalisation on our backend. */
export const layerNormRows = (x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): Tensor =>
  callOne(NAME, { x, scale, shift }, { epsilon });

/** Value and the gradients of sum(dy y) in float64; `x` is row-major `[rows, width]`. */
export function layerNormTwin(
  x: Float64Array,
  scale: Float64Array,
  shift: Float64Array,
  dy: Float64Array,
  epsilon: number,
) {
  const width = scale.length;
  const value = new Float64Array(x.length);
  const dx = new Float64Array(x.length);
  const dScale = new Float64Array(width);
  const dShift = new Float64Array(width);
  for (let at = 0; at < x.length; at += width) {
    const row = x.subarray(at, at + width);
    const mean = row.reduce((a, b) => a + b, 0) / width;
    const r = 1 / Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / width + epsilon);
    let [a, q] = [0, 0];
    row.forEach((v, i) => {
      const d = dy[at + i]!;
      const hat = (v - mean) * r;
      value[at + i] = hat * scale[i]! + shift[i]!;
      dScale[i]! += d * hat;
      dShift[i]! += d;
      a += (d * scale[i]!) / width;
      q += (d * scale[i]! * hat) / width;
    });
    row.forEach((v, i) => {
      dx[at + i] = r * (dy[at + i]! * scale[i]! - a - (v - mean) * r * q);
    });
  }
  return { value, gradients: { x: dx, scale: dScale, shift: dShift } };
}
