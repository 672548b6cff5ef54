/** jax-js: value, gradients and Adam of one step in a single jit, which is its fastest form. Maps are NCHW. */

import type { Arr, Tree } from '@jax-js/jax';
import * as jax from '@jax-js/jax';
import { forward, type Peer } from './forward';
import {
  ADAM_EPSILON,
  batchesOf,
  CLASSES,
  HEADS,
  type Net,
  NORM_EPSILON,
  netOf,
  RATE,
  type Weights,
} from './nets';
import type { Trainer } from './types';

const { jit, lax, nn, numpy: np, tree, valueAndGrad } = jax;

interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The axes of `x` in another order. */
function permute({ shape, values }: Values, order: readonly number[]): Values {
  const out = new Float32Array(values.length);
  const to = order.map((axis) => shape[axis] as number);
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  for (let i = 0; i < out.length; i++) {
    let [rest, from] = [i, 0];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const size = to[axis] as number;
      from += (rest % size) * (steps[order[axis] as number] as number);
      rest = Math.floor(rest / size);
    }
    out[i] = values[from] as number;
  }
  return { shape: to, values: out };
}

const array = ({ shape, values }: Values): Arr => np.array(values).reshape(shape);

/** Filters become OIHW; the CNN's head reads its map channel by channel. */
function weightOf(net: Net, name: string, { shape, values }: Values): Arr {
  if (shape.length === 4 && net.kind !== 'vit') {
    const order = name.endsWith('/depthwise/filter') ? [2, 3, 0, 1] : [3, 2, 0, 1];
    return array(permute({ shape, values }, order));
  }
  if (net.kind === 'cnn' && name === 'head/weight') {
    const [h, w] = net.image;
    const maps = [h / 4, w / 4, net.widths.at(-1) as number, CLASSES];
    return array({ shape, values: permute({ shape: maps, values }, [2, 0, 1, 3]).values });
  }
  return array({ shape, values });
}

/** `(x - mean) / sqrt(variance + epsilon)` over `axes`. */
function normal(x: Arr, axes: number | number[]): Arr {
  const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  return centred.mul(np.reciprocal(np.sqrt(variance.add(NORM_EPSILON))));
}

const column = (v: Arr): Arr => v.reshape([1, v.shape[0] as number, 1, 1]);

function attention(qkv: Arr): Arr {
  const [b = 1, t = 1, triple = 3] = qkv.shape;
  const d = triple / 3;
  const split = np.transpose(qkv.reshape([b, t, 3, HEADS, d / HEADS]), [2, 0, 3, 1, 4]);
  const [q, k, v] = [split.ref.slice(0), split.ref.slice(1), split.slice(2)] as const;
  const scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / Math.sqrt(d / HEADS));
  const mixed = np.transpose(np.matmul(nn.softmax(scores, -1), v), [0, 2, 1, 3]);
  return mixed.reshape([b, t, d]);
}

function dense(x: Arr, weight: Arr, bias: Arr): Arr {
  const { shape } = x;
  const [width = 1, units = 1] = weight.shape;
  const y = np.dot(x.reshape([-1, width]), weight).add(bias);
  return y.reshape([...shape.slice(0, -1), units]);
}

function patches(x: Arr, patch: number, filter: Arr, bias: Arr, positions: Arr): Arr {
  const [b = 1, h = 1, w = 1, c = 1] = x.shape;
  const [rows, columns] = [h / patch, w / patch];
  const cut = np.transpose(x.reshape([b, rows, patch, columns, patch * c]), [0, 1, 3, 2, 4]);
  const width = filter.shape[3] as number;
  const flat = cut.reshape([b, rows * columns, patch * patch * c]);
  return dense(flat, filter.reshape([patch * patch * c, width]), bias).add(positions);
}

function peerOf(w: Tree): Peer<Arr> {
  const weight = (name: string): Arr => {
    const found = w[name];
    if (!found) throw new Error(`There is no weight '${name}'.`);
    return found;
  };
  return {
    share: (x) => x.ref,
    relu: nn.relu,
    gelu: (x) => nn.gelu(x, { approximate: false }),
    add: (a, b) => a.add(b),
    conv: (x, name, stride) => lax.conv(x, weight(`${name}/filter`), [stride, stride], 'SAME'),
    depthwise: (x, name, stride) => {
      const groups = { featureGroupCount: x.shape[1] as number };
      return lax.convGeneralDilated(x, weight(`${name}/filter`), [stride, stride], 'SAME', groups);
    },
    batchNorm: (x, name) =>
      normal(x, [0, 2, 3])
        .mul(column(weight(`${name}/scale`)))
        .add(column(weight(`${name}/shift`))),
    layerNorm: (x, name) =>
      normal(x, -1)
        .mul(weight(`${name}/scale`))
        .add(weight(`${name}/shift`)),
    maxPool: (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]),
    flatten: (x) => x.reshape([x.shape[0] as number, -1]),
    average: (x) => np.mean(x, x.shape.length === 4 ? [2, 3] : 1),
    dense: (x, name) => dense(x, weight(`${name}/weight`), weight(`${name}/bias`)),
    patches: (x, patch) =>
      patches(x, patch, weight('stem/patches/filter'), weight('stem/patches/bias'), weight('stem/positions')),
    attention,
  };
}

/** `correct` are Adam's two bias corrections, 1 / (1 - beta^t). */
function adam(w: Tree, first: Tree, second: Tree, gradients: Tree, c1: Arr, c2: Arr): [Tree, Tree, Tree] {
  const [weights, firsts, seconds]: [Tree, Tree, Tree] = [{}, {}, {}];
  for (const [name, weight] of Object.entries(w)) {
    const [g, m0, v0] = [gradients[name], first[name], second[name]];
    if (!g || !m0 || !v0) throw new Error(`'${name}' has no gradient.`);
    const m = m0.mul(0.9).add(g.ref.mul(0.1));
    const v = v0.mul(0.999).add(np.square(g).mul(0.001));
    firsts[name] = m.ref;
    seconds[name] = v.ref;
    const move = m.mul(c1.ref).div(np.sqrt(v.mul(c2.ref)).add(ADAM_EPSILON));
    weights[name] = weight.sub(move.mul(RATE));
  }
  c1.dispose();
  c2.dispose();
  return [weights, firsts, seconds];
}

function compile(net: Net) {
  const lossOf = (w: Tree, x: Arr, y: Arr): Arr =>
    nn
      .logSoftmax(forward(peerOf(w), net, x))
      .mul(nn.oneHot(y, CLASSES))
      .sum()
      .mul(-1 / net.batch);
  return jit((w: Tree, m: Tree, v: Tree, x: Arr, y: Arr, c1: Arr, c2: Arr): [Tree, Tree, Tree, Arr] => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(w), x, y);
    return [...adam(w, m, v, gradients, c1, c2), loss];
  });
}

export async function makeJax(name: string, weights: Weights): Promise<Trainer> {
  const found = await jax.init('webgpu');
  if (!found.includes('webgpu')) throw new Error(`jax-js found only ${found.join(', ')}.`);
  jax.defaultDevice('webgpu');
  const net = netOf(name);
  const trees = (make: (key: string, weight: Values) => Arr): Tree =>
    Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, make(key, weight)]));
  let w = trees((key, weight) => weightOf(net, key, weight));
  let m = trees((key) => np.zeros(w[key]?.shape ?? []));
  let v = trees((key) => np.zeros(w[key]?.shape ?? []));
  const maps = net.kind === 'cnn' || net.kind === 'resnet' || net.kind === 'mobile';
  const batches = batchesOf(net).map(({ x, y }) => {
    const images = { shape: [net.batch, ...net.image], values: x };
    return { x: array(maps ? permute(images, [0, 3, 1, 2]) : images), y: np.array(y, { dtype: np.int32 }) };
  });
  const whole = compile(net);
  let steps = 0;
  let loss: Arr | undefined;
  return {
    parameters: Object.values(weights).reduce((n, { values }) => n + values.length, 0),
    step() {
      const batch = batches[steps++ % batches.length];
      if (!batch) throw new Error('There are no batches.');
      loss?.dispose();
      const [c1, c2] = [np.array(1 / (1 - 0.9 ** steps)), np.array(1 / (1 - 0.999 ** steps))];
      [w, m, v, loss] = whole(w, m, v, batch.x.ref, batch.y.ref, c1, c2);
    },
    async finish() {
      await jax.blockUntilReady(w);
      return loss?.ref.jsAsync();
    },
  };
}
