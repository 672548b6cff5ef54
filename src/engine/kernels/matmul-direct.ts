/** The matrix product without workgroup memory: each invocation keeps a tile of the result in registers. */
import type { Workgroups } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import { unroll } from './kernel';
import type { MatmulSpec } from './matmul';

interface Tile {
  /** Rows and groups of four columns of one invocation. */
  readonly rows: number;
  readonly quads: number;
  readonly down: number;
  readonly across: number;
}

interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
}

/**
 * Products of so many multiplications are no slower in small tiles, whose text a software adapter compiles four times
 * as fast; up to the second number narrow tiles are no slower and compile twice as fast.
 */
const [SMALL, MEDIUM] = [2 ** 16, 2 ** 18];

export function directTile({ m, n, k, batch }: Sizes): Tile {
  const work = m * n * k * batch;
  const tall = m % 8 === 0 || m > 16 ? 8 : Math.min(4, m);
  const rows = work <= SMALL ? Math.min(2, m) : tall;
  const quads = n % 8 === 0 && work > MEDIUM ? 2 : 1;
  const fit = m % rows && m % 4 === 0 ? 4 : rows;
  return { rows: fit, quads, down: Math.ceil(m / fit), across: Math.ceil(n / (4 * quads)) };
}

export function directSplits(spec: Sizes): number {
  const { down, across } = directTile(spec);
  let splits = 1;
  while (spec.batch * down * across * splits < 512 && spec.k / (splits * 2) >= 32 && splits < 64) splits *= 2;
  return splits;
}

/** How the values of one operand are read: four at a time along k or along its other axis, or one by one. */
type Reading = 'k' | 'other' | 'single';

function readings(spec: MatmulSpec, tile: Tile): { a: Reading; b: Reading } {
  const { m, n, k, transposeA, transposeB } = spec;
  const wholeRows = m % tile.rows === 0 && tile.rows % 4 === 0;
  return {
    a: transposeA ? (wholeRows && m % 4 === 0 ? 'other' : 'single') : k % 4 === 0 ? 'k' : 'single',
    b: transposeB ? (k % 4 === 0 ? 'k' : 'single') : n % 4 === 0 ? 'other' : 'single',
  };
}

/** The loop over k: fragments of both operands, then their outer products. */
function loop(spec: MatmulSpec, tile: Tile, read: { a: Reading; b: Reading }): string {
  const { m, n, k, transposeA, transposeB } = spec;
  const step = read.a === 'k' || read.b === 'k' ? 4 : 1;
  const row = (i: number) => (m % tile.rows === 0 ? `(row + ${i})` : `min(row + ${i}, ${m - 1})`);
  const column = (j: number) =>
    n % (4 * tile.quads) === 0 ? `(column + ${j})` : `min(column + ${j}, ${n - 1})`;
  const a = (i: number, kk: number) => {
    if (read.a === 'k') return `a${i}[${kk}]`;
    if (read.a === 'other') return `a${i >> 2}_${kk}[${i & 3}]`;
    return `a[aBase + ${transposeA ? `(k + ${kk}) * ${m} + ${row(i)}` : `${row(i)} * ${k} + k + ${kk}`}]`;
  };
  const b = (q: number, kk: number) => {
    if (read.b === 'other') return `b[bBase + (k + ${kk}) * ${n / 4} + column / 4 + ${q}]`;
    const lane = (j: number) =>
      read.b === 'k'
        ? `b${j}[${kk}]`
        : `b[bBase + ${transposeB ? `${column(j)} * ${k} + k + ${kk}` : `(k + ${kk}) * ${n} + ${column(j)}`}]`;
    return `vec4f(${unroll(4, (j) => lane(4 * q + j), ', ')})`;
  };
  const products = (kk: number) => `
    ${read.a === 'other' ? unroll(tile.rows / 4, (i) => `let a${i}_${kk} = a[aBase + ((k + ${kk}) * ${m} + row) / 4 + ${i}];`, ' ') : ''}
    ${unroll(tile.quads, (q) => `let w${q}_${kk} = ${b(q, kk)};`, ' ')}
    ${unroll(tile.rows, (i) => `let v${i}_${kk} = ${a(i, kk)}; ${unroll(tile.quads, (q) => `c${i}_${q} += w${q}_${kk} * v${i}_${kk};`, ' ')}`, '\n    ')}`;
  return `
    ${read.a === 'k' ? unroll(tile.rows, (i) => `let a${i} = a[aBase + (${row(i)} * ${k} + k) / 4];`, '\n    ') : ''}
    ${read.b === 'k' ? unroll(4 * tile.quads, (j) => `let b${j} = b[bBase + (${column(j)} * ${k} + k) / 4];`, '\n    ') : ''}
    ${unroll(step, products, '')}`;
}

function stores(spec: MatmulSpec, tile: Tile): string {
  const { m, n, splits, bias, residual, relu, batch } = spec;
  const vector = n % 4 === 0;
  const size = m * n + (spec.columnSums && splits > 1 ? n : 0);
  const at = (i: number) => `(s * ${batch} + z) * ${size} + (row + ${i}) * ${n} + column`;
  const finish = (value: string, j: string, i: number) =>
    `var q = ${value};${bias && splits === 1 ? ` q += bias[(column + ${j})${vector ? ' / 4' : ''}];` : ''}${
      residual && splits === 1 ? ` q += residual[(${at(i)} + ${j})${vector ? ' / 4' : ''}];` : ''
    }${
      relu && splits === 1
        ? ` q = select(q, ${vector ? 'vec4f()' : '0.0'}, q < ${vector ? 'vec4f()' : '0.0'});`
        : ''
    }`;
  const line = (i: number) =>
    vector
      ? unroll(
          tile.quads,
          (q) => `{ ${finish(`c${i}_${q}`, String(4 * q), i)} y[(${at(i)}) / 4 + ${q}] = q; }`,
          ' ',
        )
      : unroll(
          4,
          (j) =>
            `if (column + ${j} < ${n}) { ${finish(`c${i}_0[${j}]`, String(j), i)} y[${at(i)} + ${j}] = q; }`,
          ' ',
        );
  return unroll(tile.rows, (i) => (m % tile.rows === 0 ? line(i) : `if (row + ${i} < ${m}) { ${line(i)} }`));
}

/** WGSL and workgroups of the 'direct' variant. */
export function matmulDirect(spec: MatmulSpec): { code: string; groups: Workgroups } {
  const { m, n, k, batch, splits, bias, residual, columnSums } = spec;
  const tile = directTile(spec);
  const read = readings(spec, tile);
  const type = (reading: Reading) => (reading === 'single' ? 'f32' : 'vec4f');
  const quad = n % 4 === 0 ? { type: 'vec4f', lanes: 4 } : { type: 'f32', lanes: 1 };
  const per = Math.ceil(Math.ceil(k / splits) / 4) * 4;
  const names = [`a: ${type(read.a)}`, `b: ${type(read.b)}`, `y: ${quad.type}!`];
  if (bias && splits === 1) names.push(`bias: ${quad.type}`);
  if (residual && splits === 1) names.push(`residual: ${quad.type}`);
  if (columnSums && splits === 1) names.push(`sums: ${quad.type}!`);
  const threads = batch * tile.down * tile.across * splits;
  const width = n / quad.lanes;
  const total = columnSums ? threads + splits * width : threads;
  const size = (matrix: number, reading: Reading) => (reading === 'single' ? matrix : matrix / 4);
  const sums = columnSums
    ? `if (idx >= ${threads}) {
    let j = (idx - ${threads}) % ${width};
    let s = (idx - ${threads}) / ${width};
    var sum = ${quad.type}();
    for (var k = s * ${per}; k < min(${k}, (s + 1) * ${per}); k++) { sum += b[k * ${width} + j]; }
    ${splits === 1 ? 'sums[j] = sum;' : `y[s * ${(m * n + n) / quad.lanes} + ${(m * n) / quad.lanes} + j] = sum;`}
    return;
  }`
    : '';
  const code = `${bindings(...names)}${main(total)}
  ${sums}
  let column = (idx % ${tile.across}) * ${4 * tile.quads};
  var rest = idx / ${tile.across};
  let row = (rest % ${tile.down}) * ${tile.rows};
  rest = rest / ${tile.down};
  let s = rest % ${splits};
  let z = rest / ${splits};
  let aBase = ${spec.sharedA ? '0' : `z * ${size(m * k, read.a)}`};
  let bBase = ${spec.sharedB ? '0' : `z * ${size(k * n, read.b)}`};
  ${unroll(tile.rows, (i) => unroll(tile.quads, (q) => `var c${i}_${q} = vec4f();`, ' '))}
  for (var k = s * ${per}; k < min(${k}, (s + 1) * ${per}); k += ${read.a === 'k' || read.b === 'k' ? 4 : 1}) {${loop(spec, tile, read)}
  }
  ${stores(spec, tile)}
}`;
  return { code, groups: cover(total) };
}
