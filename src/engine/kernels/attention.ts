/**
 * Multi-head attention from packed `qkv`, forward and backward, for the few hundred tokens of small pictures:
 * softmax by running maximum (Milakov and Gimelshein 2018), nothing of size tokens x tokens is ever stored
 * (Dao and others 2022), one invocation for a few tokens of one (image, head).
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor3D } from '../types';
import { variant } from '../variants';
import { bindings, cover, f32, main, WORKGROUP } from '../wgsl';
import { call, gradient, type KernelCard, register, unroll } from './kernel';
import { countOf, elements, isVector, LOWEST } from './rows';

export const card: KernelCard = {
  id: 'attention',
  summary: 'softmax(q k^T / sqrt(d)) v from packed qkv, one dispatch forward and one backward.',
  shapes: 'qkv [b, t, 3 heads d], any t; d in fours is fastest',
  variants: ['direct (tiles of tokens)', 'tiled (one token)'],
};

const NAME = 'CondenserAttention';

/** Sizes of one call; `head` is the width of one head. */
interface Sizes {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly head: number;
}

const sizesOf = (qkv: TensorInfo, heads: number): Sizes => {
  const [batch = 1, tokens = 1, triple = 3] = qkv.shape;
  return { batch, tokens, heads, head: triple / 3 / heads };
};

/**
 * Tokens one invocation takes: each row of keys it loads serves all of them. Software adapters pay for every
 * load; on GPUs more invocations are worth more.
 */
function tileOf(head: number): number {
  const n = countOf(head);
  return variant() === 'tiled' || n > 8 ? 1 : n > 4 ? 2 : 4;
}

/** Pieces of text for heads of one width: loops over a head and over a tile of tokens are written out. */
function pieces({ tokens, heads, head }: Sizes) {
  const n = countOf(head);
  const width = n * heads;
  const tile = tileOf(head);
  const tiles = Math.ceil(tokens / tile);
  const times = (a: string, b: string) => (isVector(head) ? `dot(${a}, ${b})` : `${a} * ${b}`);
  /** First element of a token's head in rows of `row` elements, from element `start` of the row. */
  const at = (row: number, start: number) => (token: string) =>
    `(first + ${token}) * ${row} + ${start} + h * ${n}`;
  return {
    tiles,
    each: (text: (k: number) => string) => unroll(n, text, ' '),
    all: (text: (p: number) => string) => unroll(tile, text, '\n      '),
    /** Text that runs only for tokens there are. */
    present: (text: (p: number) => string) =>
      unroll(tile, (p) => `if (token + ${p} < ${tokens}) { ${text(p)} }`, '\n    '),
    sum: (a: (k: number) => string, b: (k: number) => string) => unroll(n, (k) => times(a(k), b(k)), ' + '),
    scale: f32(1 / Math.sqrt(head)),
    place: `let token = (item % ${tiles}) * ${tile};
  let group = item / ${tiles};
  let h = group % ${heads};
  let first = (group / ${heads}) * ${tokens};`,
    loop: `for (var other = 0; other < ${tokens}; other++)`,
    /** A token of the tile, kept inside the sequence for reading. */
    own: (p: number) => `min(token + ${p}, ${tokens - 1})`,
    q: at(3 * width, 0),
    k: at(3 * width, width),
    v: at(3 * width, 2 * width),
    y: at(width, 0),
    stat: (token: string) => `lse[group * ${tokens} + ${token}]`,
  };
}

type Pieces = ReturnType<typeof pieces>;

/** The mix of values of each token; of its scores the maximum and log sum exp(score - maximum). */
function forward(gpu: Gpu, qkv: TensorInfo, heads: number): TensorInfo[] {
  const sizes = sizesOf(qkv, heads);
  const { batch, tokens, head } = sizes;
  const { tiles, each, all, present, sum, scale, place, loop, own, q, k, v, y: out, stat } = pieces(sizes);
  const n = batch * heads * tiles;
  const y = gpu.output([batch, tokens, heads * head]);
  const lse = gpu.output([batch * heads * tokens, 2]);
  const code = `${elements(head)}${bindings('x: T', 'y: T!', 'lse: vec2f!')}${main(n)}  let item = idx;
  ${place}
  ${all((p) => `let at${p} = ${q(own(p))}; var top${p} = ${LOWEST}; var total${p} = 0.0;`)}
  ${all((p) => each((i) => `let q${p}_${i} = x[at${p} + ${i}] * ${scale}; var a${p}_${i} = T(0.0);`))}
  ${loop} {
      let ka = ${k('other')};
      let va = ${v('other')};
      ${each((i) => `let k${i} = x[ka + ${i}]; let v${i} = x[va + ${i}];`)}
      ${all(
        (p) => `let score${p} = ${sum(
          (i) => `q${p}_${i}`,
          (i) => `k${i}`,
        )};
      let higher${p} = max(top${p}, score${p});
      let keep${p} = exp(top${p} - higher${p});
      let p${p} = exp(score${p} - higher${p});
      total${p} = total${p} * keep${p} + p${p} + score${p} * 0.0;
      ${each((i) => `a${p}_${i} = a${p}_${i} * keep${p} + p${p} * v${i};`)}
      top${p} = higher${p};`,
      )}
  }
  ${present((p) => {
    const token = `(token + ${p})`;
    const write = each((i) => `y[ya + ${i}] = a${p}_${i} / total${p};`);
    return `let ya = ${out(token)}; ${write} ${stat(token)} = vec2f(top${p}, log(total${p}));`;
  })}
}`;
  gpu.run(NAME, code, [qkv, y, lse], cover(n));
  return [y, lse];
}

/** Gradients of a tile of queries: over all keys. */
const queryText = ({ each, all, present, sum, scale, loop, own, q, k, v, y, stat }: Pieces): string => `
    ${all((p) => `let at${p} = ${q(own(p))}; let ya${p} = ${y(own(p))}; let stat${p} = ${stat(own(p))};`)}
    ${all((p) => each((i) => `let q${p}_${i} = x[at${p} + ${i}] * ${scale}; let d${p}_${i} = dy[ya${p} + ${i}];`))}
    ${all((p) => each((i) => `var a${p}_${i} = T(0.0);`))}
    ${all(
      (p) =>
        `let delta${p} = ${sum(
          (i) => `d${p}_${i}`,
          (i) => `y[ya${p} + ${i}]`,
        )};`,
    )}
    ${loop} {
      let ka = ${k('other')};
      let va = ${v('other')};
      ${each((i) => `let k${i} = x[ka + ${i}]; let v${i} = x[va + ${i}];`)}
      ${all(
        (p) => `let p${p} = exp((${sum(
          (i) => `q${p}_${i}`,
          (i) => `k${i}`,
        )} - stat${p}.x) - stat${p}.y);
      let ds${p} = p${p} * (${sum(
        (i) => `d${p}_${i}`,
        (i) => `v${i}`,
      )} - delta${p});
      ${each((i) => `a${p}_${i} += ds${p} * k${i};`)}`,
      )}
    }
    ${present((p) => each((i) => `dx[at${p} + ${i}] = a${p}_${i} * ${scale};`))}`;

/** Gradients of a tile of keys and values: over all queries. */
const keyText = ({ each, all, present, sum, scale, loop, own, q, k, v, y, stat }: Pieces): string => `
    ${all((p) => `let ka${p} = ${k(own(p))}; let va${p} = ${v(own(p))};`)}
    ${all((p) => each((i) => `let k${p}_${i} = x[ka${p} + ${i}]; let v${p}_${i} = x[va${p} + ${i}];`))}
    ${all((p) => each((i) => `var a${p}_${i} = T(0.0); var c${p}_${i} = T(0.0);`))}
    ${loop} {
      let qa = ${q('other')};
      let ya = ${y('other')};
      let stat = ${stat('other')};
      ${each((i) => `let q${i} = x[qa + ${i}] * ${scale}; let d${i} = dy[ya + ${i}];`)}
      let delta = ${sum(
        (i) => `d${i}`,
        (i) => `y[ya + ${i}]`,
      )};
      ${all(
        (p) => `let p${p} = exp((${sum(
          (i) => `q${i}`,
          (i) => `k${p}_${i}`,
        )} - stat.x) - stat.y);
      let ds${p} = p${p} * (${sum(
        (i) => `d${i}`,
        (i) => `v${p}_${i}`,
      )} - delta);
      ${each((i) => `a${p}_${i} += ds${p} * q${i}; c${p}_${i} += p${p} * d${i};`)}`,
      )}
    }
    ${present((p) => each((i) => `dx[ka${p} + ${i}] = a${p}_${i}; dx[va${p} + ${i}] = c${p}_${i};`))}`;

/** Gradient of `qkv`: the first invocations take the queries, the others keys and values. */
function backward(
  gpu: Gpu,
  inputs: Record<'dy' | 'qkv' | 'y' | 'lse', TensorInfo>,
  heads: number,
): TensorInfo {
  const { dy, qkv, y, lse } = inputs;
  const sizes = sizesOf(qkv, heads);
  const text = pieces(sizes);
  const n = sizes.batch * heads * text.tiles;
  const start = Math.ceil(n / WORKGROUP) * WORKGROUP;
  const dx = gpu.output(qkv.shape);
  const names = ['x: T', 'dy: T', 'y: T', 'lse: vec2f', 'dx: T!'];
  const code = `${elements(sizes.head)}${bindings(...names)}${main(start + n)}  let keys = idx >= ${start};
  let item = select(idx, idx - ${start}, keys);
  if (item >= ${n}) { return; }
  ${text.place}
  if (keys) {${keyText(text)}
  } else {${queryText(text)}
  }
}`;
  gpu.run(`${NAME} gradient`, code, [qkv, dy, y, lse, dx], cover(start + n));
  return dx;
}

interface Attributes {
  readonly heads: number;
}

export function registerAttention(gpu: Gpu): void {
  register<Attributes>(NAME, ({ qkv }, { heads }) => forward(gpu, qkv!, heads));
  register<Attributes>(`${NAME}Grad`, ({ dy, qkv, y, lse }, { heads }) =>
    backward(gpu, { dy: dy!, qkv: qkv!, y: y!, lse: lse! }, heads),
  );
  const kept = { inputs: ['qkv'], outputs: [true, true] };
  gradient<Attributes>(NAME, kept, (dy, [qkv, y, lse], attributes) => ({
    qkv: () => call(`${NAME}Grad`, { dy, qkv, y, lse }, attributes)[0]!,
  }));
}

/** Attention on our backend: packed `[b, t, 3 d]` to `[b, t, d]`. */
export const attentionOf = (qkv: Tensor3D, heads: number): Tensor3D =>
  call(NAME, { qkv }, { heads })[0] as Tensor3D;

/** Value and the gradient of sum(dy y) in float64, by the textbook formula. `shape` is that of `qkv`. */
export function attentionTwin(
  qkv: Float64Array,
  dy: Float64Array,
  [batch, tokens, triple]: readonly [number, number, number],
  heads: number,
) {
  const width = triple / 3;
  const head = width / heads;
  const scale = 1 / Math.sqrt(head);
  const value = new Float64Array(batch * tokens * width);
  const dx = new Float64Array(qkv.length);
  for (let group = 0; group < batch * heads; group++) {
    const first = Math.floor(group / heads) * tokens;
    const column = (group % heads) * head;
    const at = (token: number, part: number) => (first + token) * triple + part * width + column;
    const dot = (a: Float64Array, i: number, b: Float64Array, j: number) => {
      let sum = 0;
      for (let k = 0; k < head; k++) sum += a[i + k]! * b[j + k]!;
      return sum;
    };
    for (let t = 0; t < tokens; t++) {
      const out = (first + t) * width + column;
      const scores = Array.from({ length: tokens }, (_, o) => scale * dot(qkv, at(t, 0), qkv, at(o, 1)));
      const top = scores.reduce((a, b) => Math.max(a, b));
      const weights = scores.map((s) => Math.exp(s - top));
      const total = weights.reduce((a, b) => a + b, 0);
      weights.forEach((w, o) => {
        for (let k = 0; k < head; k++) value[out + k]! += (w / total) * qkv[at(o, 2) + k]!;
      });
      const delta = dot(dy, out, value, out);
      weights.forEach((w, o) => {
        const p = w / total;
        const ds = p * (dot(dy, out, qkv, at(o, 2)) - delta) * scale;
        for (let k = 0; k < head; k++) {
          dx[at(t, 0) + k]! += ds * qkv[at(o, 1) + k]!;
          dx[at(o, 1) + k]! += ds * qkv[at(t, 0) + k]!;
          dx[at(o, 2) + k]! += p * dy[out + k]!;
        }
      });
    }
  }
  return { value, gradients: { qkv: dx } };
}
