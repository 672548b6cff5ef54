/** WGSL of the gradient of batch normalisation; see `batch-norm-wgsl.ts`. */
import type { Variant } from '../variants';
import { bindings, cover, f32, main } from '../wgsl';
import { declared, type Size, type SplitProgram, share, stripsOf } from './batch-norm-wgsl';
import type { Program } from './conv-direct';
import { lanesOf } from './kernel';
import { splitsFor } from './reduce';

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

/** Arrays that the last pass of the gradient reads, then those it writes; `sums` is where it finds those of the batch. */
function gradientArrays(
  { training, relu, scale, residual }: GradientSpec,
  sums: readonly string[],
): string[] {
  const read = ['dy', ...(training ? ['x', ...sums] : []), 'stats'];
  return [
    ...read,
    ...(relu ? ['y'] : []),
    ...(scale ? ['scale'] : []),
    'dx!',
    ...(residual ? ['dresidual!'] : []),
  ];
}

/** One entry of dx: `at` is its index, `sums` the names of the two sums over the batch. */
function inputGradientText(
  { rows, relu, training, scale, residual }: GradientSpec,
  type: string,
  at: string,
  [shift, spread]: readonly [string, string],
): string {
  return `let d = ${passed(type, relu, at)};
  ${residual ? `dresidual[${at}] = d;` : ''}
  var v = d;
  ${training ? `v -= (${shift} + (x[${at}] - stats[c]) * inverse * ${spread}) / ${f32(rows)};` : ''}
  dx[${at}] = v * inverse${scale ? ' * scale[c]' : ''};`;
}

/** dx, from dy and the two sums over the batch. */
export function inputGradientPlan(spec: GradientSpec): Program {
  const { lanes, type } = lanesOf(spec.channels);
  const deep = spec.channels / lanes;
  const n = spec.rows * deep;
  const code = `${declared(gradientArrays(spec, ['shift_sum', 'scale_sum']), type)}${main(n)}
  let c = idx % ${deep};
  let inverse = stats[${deep} + c];
  ${inputGradientText(spec, type, 'idx', ['shift_sum[c]', 'scale_sum[c]'])}
}`;
  return { code, groups: cover(n) };
}

/**
 * The same from partial sums `[splits, 2, c]`: every invocation adds them up for its channels, then walks along its
 * share of the rows. Saves the dispatch between the two passes.
 */
export function stripGradientPlan(spec: GradientSpec, splits: number): Program {
  const { rows } = spec;
  const { lanes, type } = lanesOf(spec.channels);
  const deep = spec.channels / lanes;
  const { per, n } = stripsOf(rows, deep, splits);
  const code = `${declared(gradientArrays(spec, ['part']), type)}${main(n)}
  let c = idx % ${deep};
  let first = (idx / ${deep}) * ${per};
  let inverse = stats[${deep} + c];
  ${
    spec.training
      ? `var shift_sum = ${type}();
  var scale_sum = ${type}();
  for (var s = 0; s < ${splits}; s++) {
    shift_sum += part[s * ${2 * deep} + c];
    scale_sum += part[s * ${2 * deep} + ${deep} + c];
  }`
      : ''
  }
  for (var r = first; r < min(${rows}, first + ${per}); r++) {
    let at = r * ${deep} + c;
    ${inputGradientText(spec, type, 'at', ['shift_sum', 'scale_sum'])}
  }
}`;
  return { code, groups: cover(n) };
}
