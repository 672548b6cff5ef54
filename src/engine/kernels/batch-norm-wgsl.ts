/** WGSL of batch normalisation. Channels are last; four at a time where they come in fours. */
import type { Variant } from '../variants';
import { bindings, cover, f32, main } from '../wgsl';
import type { Program } from './conv-direct';
import { exchange, groupSize, mainOfGroup } from './exchange';
import { lanesOf } from './kernel';
import { splitsFor } from './reduce';

/** Which optional tensors a layer has. */
export interface Given {
  readonly scale: boolean;
  readonly shift: boolean;
  readonly residual: boolean;
}

export interface Size {
  /** Everything before the channels. */
  readonly rows: number;
  readonly channels: number;
}

/** Arrays in binding order, all of one type; those whose name ends in `!` are written to. */
export const declared = (names: readonly string[], type: string): string =>
  bindings(
    ...names.map((name) => (name.endsWith('!') ? `${name.slice(0, -1)}: ${type}!` : `${name}: ${type}`)),
  );

export type SplitProgram = Program & { readonly splits: number };

/** The loop of split `s` over its rows, and how many those are. */
export function share(rows: number, splits: number, form: Variant): { loop: string; count: string } {
  const per = Math.ceil(rows / splits);
  return form !== 'direct'
    ? { loop: `var r = s; r < ${rows}; r += ${splits}`, count: `(${rows} - s + ${splits - 1}) / ${splits}` }
    : {
        loop: `var r = s * ${per}; r < min(${rows}, (s + 1) * ${per}); r++`,
        count: `clamp(${rows} - s * ${per}, 0, ${per})`,
      };
}

/** Mean and sum of squared distances to it of every channel over a share of the rows: `[splits, 2, c]`. */
export function partialStatisticsPlan(rows: number, channels: number, form: Variant): SplitProgram {
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const splits = splitsFor(deep, rows, form);
  const n = splits * deep;
  const code = `${bindings(`x: ${type}`, `part: ${type}!`)}${main(n)}
  let c = idx % ${deep};
  let s = idx / ${deep};
  var mean = ${type}();
  var spread = ${type}();
  var count = 0.0;
  for (${share(rows, splits, form).loop}) {
    let v = x[r * ${deep} + c];
    let d = v - mean;
    count += 1.0;
    mean += d / count;
    spread += d * (v - mean);
  }
  part[s * ${2 * deep} + c] = mean;
  part[s * ${2 * deep} + ${deep} + c] = spread;
}`;
  return { code, groups: cover(n), splits };
}

interface StatisticsSpec extends Size {
  readonly splits: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly update: boolean;
}

/** Partial results that one invocation joins. */
const FEW = 32;

/** Arrays that hold the statistics: those for the gradient, and the running averages that move. */
const statisticsArrays = ({ update }: StatisticsSpec): string[] => [
  'stats!',
  ...(update ? ['running_mean!', 'running_variance!'] : []),
];

/** Pieces of the join: what a partial result adds to the sums, and what is written in the end. */
function joinTexts({ rows, channels, splits, epsilon, momentum, update }: StatisticsSpec, form: Variant) {
  const { lanes } = lanesOf(channels);
  const deep = channels / lanes;
  const { count } = share(rows, splits, form);
  const move = (name: string, value: string) =>
    `${name}[c] = ${f32(momentum)} * ${name}[c] + ${f32(1 - momentum)} * ${value};`;
  return {
    mean: `sum += f32(${count}) * part[s * ${2 * deep} + c];`,
    spread: `let d = part[s * ${2 * deep} + c] - mean; sum += part[s * ${2 * deep} + ${deep} + c] + f32(${count}) * d * d;`,
    inverse: `inverseSqrt(sum / ${f32(rows)} + ${f32(epsilon)})`,
    finish: `stats[c] = mean;
  stats[${deep} + c] = inverse;
  ${update ? `${move('running_mean', 'mean')} ${move('running_variance', `sum / ${f32(Math.max(1, rows - 1))}`)}` : ''}`,
  };
}

/** The join by one invocation, for its channels `c`: `mean`, `inverse`, and what `finish` needs beside them. */
function joinText(spec: StatisticsSpec, type: string, form: Variant): string {
  const { mean, spread, inverse } = joinTexts(spec, form);
  return `var sum = ${type}();
  for (var s = 0; s < ${spec.splits}; s++) { ${mean} }
  let mean = sum / ${f32(spec.rows)};
  sum = ${type}();
  for (var s = 0; s < ${spec.splits}; s++) { ${spread} }
  let inverse = ${inverse};`;
}

/** Joins partial statistics (Chan, Golub, LeVeque 1979) into mean and 1 / sqrt(variance + epsilon). */
export function statisticsPlan(spec: StatisticsSpec, form: Variant): Program {
  const { rows, channels, splits } = spec;
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const head = declared(['part', ...statisticsArrays(spec)], type);
  const { mean, spread, inverse, finish } = joinTexts(spec, form);
  if ((form !== 'tiled' && form !== 'subgroup') || splits <= FEW) {
    const code = `${head}${main(deep)}
  let c = idx;
  ${joinText(spec, type, form)}
  ${finish}
}`;
    return { code, groups: cover(deep) };
  }
  const size = groupSize(splits, form);
  const gather = (term: string) => `sum = ${type}();
  for (var s = lane; s < ${splits}; s += ${size}) { ${term} }
  sum = total(lane, sum);`;
  const code = `${head}${exchange('total', type, size, form)}
${mainOfGroup(deep, size)}  let c = item;
  var sum: ${type};
  ${gather(mean)}
  let mean = sum / ${f32(rows)};
  ${gather(spread)}
  if (lane > 0) { return; }
  let inverse = ${inverse};
  ${finish}
}`;
  return { code, groups: cover(deep, 1) };
}

/** Invocations of a pass in strips; and rows of each, at least, for each partial result that it adds up. */
const STRIPS = 512;
const ROWS_PER_SPLIT = 2;

/** Rows of a strip, and invocations in all. Suits adapters on which invocations are dear. */
export function stripsOf(rows: number, deep: number, splits: number): { per: number; n: number } {
  const most = Math.max(1, Math.floor(rows / (ROWS_PER_SPLIT * splits)));
  const per = Math.ceil(rows / Math.min(most, Math.ceil(STRIPS / deep)));
  return { per, n: deep * Math.ceil(rows / per) };
}

/** The same two numbers from running averages. */
export function runningPlan(channels: number, epsilon: number): Program {
  const code = `${bindings('mean: f32', 'variance: f32', 'y: f32!')}${main(channels)}
  y[idx] = mean[idx];
  y[${channels} + idx] = inverseSqrt(variance[idx] + ${f32(epsilon)});
}`;
  return { code, groups: cover(channels) };
}

const optional = (given: Given): string[] =>
  (['scale', 'shift', 'residual'] as const).filter((name) => given[name]);

/** One entry of y, at index `at`, from `mean` and `inverse`. */
const applyText = (
  relu: boolean,
  given: Given,
  type: string,
  at: string,
): string => `var v = (x[${at}] - mean) * inverse;
  ${given.scale ? 'v *= scale[c];' : ''}
  ${given.shift ? 'v += shift[c];' : ''}
  ${given.residual ? `v += residual[${at}];` : ''}
  y[${at}] = ${relu ? `select(v, ${type}(), v < ${type}())` : 'v'};`;

/** y = relu((x - mean) / deviation * scale + shift + residual); with `epsilon` from running averages. */
export function applyPlan({ rows, channels }: Size, relu: boolean, given: Given, epsilon?: number): Program {
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const n = rows * deep;
  const from = epsilon === undefined ? ['stats'] : ['running_mean', 'running_variance'];
  const code = `${declared(['x', ...from, ...optional(given), 'y!'], type)}${main(n)}
  let c = idx % ${deep};
  let mean = ${epsilon === undefined ? 'stats[c]' : 'running_mean[c]'};
  let inverse = ${epsilon === undefined ? `stats[${deep} + c]` : `inverseSqrt(running_variance[c] + ${f32(epsilon)})`};
  ${applyText(relu, given, type, 'idx')}
}`;
  return { code, groups: cover(n) };
}

/**
 * The same from partial statistics: every invocation joins them for its channels, then walks along its share of the
 * rows; the first share also writes them down. Saves the dispatch between the two passes (see `stripsOf`).
 */
export function stripApplyPlan(spec: StatisticsSpec, relu: boolean, given: Given): Program {
  const { lanes, type } = lanesOf(spec.channels);
  const deep = spec.channels / lanes;
  const { per, n } = stripsOf(spec.rows, deep, spec.splits);
  const names = ['part', 'x', ...optional(given), 'y!', ...statisticsArrays(spec)];
  const code = `${declared(names, type)}${main(n)}
  let c = idx % ${deep};
  let first = (idx / ${deep}) * ${per};
  ${joinText(spec, type, 'direct')}
  if (first == 0) {
    ${joinTexts(spec, 'direct').finish}
  }
  for (var r = first; r < min(${spec.rows}, first + ${per}); r++) {
    let at = r * ${deep} + c;
    ${applyText(relu, given, type, 'at')}
  }
}`;
  return { code, groups: cover(n) };
}
