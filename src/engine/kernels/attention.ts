/**
 * Multi-head attention from packed `qkv`, forward and backward, for the few hundred tokens of small pictures:
 * softmax by running maximum (Milakov and Gimelshein 2018), nothing of size tokens x tokens is ever stored
 * (Dao and others 2022), one invocation for each (image, head, token).
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor3D } from '../types';
import { bindings, cover, f32, main, WORKGROUP } from '../wgsl';
import { call, gradient, type KernelCard, register, unroll } from './kernel';
import { countOf, elements, isVector, LOWEST } from './rows';

export const card: KernelCard = {
  id: 'attention',
  summary: 'softmax(q k^T / sqrt(d)) v from packed qkv, one dispatch forward and one backward.',
  shapes: 'qkv [b, t, 3 heads d], any t; d in fours is fastest',
  variants: ['direct'],
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

/** Pieces of text for heads of one width: loops over a head are written out. */
function pieces({ tokens, heads, head }: Sizes) {
  const n = countOf(head);
  const width = n * heads;
  const times = (a: string, b: string) => (isVector(head) ? `dot(${a}, ${b})` : `${a} * ${b}`);
  return {
    width,
    each: (text: (k: number) => string) => unroll(n, text, ' '),
    sum: (a: (k: number) => string, b: (k: number) => string) => unroll(n, (k) => times(a(k), b(k)), ' + '),
    scale: f32(1 / Math.sqrt(head)),
    place: `let token = item % ${tokens};
  let group = item / ${tokens};
  let h = group % ${heads};
  let b = group / ${heads};
  let first = b * ${tokens};
  let column = h * ${n};`,
    /** First element of q (0), k (1) or v (2) of a token in `qkv`. */
    at: (part: number, token: string) => `((first + ${token}) * ${3 * width} + ${part * width} + column)`,
    /** The same in tensors of width heads x head. */
    out: (token: string) => `((first + ${token}) * ${width} + column)`,
  };
}

/** The mix of values of each token; of its scores the maximum and log sum exp(score - maximum). */
function forward(gpu: Gpu, qkv: TensorInfo, heads: number): TensorInfo[] {
  const sizes = sizesOf(qkv, heads);
  const { batch, tokens, head } = sizes;
  const { each, sum, scale, place, at, out } = pieces(sizes);
  const n = batch * heads * tokens;
  const y = gpu.output([batch, tokens, heads * head]);
  const lse = gpu.output([n, 2]);
  const code = `${elements(head)}${bindings('x: T', 'y: T!', 'lse: vec2f!')}${main(n)}  let item = idx;
  ${place}
  let qa = ${at(0, 'token')};
  ${each((k) => `let q${k} = x[qa + ${k}] * ${scale}; var a${k} = T(0.0);`)}
  var top = ${LOWEST};
  var total = 0.0;
  for (var other = 0; other < ${tokens}; other++) {
    let ka = ${at(1, 'other')};
    let va = ${at(2, 'other')};
    let score = ${sum(
      (k) => `q${k}`,
      (k) => `x[ka + ${k}]`,
    )};
    let higher = max(top, score);
    let keep = exp(top - higher);
    let p = exp(score - higher);
    total = total * keep + p + score * 0.0;
    ${each((k) => `a${k} = a${k} * keep + p * x[va + ${k}];`)}
    top = higher;
  }
  let ya = ${out('token')};
  ${each((k) => `y[ya + ${k}] = a${k} / total;`)}
  lse[idx] = vec2f(top, log(total));
}`;
  gpu.run(NAME, code, [qkv, y, lse], cover(n));
  return [y, lse];
}

/** Gradient of one query: over all keys. */
const queryText = ({ each, sum, scale, at, out }: ReturnType<typeof pieces>, tokens: number): string => `
    let qa = ${at(0, 'token')};
    let ya = ${out('token')};
    ${each((k) => `let q${k} = x[qa + ${k}] * ${scale}; let d${k} = dy[ya + ${k}]; var a${k} = T(0.0);`)}
    let delta = ${sum(
      (k) => `d${k}`,
      (k) => `y[ya + ${k}]`,
    )};
    let total = lse[item];
    for (var other = 0; other < ${tokens}; other++) {
      let ka = ${at(1, 'other')};
      let va = ${at(2, 'other')};
      let p = exp((${sum(
        (k) => `q${k}`,
        (k) => `x[ka + ${k}]`,
      )} - total.x) - total.y);
      let ds = p * (${sum(
        (k) => `d${k}`,
        (k) => `x[va + ${k}]`,
      )} - delta);
      ${each((k) => `a${k} += ds * x[ka + ${k}];`)}
    }
    ${each((k) => `dx[qa + ${k}] = a${k} * ${scale};`)}`;

/** Gradients of one key and one value: over all queries. */
const keyText = ({ each, sum, scale, at, out }: ReturnType<typeof pieces>, tokens: number): string => `
    let ka = ${at(1, 'token')};
    let va = ${at(2, 'token')};
    ${each((k) => `let k${k} = x[ka + ${k}]; let v${k} = x[va + ${k}]; var a${k} = T(0.0); var c${k} = T(0.0);`)}
    for (var other = 0; other < ${tokens}; other++) {
      let qa = ${at(0, 'other')};
      let ya = ${out('other')};
      ${each((k) => `let q${k} = x[qa + ${k}] * ${scale}; let d${k} = dy[ya + ${k}];`)}
      let total = lse[group * ${tokens} + other];
      let p = exp((${sum(
        (k) => `q${k}`,
        (k) => `k${k}`,
      )} - total.x) - total.y);
      let delta = ${sum(
        (k) => `d${k}`,
        (k) => `y[ya + ${k}]`,
      )};
      let ds = p * (${sum(
        (k) => `d${k}`,
        (k) => `v${k}`,
      )} - delta);
      ${each((k) => `a${k} += ds * q${k}; c${k} += p * d${k};`)}
    }
    ${each((k) => `dx[ka + ${k}] = a${k}; dx[va + ${k}] = c${k};`)}`;

/** Gradient of `qkv`: the first invocations take the queries, the others keys and values. */
function backward(
  gpu: Gpu,
  inputs: Record<'dy' | 'qkv' | 'y' | 'lse', TensorInfo>,
  heads: number,
): TensorInfo {
  const { dy, qkv, y, lse } = inputs;
  const sizes = sizesOf(qkv, heads);
  const { batch, tokens, head } = sizes;
  const text = pieces(sizes);
  const n = batch * heads * tokens;
  const start = Math.ceil(n / WORKGROUP) * WORKGROUP;
  const dx = gpu.output(qkv.shape);
  const names = ['x: T', 'dy: T', 'y: T', 'lse: vec2f', 'dx: T!'];
  const code = `${elements(head)}${bindings(...names)}${main(start + n)}  let keys = idx >= ${start};
  let item = select(idx, idx - ${start}, keys);
  if (item >= ${n}) { return; }
  ${text.place}
  if (keys) {${keyText(text, tokens)}
  } else {${queryText(text, tokens)}
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
