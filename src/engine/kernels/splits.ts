/**
 * Sums the partial results of a kernel that split its loop: `[splits, count]` -> `[count]`, in a fixed order, with
 * the epilogue that the unsplit kernel would have had. The result may be cut into two tensors.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu, Workgroups } from '../gpu';
import { sumLater } from '../late-sums';
import { formOf, type Variant } from '../variants';
import { bindings, cover, f32 } from '../wgsl';
import { exchange, groupSize, mainOfGroup } from './exchange';
import { lanesOf, outputsAt, type Places, product, release, unroll } from './kernel';

export interface SplitSum {
  readonly splits: number;
  /** Elements of one partial result. */
  readonly count: number;
  readonly divisor?: number;
  /** Added to every row of `columns` elements. */
  readonly bias?: { readonly tensor: TensorInfo; readonly columns: number } | undefined;
  /** Added to the result, of whose shape it is. */
  readonly residual?: TensorInfo | undefined;
  readonly relu?: boolean;
  /** Nobody but the optimiser reads the sums, so they may wait for it. */
  readonly later?: boolean;
}

const LANES = 8;
const THREADS = 32;

/** WGSL and workgroups; `first` is the number of elements that go to the first output. */
export function splitsPlan(
  { splits, count, divisor = 1, bias, residual, relu }: SplitSum,
  first: number,
  form: Variant,
): { code: string; groups: Workgroups } {
  const { lanes, type } = lanesOf(count % 4 || first % 4 || (bias?.columns ?? 0) % 4);
  const n = count / lanes;
  const names = [`part: ${type}`, `y: ${type}!`];
  if (first < count) names.push(`z: ${type}!`);
  if (bias) names.push(`bias: ${type}`);
  if (residual) names.push(`residual: ${type}`);
  const head = first / lanes;
  const store = `${divisor === 1 ? '' : `sum = sum / ${f32(divisor)};`}
  ${bias ? `sum += bias[idx % ${bias.columns / lanes}];` : ''}
  ${residual ? 'sum += residual[idx];' : ''}
  ${relu ? `sum = select(sum, ${type}(), sum < ${type}());` : ''}
  ${first < count ? `if (idx < ${head}) { y[idx] = sum; } else { z[idx - ${head}] = sum; }` : 'y[idx] = sum;'}`;
  if (form === 'subgroup' && splits > THREADS) {
    const size = groupSize(splits, form);
    const code = `${bindings(...names)}${exchange('total', type, size, form)}
${mainOfGroup(n, size)}  let idx = item;
  var sum = ${type}();
  for (var s = lane; s < ${splits}; s += ${size}) { sum += part[s * ${n} + idx]; }
  sum = total(lane, sum);
  if (lane > 0) { return; }
  ${store}
}`;
    return { code, groups: cover(n, 1) };
  }
  const tree = form !== 'direct' && splits > THREADS;
  const body = tree
    ? `var<workgroup> shared_: array<${type}, ${LANES * THREADS}>;
@compute @workgroup_size(${LANES}, ${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let idx = i32((group.x + group.y * groups.x) * ${LANES}u + local.x);
  let lane = local.y * ${LANES}u + local.x;
  var sum = ${type}();
  if (idx < ${n}) {
    for (var s = i32(local.y); s < ${splits}; s += ${THREADS}) { sum += part[s * ${n} + idx]; }
  }
  shared_[lane] = sum;
  ${unroll(
    5,
    (i) => `workgroupBarrier();
  if (local.y < ${16 >> i}u) { shared_[lane] += shared_[lane + ${(16 >> i) * LANES}u]; }`,
  )}
  if (local.y > 0u || idx >= ${n}) { return; }
  sum = shared_[lane];
  ${store}
}`
    : `@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let idx = i32(gid.x + gid.y * groups.x * 64u);
  if (idx >= ${n}) { return; }
  var sum = ${type}();
  for (var s = 0; s < ${splits}; s++) { sum += part[s * ${n} + idx]; }
  ${store}
}`;
  return { code: `${bindings(...names)}\n${body}`, groups: tree ? cover(n, LANES) : cover(n) };
}

/** Few parts are summed by one invocation in any case. */
function splitsForm({ splits, count }: SplitSum): Variant {
  return formOf({
    kernel: 'sum-splits',
    size: [splits, count],
    forms: splits > THREADS ? ['direct', 'tiled', 'subgroup'] : ['direct'],
    launch(gpu, form) {
      const [part, y] = [gpu.output([splits, count]), gpu.output([count])];
      const { code, groups } = splitsPlan({ splits, count }, count, form);
      gpu.run('sum-splits', code, [part, y], groups);
      release(gpu, part, y);
    },
  });
}

/**
 * One dispatch, or none yet (see `later`). `shapes` has one or two entries that share out `count` in order; `into`: where
 * they are wanted. Releases `part`.
 */
export function sumSplits(
  gpu: Gpu,
  part: TensorInfo,
  spec: SplitSum,
  shapes: readonly number[][],
  into: Places = [],
): TensorInfo[] {
  const outputs = outputsAt(gpu, shapes, into);
  if (spec.later && sumLater(gpu, part, spec, outputs, into)) return outputs;
  const { code, groups } = splitsPlan(spec, product(shapes[0] as number[]), splitsForm(spec));
  const read = [spec.bias?.tensor, spec.residual].filter((tensor) => tensor !== undefined);
  gpu.run('sum-splits', code, [part, ...outputs, ...read], groups);
  release(gpu, part);
  return outputs;
}
