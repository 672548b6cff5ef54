import type { Build, Ops, Shape, Tensor, Tensor2D, Tensor4D } from '../engine/types';
import { type Body, choice, defineModel, integer, type LastStage, type ModelInput } from './kit';
import { block, patchParam, patchSize } from './vit/blocks';

/** Every 2x2 neighbours of `[b, h, w, c]` as one token of width 4 c; h and w are even. Column by column, as Swin. */
function neighbours(ops: Ops, x: Tensor4D): Tensor {
  const [b, h, w, c] = x.shape;
  const cut = ops.reshape(x, [b, h / 2, 2, w / 2, 2, c]);
  return ops.reshape(ops.transpose(cut, [0, 1, 3, 4, 2, 5]), [b, (h * w) / 4, 4 * c]);
}

/** Patch merging of Liu et al. 2021, section 3.1: neighbours, norm, linear without bias. Map to tokens. */
function merging(build: Build, ops: Ops, name: string, [h = 2, w = 2, c = 1]: Shape) {
  const tokens = [(h * w) / 4, 4 * c];
  const norm = build.layerNorm(`${name}/norm`, tokens);
  const reduce = build.dense(`${name}/reduce`, tokens, 2 * c, { bias: false });
  return (x: Tensor): Tensor => reduce(norm(neighbours(ops, x as Tensor4D)));
}

interface Plan {
  readonly patch: number;
  readonly width: number;
  readonly stages: number;
  readonly blocks: number;
  readonly heads: number;
}

/** Images padded with zeros to whole cells and cut into tokens with learned positions, `[tokens, width]`. */
function stem(build: Build, ops: Ops, [h = 1, w = 1, c = 1]: Shape, { patch, width, stages }: Plan) {
  const step = patch * 2 ** (stages - 1);
  const [high, wide] = [Math.ceil(h / step) * step, Math.ceil(w / step) * step];
  const [top, left] = [Math.floor((high - h) / 2), Math.floor((wide - w) / 2)];
  const around: [number, number][] = [
    [0, 0],
    [top, high - h - top],
    [left, wide - w - left],
    [0, 0],
  ];
  const embed = build.conv('stem/patches', [high, wide, c], width, {
    kernel: patch,
    stride: patch,
    bias: true,
  });
  const [rows = 1, columns = 1] = embed.out;
  const positions = build.weight('stem/positions', [rows * columns, width], { normal: 0.02 });
  const fits = high === h && wide === w;
  const run = (images: Tensor4D): Tensor => {
    const cells = embed(fits ? images : ops.pad(images, around));
    return ops.add(ops.reshape(cells, [-1, rows * columns, width]), positions);
  };
  return { run, out: [rows, columns, width] };
}

/** One stage: merging (but for the first), then blocks. From the map before (the first: tokens) to its own map. */
function stage(build: Build, ops: Ops, name: string, from: Shape, merges: boolean, plan: Plan) {
  const [h = 1, w = 1, c = 1] = from;
  const out = merges ? [h / 2, w / 2, 2 * c] : [h, w, c];
  const merge = merges ? merging(build, ops, `${name}/merge`, from) : undefined;
  const [rows = 1, columns = 1, width = 1] = out;
  const size = { heads: plan.heads, hidden: 4 * width };
  const blocks = Array.from({ length: plan.blocks }, (_, i) =>
    block(build, `${name}/block${i + 1}`, [rows * columns, width], size),
  );
  const run = (x: Tensor): Tensor => {
    let tokens = merge ? merge(x) : x;
    for (const each of blocks) tokens = each(tokens);
    return ops.reshape(tokens, [-1, ...out]);
  };
  return { name, run, out };
}

function network(build: Build, ops: Ops, { image, classes }: ModelInput, plan: Plan): Body {
  const first = stem(build, ops, image, plan);
  let shape: Shape = first.out;
  const stages = Array.from({ length: plan.stages }, (_, i) => {
    const made = stage(build, ops, `stage${i + 1}`, shape, i > 0, plan);
    shape = made.out;
    return made;
  });
  const last = stages.pop()!;
  const embedding = last.out.at(-1) as number;
  const norm = build.layerNorm('norm', last.out);
  const head = build.dense('head', [embedding], classes);
  const lastStage = (map: Tensor): LastStage => {
    const tap = build.tap(last.name, last.run(map));
    const normed = norm(tap);
    const features = ops.globalAveragePool(normed);
    return { tap, normed, embedding: features, logits: head(features) as Tensor2D };
  };
  return {
    taps: { stem: first.out, ...Object.fromEntries([...stages, last].map(({ name, out }) => [name, out])) },
    embedding,
    lastStage,
    forward(images) {
      const tokens = first.run(images);
      const map = ops.reshape(tokens, [-1, ...first.out]);
      const tapped = build.tap('stem', map);
      const taps: Record<string, Tensor> = { stem: tapped };
      let x: Tensor = tapped === map ? tokens : ops.reshape(tapped, tokens.shape);
      for (const { name, run } of stages) x = taps[name] = build.tap(name, run(x));
      const { tap, ...rest } = lastStage(x);
      return { taps: { ...taps, [last.name]: tap }, ...rest };
    },
  };
}

/**
 * Hierarchical vision transformer: Swin's stages and patch merging (Liu et al. 2021, section 3.1) with plain
 * attention over the whole map, which is small here, in place of shifted windows; learned positions, mean pooling.
 */
export default defineModel({
  id: 'hvit',
  name: 'Hierarchical ViT',
  summary: 'A transformer in stages: between them, each 2x2 neighbours become one wider token.',
  paper: {
    title: 'Swin Transformer: Hierarchical Vision Transformer using Shifted Windows',
    year: 2021,
    url: 'https://arxiv.org/abs/2103.14030',
  },
  params: {
    patch: patchParam,
    width: integer('Width of the first stage', 32, { min: 8, max: 128, step: 8, source: 'ours' }),
    stages: integer('Stages', 2, { min: 2, max: 3, source: 'ours' }),
    blocks: integer('Blocks per stage', 2, { min: 1, max: 4, source: 'ours' }),
    heads: choice('Attention heads', '4', { 1: '1', 2: '2', 4: '4', 8: '8' }, { source: 'ours' }),
  },
  sizes: { teacher: { width: 64 }, student: { width: 16, blocks: 1, heads: '2' } },
  build(build, ops, input, params) {
    const heads = Number(params.heads);
    const width = Math.ceil(params.width / heads) * heads;
    const patch = patchSize(input.image, params.patch);
    return network(build, ops, input, { ...params, patch, width, heads });
  },
});
