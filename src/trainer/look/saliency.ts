/** Which places of an image a network goes by, from its inner numbers. Pure. */

/** Values divided by the largest; all 0 where none is above 0. */
export function toOne(values: Float64Array): Float32Array<ArrayBuffer> {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return Float32Array.from(values, (value) => (most > 0 ? Math.max(0, value) / most : 0));
}

/** The same above the smallest: what every place has alike says nothing. */
export function aboveLeast(values: Float64Array): Float32Array<ArrayBuffer> {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return toOne(values.map((value) => value - least));
}

/**
 * Grad-CAM (Selvaraju et al., "Grad-CAM", ICCV 2017, equations 1 and 2) of one image: feature maps
 * `[places, channels]` weighted by the mean gradient of the class's logit over their places, negative sums cut off.
 */
export function gradCam(features: Float32Array, gradient: Float32Array, channels: number): Float64Array {
  const places = features.length / channels;
  const weights = new Float64Array(channels);
  for (let i = 0; i < gradient.length; i++) weights[i % channels]! += gradient[i]! / places;
  return Float64Array.from({ length: places }, (_, place) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += weights[c]! * features[place * channels + c]!;
    return Math.max(0, sum);
  });
}

/** `[rows, width]` normalised over its last axis, then scaled and shifted. */
function layerNormed(
  x: Float32Array,
  scale: Float32Array,
  shift: Float32Array,
  epsilon: number,
): Float64Array {
  const width = scale.length;
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    let [mean, squares] = [0, 0];
    for (let i = 0; i < width; i++) mean += x[at + i]! / width;
    for (let i = 0; i < width; i++) squares += (x[at + i]! - mean) ** 2 / width;
    const factor = 1 / Math.sqrt(squares + epsilon);
    for (let i = 0; i < width; i++) out[at + i] = (x[at + i]! - mean) * factor * scale[i]! + shift[i]!;
  }
  return out;
}

/** Weights of a pre-norm attention block. `qkv` `[width, 3 width]`: queries, keys, values, each by head. */
export interface BlockWeights {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly qkv: Float32Array;
  readonly bias: Float32Array;
}

/** `[tokens, 3 width]`: what the block asks, offers and hands on, from its input tokens `[tokens, width]`. */
export function queriesOf(tokens: Float32Array, weights: BlockWeights, epsilon: number): Float64Array {
  const width = weights.scale.length;
  const x = layerNormed(tokens, weights.scale, weights.shift, epsilon);
  const rows = tokens.length / width;
  const out = new Float64Array(rows * 3 * width);
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < 3 * width; o++) {
      let sum = weights.bias[o]!;
      for (let i = 0; i < width; i++) sum += x[r * width + i]! * weights.qkv[i * 3 * width + o]!;
      out[r * 3 * width + o] = sum;
    }
  return out;
}

/** softmax(q k^T / sqrt(d)) of one head, `[tokens, tokens]`, from `[tokens, 3 width]`. */
export function attentionOf(qkv: Float64Array, width: number, heads: number, head: number): Float64Array {
  const d = width / heads;
  const tokens = qkv.length / (3 * width);
  const out = new Float64Array(tokens * tokens);
  for (let q = 0; q < tokens; q++) {
    const row = out.subarray(q * tokens, (q + 1) * tokens);
    for (let k = 0; k < tokens; k++) {
      let sum = 0;
      for (let i = 0; i < d; i++)
        sum += qkv[q * 3 * width + head * d + i]! * qkv[k * 3 * width + width + head * d + i]!;
      row[k] = sum / Math.sqrt(d);
    }
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let total = 0;
    for (let k = 0; k < tokens; k++) total += row[k] = Math.exp(row[k]! - most);
    for (let k = 0; k < tokens; k++) row[k]! /= total;
  }
  return out;
}

/** Mean over the heads. */
export function meanAttention(qkv: Float64Array, width: number, heads: number): Float64Array {
  const all = Array.from({ length: heads }, (_, head) => attentionOf(qkv, width, heads, head));
  return all[0]!.map((_, i) => all.reduce((sum, each) => sum + each[i]!, 0) / heads);
}

/**
 * Attention rollout (Abnar and Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020, section 3) through
 * blocks in order: each is half its attention and half the residual way. Returns for every block how much each input
 * token has reached its output, mean over the output tokens: the head reads their mean.
 */
export function rollout(blocks: readonly Float64Array[], tokens: number): Float64Array[] {
  let reached = Float64Array.from({ length: tokens * tokens }, (_, i) => (i % (tokens + 1) === 0 ? 1 : 0));
  return blocks.map((attention) => {
    const next = new Float64Array(tokens * tokens);
    for (let q = 0; q < tokens; q++)
      for (let k = 0; k < tokens; k++) {
        const share = 0.5 * attention[q * tokens + k]! + (q === k ? 0.5 : 0);
        for (let i = 0; i < tokens; i++) next[q * tokens + i]! += share * reached[k * tokens + i]!;
      }
    reached = next;
    return Float64Array.from({ length: tokens }, (_, i) => {
      let sum = 0;
      for (let q = 0; q < tokens; q++) sum += reached[q * tokens + i]!;
      return sum / tokens;
    });
  });
}
