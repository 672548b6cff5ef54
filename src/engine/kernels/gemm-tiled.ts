/**
 * A matrix product over workgroup memory whose operands are WGSL expressions: plain matrices or the patches of a
 * convolution. Square blocks, each thread keeps a 4 x 4 tile of the result in registers.
 */
import type { Workgroups } from '../gpu';
import { unroll } from './kernel';

export interface TiledGemm {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Independent products; `z` in the expressions. */
  readonly batch: number;
  readonly splits: number;
  /** Storage declarations and helper functions. */
  readonly head: string;
  /** Value of A at (z, m, k), all in range. May be several statements ending in `return`. */
  readonly a: string;
  /** Value of B at (z, k, n), all in range. */
  readonly b: string;
  /** Statements that store `value` at (s, z, m, n). */
  readonly store: string;
  /** A's values lie next to each other along k (else along m); for coalesced loads. */
  readonly aAlongK: boolean;
  readonly bAlongK: boolean;
  /** Statements that store `value`, the sum of B over this split's k, at (s, z, n). */
  readonly columnSums?: string;
  /** Operands are rounded to 16 bit floats on their way into workgroup memory, and kept so; sums are in 32 bits. */
  readonly half?: 'f16' | 'f32' | undefined;
}

const DEPTH = 16;
const MICRO = 4;

/** Threads along one side of a workgroup: larger blocks once there are enough of them. */
export function tiledSide(m: number, n: number, batch: number): 8 | 16 {
  return m >= 64 && n >= 64 && Math.ceil(m / 64) * Math.ceil(n / 64) * batch >= 64 ? 16 : 8;
}

/** How often to split k so that a GPU has work for all its cores. */
export function tiledSplits(m: number, n: number, k: number, batch: number): number {
  const block = tiledSide(m, n, batch) * MICRO;
  const blocks = Math.ceil(m / block) * Math.ceil(n / block) * batch;
  let splits = 1;
  while (blocks * splits < 128 && k / (splits * 2) >= 4 * DEPTH && splits < 128) splits *= 2;
  return splits;
}

/** Copies one DEPTH x block slice into workgroup memory, walking along the operand's own order. */
function fill(name: 'a' | 'b', side: number, alongK: boolean): string {
  const block = side * MICRO;
  const [kk, other] = alongK ? [`t % ${DEPTH}`, `t / ${DEPTH}`] : [`t / ${block}`, `t % ${block}`];
  return `for (var t = lane; t < ${DEPTH * block}; t += ${side * side}) {
      let kk = ${kk};
      let at = ${other};
      let k = k0 + kk;
      var value = 0.0;
      if (k < end && ${name}0 + at < ${name === 'a' ? 'M' : 'N'}) { value = load_${name}(z, ${name === 'a' ? 'a0 + at, k' : 'k, b0 + at'}); }
      tile_${name}[kk * ${block + 1} + at] = value;
    }`;
}

/** The same for tiles of four rounded values. */
function fillHalf(name: 'a' | 'b', side: number, alongK: boolean): string {
  const [kk, other] = alongK ? [`t % ${DEPTH}`, `t / ${DEPTH}`] : [`t / ${side}`, `t % ${side}`];
  const limit = name === 'a' ? 'M' : 'N';
  const load = (j: number) =>
    `if (${name}0 + at + ${j} < ${limit}) { value[${j}] = load_${name}(z, ${name === 'a' ? `a0 + at + ${j}, k` : `k, b0 + at + ${j}`}); }`;
  return `for (var t = lane; t < ${DEPTH * side}; t += ${side * side}) {
      let kk = ${kk};
      let at = (${other}) * ${MICRO};
      let k = k0 + kk;
      var value = vec4f();
      if (k < end) { ${unroll(MICRO, load, ' ')} }
      tile_${name}[kk * ${side + 1} + at / ${MICRO}] = rounded(value);
    }`;
}

/** Keeps infinities and NaN; what is finite but beyond the range of 16 bit floats becomes the largest of them. */
const IN_RANGE = `
fn in_range(v: vec4f) -> vec4f { return clamp(v, vec4f(-65504.0), vec4f(65504.0)); }
fn is_finite(v: vec4f) -> vec4<bool> { return abs(v) <= vec4f(3.4028234e38); }`;

/** `H`: four rounded values. Where a device has no 16 bit floats they are rounded all the same, and kept in 32 bits. */
const HALF = {
  f16: `alias H = vec4<f16>;${IN_RANGE}
fn rounded(v: vec4f) -> H { return H(select(v, in_range(v), is_finite(v))); }
fn wide(v: H) -> vec4f { return vec4f(v); }`,
  f32: `alias H = vec4f;${IN_RANGE}
fn rounded(v: vec4f) -> H { return select(v, quantizeToF16(in_range(v)), is_finite(v)); }
fn wide(v: H) -> vec4f { return v; }`,
};

/** Declarations of the tiles, how a slice is copied, and the product of one step along k. */
function tiles(side: number, half: TiledGemm['half']) {
  const block = side * MICRO;
  if (half)
    return {
      declare: `${HALF[half]}
var<workgroup> tile_a: array<H, ${DEPTH * (side + 1)}>;
var<workgroup> tile_b: array<H, ${DEPTH * (side + 1)}>;`,
      fill: fillHalf,
      product: `let column = wide(tile_a[kk * ${side + 1} + ty / ${MICRO}]);
      let row = wide(tile_b[kk * ${side + 1} + tx / ${MICRO}]);
      ${unroll(MICRO, (i) => `c${i} += column[${i}] * row;`, ' ')}`,
    };
  return {
    declare: `var<workgroup> tile_a: array<f32, ${DEPTH * (block + 1)}>;
var<workgroup> tile_b: array<f32, ${DEPTH * (block + 1)}>;`,
    fill,
    product: `let pa = kk * ${block + 1} + ty;
      let pb = kk * ${block + 1} + tx;
      let row = vec4f(tile_b[pb], tile_b[pb + 1], tile_b[pb + 2], tile_b[pb + 3]);
      ${unroll(MICRO, (i) => `c${i} += tile_a[pa + ${i}] * row;`, ' ')}`,
  };
}

export function tiledGemm(gemm: TiledGemm): { code: string; groups: Workgroups } {
  const { m, n, k, batch, splits } = gemm;
  const side = tiledSide(m, n, batch);
  const block = side * MICRO;
  const per = Math.ceil(Math.ceil(k / splits) / DEPTH) * DEPTH;
  const rows = Math.ceil(m / block);
  const sums = gemm.columnSums
    ? `if (group.y == ${rows}u) {
    let n = b0 + lane;
    if (lane < ${block} && n < N) {
      var value = 0.0;
      for (var k = s * ${per}; k < end; k++) { value += load_b(z, k, n); }
      ${gemm.columnSums}
    }
    return;
  }`
    : '';
  const tile = tiles(side, gemm.half);
  const code = `${gemm.head}
const M = ${m};
const N = ${n};
${tile.declare}
fn load_a(z: i32, m: i32, k: i32) -> f32 { ${gemm.a} }
fn load_b(z: i32, k: i32, n: i32) -> f32 { ${gemm.b} }
fn store(s: i32, z: i32, m: i32, n: i32, value: f32) {
  if (m >= M || n >= N) { return; }
  ${gemm.store}
}
@compute @workgroup_size(${side}, ${side})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let lane = i32(index);
  let s = i32(group.z) % ${splits};
  let z = i32(group.z) / ${splits};
  let a0 = i32(group.y) * ${block};
  let b0 = i32(group.x) * ${block};
  let end = min(${k}, (s + 1) * ${per});
  ${sums}
  let ty = i32(local.y) * ${MICRO};
  let tx = i32(local.x) * ${MICRO};
  ${unroll(MICRO, (i) => `var c${i} = vec4f();`, ' ')}
  for (var k0 = s * ${per}; k0 < end; k0 += ${DEPTH}) {
    ${tile.fill('a', side, gemm.aAlongK)}
    ${tile.fill('b', side, gemm.bAlongK)}
    workgroupBarrier();
    for (var kk = 0; kk < ${DEPTH}; kk++) {
      ${tile.product}
    }
    workgroupBarrier();
  }
  ${unroll(MICRO, (i) => unroll(MICRO, (j) => `store(s, z, a0 + ty + ${i}, b0 + tx + ${j}, c${i}[${j}]);`, ' '))}
}`;
  return { code, groups: [Math.ceil(n / block), rows + (gemm.columnSums ? 1 : 0), batch * splits] };
}
