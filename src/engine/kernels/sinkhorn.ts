/**
 * Sinkhorn's sweeps in the log domain (Cuturi 2013): exp(M + u + v) with u and v such that rows and columns in
 * turn add up to 1. All sweeps in one dispatch, all of their gradients in another: one workgroup does the work.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor2D } from '../types';
import { bindings } from '../wgsl';
import { call, gradient, type KernelCard, register } from './kernel';
import { LOWEST } from './rows';

export const card: KernelCard = {
  id: 'sinkhorn',
  summary: 'A fixed number of Sinkhorn sweeps on log-scores and their exact (unrolled) gradient.',
  shapes: 'scores [n, m], n + m <= 2048; any number of sweeps',
  variants: ['direct'],
};

const NAME = 'CondenserSinkhorn';
const LANES = 128;

/** Workgroup memory holds one number for each row and column. */
export const SINKHORN_LIMIT = 2048;

interface Attributes {
  readonly sweeps: number;
}

/** `exp` and `log` of some adapters turn NaN into a number; these hand it on. */
const opening = (n: number, m: number): string => `
fn expo(x: f32) -> f32 { return select(exp(x), x, !(x == x)); }
fn logarithm(x: f32) -> f32 { return select(log(x), x, !(x == x)); }
var<workgroup> u: array<f32, ${n}>;
var<workgroup> v: array<f32, ${m}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(local_invocation_index) local: u32) {
  let lane = i32(local);`;

/** -log sum exp over one row or column of scores plus `other`. */
const balance = (size: number, at: string, other: string): string => `
      var top = ${LOWEST};
      for (var k = 0; k < ${size}; k++) { top = max(top, scores[${at}] + ${other}[k]); }
      var sum = 0.0;
      for (var k = 0; k < ${size}; k++) { sum += expo(scores[${at}] + ${other}[k] - top); }`;

/** The plan, and u and v after each sweep for the gradient: `[sweeps, n + m]`. */
function forward(gpu: Gpu, scores: TensorInfo, sweeps: number): TensorInfo[] {
  const [n = 1, m = 1] = scores.shape;
  const plan = gpu.output([n, m]);
  const history = gpu.output([sweeps, n + m]);
  const code = `${bindings('scores: f32', 'plan: f32!', 'history: f32!')}${opening(n, m)}
  for (var c = lane; c < ${m}; c += ${LANES}) { v[c] = 0.0; }
  workgroupBarrier();
  for (var sweep = 0; sweep < ${sweeps}; sweep++) {
    for (var r = lane; r < ${n}; r += ${LANES}) {${balance(m, `r * ${m} + k`, 'v')}
      u[r] = -(top + logarithm(sum));
      history[sweep * ${n + m} + r] = u[r];
    }
    workgroupBarrier();
    for (var c = lane; c < ${m}; c += ${LANES}) {${balance(n, `k * ${m} + c`, 'u')}
      v[c] = -(top + logarithm(sum));
      history[sweep * ${n + m} + ${n} + c] = v[c];
    }
    workgroupBarrier();
  }
  for (var e = lane; e < ${n * m}; e += ${LANES}) { plan[e] = expo(scores[e] + u[e / ${m}] + v[e % ${m}]); }
}`;
  gpu.run(NAME, code, [scores, plan, history], [1, 1, 1]);
  return [plan, history];
}

/**
 * Backwards through the sweeps; here `u` and `v` hold the gradients of u and v. With w the normalised columns of
 * a sweep and z its normalised rows: du = -w dv, dM -= w dv + z du, then dv = -z^T du for the sweep before.
 */
function backward(
  gpu: Gpu,
  inputs: Record<'scores' | 'plan' | 'history' | 'dy', TensorInfo>,
  sweeps: number,
) {
  const { scores, plan, history, dy } = inputs;
  const [n = 1, m = 1] = scores.shape;
  const out = gpu.output([n, m]);
  const names = ['scores: f32', 'plan: f32', 'history: f32', 'dy: f32', 'out: f32!'];
  const code = `${bindings(...names)}
fn columns(sweep: i32, c: i32) -> f32 {
  if (sweep < 0) { return 0.0; }
  return history[sweep * ${n + m} + ${n} + c];
}
${opening(n, m)}
  for (var r = lane; r < ${n}; r += ${LANES}) {
    var sum = 0.0;
    for (var c = 0; c < ${m}; c++) {
      let g = dy[r * ${m} + c] * plan[r * ${m} + c];
      out[r * ${m} + c] = g;
      sum += g;
    }
    u[r] = sum;
  }
  for (var c = lane; c < ${m}; c += ${LANES}) {
    var sum = 0.0;
    for (var r = 0; r < ${n}; r++) { sum += dy[r * ${m} + c] * plan[r * ${m} + c]; }
    v[c] = sum;
  }
  workgroupBarrier();
  for (var sweep = ${sweeps - 1}; sweep >= 0; sweep--) {
    for (var r = lane; r < ${n}; r += ${LANES}) {
      let own = history[sweep * ${n + m} + r];
      var du = select(0.0, u[r], sweep == ${sweeps - 1});
      for (var c = 0; c < ${m}; c++) {
        let part = v[c] * expo(scores[r * ${m} + c] + own + columns(sweep, c));
        du -= part;
        out[r * ${m} + c] -= part;
      }
      for (var c = 0; c < ${m}; c++) {
        out[r * ${m} + c] -= du * expo(scores[r * ${m} + c] + own + columns(sweep - 1, c));
      }
      u[r] = du;
    }
    workgroupBarrier();
    for (var c = lane; c < ${m}; c += ${LANES}) {
      let before = columns(sweep - 1, c);
      var dv = 0.0;
      for (var r = 0; r < ${n}; r++) {
        dv -= u[r] * expo(scores[r * ${m} + c] + history[sweep * ${n + m} + r] + before);
      }
      v[c] = dv;
    }
    workgroupBarrier();
  }
}`;
  gpu.run(`${NAME} gradient`, code, [scores, plan, history, dy, out], [1, 1, 1]);
  return out;
}

export function registerSinkhorn(gpu: Gpu): void {
  register<Attributes>(NAME, ({ scores }, { sweeps }) => forward(gpu, scores!, sweeps));
  register<Attributes>(`${NAME}Grad`, ({ scores, plan, history, dy }, { sweeps }) =>
    backward(gpu, { scores: scores!, plan: plan!, history: history!, dy: dy! }, sweeps),
  );
  const kept = { inputs: ['scores'], outputs: [true, true] };
  gradient<Attributes>(NAME, kept, (dy, [scores, plan, history], attributes) => ({
    scores: () => call(`${NAME}Grad`, { scores, plan, history, dy }, attributes)[0]!,
  }));
}

/** The plan on our backend. */
export const sinkhornOf = (scores: Tensor2D, sweeps: number): Tensor2D =>
  call(NAME, { scores }, { sweeps })[0] as Tensor2D;

/** log sum exp of `size` numbers. */
function logSum(size: number, at: (k: number) => number): number {
  let top = -Infinity;
  for (let k = 0; k < size; k++) top = Math.max(top, at(k));
  let sum = 0;
  for (let k = 0; k < size; k++) sum += Math.exp(at(k) - top);
  return top + Math.log(sum);
}

/** The plan in float64; its gradient is checked by differences of this. */
export function sinkhornTwin(
  scores: Float64Array,
  [n, m]: readonly [number, number],
  sweeps: number,
): Float64Array {
  const u = new Float64Array(n);
  const v = new Float64Array(m);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let r = 0; r < n; r++) u[r] = -logSum(m, (k) => scores[r * m + k]! + v[k]!);
    for (let c = 0; c < m; c++) v[c] = -logSum(n, (k) => scores[k * m + c]! + u[k]!);
  }
  return scores.map((s, e) => Math.exp(s + u[Math.floor(e / m)]! + v[e % m]!));
}
