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

interface Size {
  /** Everything before the channels. */
  readonly rows: number;
  readonly channels: number;
}

type SplitProgram = Program & { readonly splits: number };

/** The loop of split `s` over its rows, and how many those are. */
function share(rows: number, splits: number, form: Variant): { loop: string; count: string } {
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

/** Joins partial statistics (Chan, Golub, LeVeque 1979) into mean and 1 / sqrt(variance + epsilon). */
export function statisticsPlan(spec: StatisticsSpec, form: Variant): Program {
  const { rows, channels, splits, epsilon, momentum, update } = spec;
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const names = [`part: ${type}`, `y: ${type}!`];
  if (update) names.push(`running_mean: ${type}!`, `running_variance: ${type}!`);
  const { count } = share(rows, splits, form);
  const move = (name: string, value: string) =>
    `${name}[c] = ${f32(momentum)} * ${name}[c] + ${f32(1 - momentum)} * ${value};`;
  const mean = `sum += f32(${count}) * part[s * ${2 * deep} + c];`;
  const spread = `let d = part[s * ${2 * deep} + c] - mean; sum += part[s * ${2 * deep} + ${deep} + c] + f32(${count}) * d * d;`;
  const finish = `y[c] = mean;
  y[${deep} + c] = inverseSqrt(sum / ${f32(rows)} + ${f32(epsilon)});
  ${update ? `${move('running_mean', 'mean')} ${move('running_variance', `sum / ${f32(Math.max(1, rows - 1))}`)}` : ''}`;
  if ((form !== 'tiled' && form !== 'subgroup') || splits <= FEW) {
    const code = `${bindings(...names)}${main(deep)}
  let c = idx;
  var sum = ${type}();
  for (var s = 0; s < ${splits}; s++) { ${mean} }
  let mean = sum / ${f32(rows)};
  sum = ${type}();
  for (var s = 0; s < ${splits}; s++) { ${spread} }
  ${finish}
}`;
    return { code, groups: cover(deep) };
  }
  const size = groupSize(splits, form);
  const gather = (term: string) => `sum = ${type}();
  for (var s = lane; s < ${splits}; s += ${size}) { ${term} }
  sum = total(lane, sum);`;
  const code = `${bindings(...names)}${exchange('total', type, size, form)}
${mainOfGroup(deep, size)}  let c = item;
  var sum: ${type};
  ${gather(mean)}
  let mean = sum / ${f32(rows)};
  ${gather(spread)}
  if (lane > 0) { return; }
  ${finish}
}`;
  return { code, groups: cover(deep, 1) };
}

/** The same two numbers from running averages. */
export function runningPlan(channels: number, epsilon: number): Program {
  const code = `${bindings('mean: f32', 'variance: f32', 'y: f32!')}${main(channels)}
  y[idx] = mean[idx];
  y[${channels} + idx] = inverseSqrt(variance[idx] + ${f32(epsilon)});
}`;
  return { code, groups: cover(channels) };
}

/** y = relu((x - mean) / deviation * scale + shift + residual); with `epsilon` from running averages. */
export function applyPlan({ rows, channels }: Size, relu: boolean, given: Given, epsilon?: number): Program {
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const n = rows * deep;
  const names = ['x', ...(epsilon === undefined ? ['stats'] : ['mean', 'variance'])];
  for (const name of ['scale', 'shift', 'residual'] as const) if (given[name]) names.push(name);
  const mean = epsilon === undefined ? 'stats[c]' : 'mean[c]';
  const inverse = epsilon === undefined ? `stats[${deep} + c]` : `inverseSqrt(variance[c] + ${f32(epsilon)})`;
  const code = `${bindings(...names.map((name) => `${name}: ${type}`), `y: ${type}!`)}${main(n)}
  let c = idx % ${deep};
  var v = (x[idx] - ${mean}) * ${inverse};
  ${given.scale ? 'v *= scale[c];' : ''}
  ${given.shift ? 'v += shift[c];' : ''}
  ${given.residual ? 'v += residual[idx];' : ''}
  y[idx] = ${relu ? `select(v, ${type}(), v < ${type}())` : 'v'};
}`;
  return { code, groups: cover(n) };
}

export interface GradientSpec extends Size {
  readonly relu: boolean;
  readonly training: boolean;
  readonly scale: boolean;
  /** Also write the gradient of the residual: what passes the ReLU. */
  readonly residual: boolean;
}

const passed = (type: string, relu: boolean, at: string) =>
  relu ? `select(${type}(), dy[${at}], y[${at}] > ${type}())` : `dy[${at}]`;

/** Partial sums of dy (shift) and dy times the normalised input (scale): `[splits, 2, c]`. */
export function gradientSumsPlan({ rows, channels, relu }: GradientSpec, form: Variant): SplitProgram {
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const splits = splitsFor(deep, rows, form);
  const n = splits * deep;
  const names = ['dy', 'x', 'stats', ...(relu ? ['y'] : [])].map((name) => `${name}: ${type}`);
  const code = `${bindings(...names, `part: ${type}!`)}${main(n)}
  let c = idx % ${deep};
  let s = idx / ${deep};
  let mean = stats[c];
  var shift = ${type}();
  var scale = ${type}();
  for (${share(rows, splits, form).loop}) {
    let at = r * ${deep} + c;
    let d = ${passed(type, relu, 'at')};
    shift += d;
    scale += d * (x[at] - mean);
  }
  part[s * ${2 * deep} + c] = shift;
  part[s * ${2 * deep} + ${deep} + c] = scale * stats[${deep} + c];
}`;
  return { code, groups: cover(n), splits };
}

/** dx, from dy and the two sums over the batch. */
export function inputGradientPlan({
  rows,
  channels,
  relu,
  training,
  scale,
  residual,
}: GradientSpec): Program {
  const { lanes, type } = lanesOf(channels);
  const deep = channels / lanes;
  const n = rows * deep;
  const names = ['dy', ...(training ? ['x', 'shift_sum', 'scale_sum'] : []), 'stats'];
  if (relu) names.push('y');
  if (scale) names.push('scale');
  const outputs = ['dx', ...(residual ? ['dresidual'] : [])];
  const code = `${bindings(...names.map((name) => `${name}: ${type}`), ...outputs.map((name) => `${name}: ${type}!`))}${main(n)}
  let c = idx % ${deep};
  let inverse = stats[${deep} + c];
  let d = ${passed(type, relu, 'idx')};
  ${residual ? 'dresidual[idx] = d;' : ''}
  var v = d;
  ${training ? `v -= (shift_sum[c] + (x[idx] - stats[c]) * inverse * scale_sum[c]) / ${f32(rows)};` : ''}
  dx[idx] = v * inverse${scale ? ' * scale[c]' : ''};
}`;
  return { code, groups: cover(n) };
}
