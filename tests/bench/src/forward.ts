/** The forward passes of the nets, written once over what a peer calls its operations. */
import { MOBILE_BLOCKS, type Net, STAGES } from './nets';

/** Operations of a peer. Weights go by name; an array that is read twice is `share`d first. */
export interface Peer<T> {
  share(x: T): T;
  relu(x: T): T;
  gelu(x: T): T;
  add(a: T, b: T): T;
  /** 3x3, or 1x1 for names ending in `project` or `pointwise`; padding 'same', no bias. */
  conv(x: T, name: string, stride: number): T;
  depthwise(x: T, name: string, stride: number): T;
  batchNorm(x: T, name: string): T;
  layerNorm(x: T, name: string): T;
  maxPool(x: T): T;
  flatten(x: T): T;
  /** Mean over positions or tokens. */
  average(x: T): T;
  dense(x: T, name: string): T;
  /** Images to tokens `[rows, tokens, width]` with the position weights added. */
  patches(x: T, patch: number, width: number): T;
  /** Softmax attention of packed `[rows, tokens, 3 width]`. */
  attention(qkv: T): T;
}

function staged<T>(p: Peer<T>, x: T, blocks: number, block: (x: T, name: string, stride: number) => T): T {
  let y = p.relu(p.batchNorm(p.conv(x, 'stem/conv', 1), 'stem/norm'));
  for (let s = 1; s <= STAGES; s++)
    for (let b = 1; b <= blocks; b++) y = block(y, `stage${s}/block${b}`, s > 1 && b === 1 ? 2 : 1);
  return p.dense(p.average(y), 'head');
}

function residual<T>(p: Peer<T>, x: T, name: string, stride: number): T {
  const short = p.share(x);
  const inner = p.relu(p.batchNorm(p.conv(x, `${name}/conv1`, stride), `${name}/norm1`));
  const y = p.batchNorm(p.conv(inner, `${name}/conv2`, 1), `${name}/norm2`);
  const z = stride === 1 ? short : p.batchNorm(p.conv(short, `${name}/project`, stride), `${name}/normP`);
  return p.relu(p.add(y, z));
}

function separable<T>(p: Peer<T>, x: T, name: string, stride: number): T {
  const y = p.relu(p.batchNorm(p.depthwise(x, `${name}/depthwise`, stride), `${name}/norm1`));
  return p.relu(p.batchNorm(p.conv(y, `${name}/pointwise`, 1), `${name}/norm2`));
}

function transformer<T>(p: Peer<T>, x: T, name: string): T {
  const qkv = p.dense(p.layerNorm(p.share(x), `${name}/norm1`), `${name}/attention/qkv`);
  const y = p.add(x, p.dense(p.attention(qkv), `${name}/attention/out`));
  const up = p.gelu(p.dense(p.layerNorm(p.share(y), `${name}/norm2`), `${name}/up`));
  return p.add(y, p.dense(up, `${name}/down`));
}

/** Logits `[batch, classes]`. */
export function forward<T>(p: Peer<T>, net: Net, images: T): T {
  let x = images;
  if (net.kind === 'mlp') {
    x = p.flatten(x);
    net.widths.forEach((_, i) => {
      x = p.relu(p.dense(x, `stage${i + 1}`));
    });
    return p.dense(x, 'head');
  }
  if (net.kind === 'cnn') {
    net.widths.forEach((_, i) => {
      x = p.maxPool(p.relu(p.batchNorm(p.conv(x, `stage${i + 1}/conv`, 1), `stage${i + 1}/norm`)));
    });
    return p.dense(p.flatten(x), 'head');
  }
  if (net.kind === 'resnet') return staged(p, x, 1, (y, name, stride) => residual(p, y, name, stride));
  if (net.kind === 'mobile')
    return staged(p, x, MOBILE_BLOCKS, (y, name, stride) => separable(p, y, name, stride));
  x = p.patches(x, net.patch, net.width);
  for (let i = 1; i <= net.depth; i++) x = transformer(p, x, `stage${i}`);
  return p.dense(p.average(p.layerNorm(x, 'norm')), 'head');
}
