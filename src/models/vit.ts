import type { Build, Shape, Tensor, Tensor2D } from '../engine/types';
import { choice, defineModel, integer, type LastStage } from './kit';

/** Cells along the longer side that the automatic patch size aims for. */
const CELLS = 8;
/** Attention costs tokens squared: a patch size that gives more tokens than this is enlarged. */
const MAX_TOKENS = 256;

/** Side of a patch in pixels. Images that it does not divide are padded with zeros by the stem. */
function patchSize([h = 1, w = 1]: Shape, wanted: number): number {
  let patch = wanted || Math.max(2, Math.ceil(Math.max(h, w) / CELLS));
  while (Math.ceil(h / patch) * Math.ceil(w / patch) > MAX_TOKENS) patch++;
  return Math.min(patch, Math.max(h, w));
}

/** Pre-norm transformer block: x + attention(norm(x)), then x + mlp(norm(x)). */
function block(
  build: Build,
  add: (a: Tensor, b: Tensor) => Tensor,
  name: string,
  shape: Shape,
  heads: number,
) {
  const width = shape.at(-1) as number;
  const norm1 = build.layerNorm(`${name}/norm1`, shape);
  const mix = build.attention(`${name}/attention`, shape, heads);
  const norm2 = build.layerNorm(`${name}/norm2`, shape);
  const up = build.dense(`${name}/up`, shape, 2 * width, { activation: 'gelu' });
  const down = build.dense(`${name}/down`, up.out, width);
  return (x: Tensor): Tensor => {
    const mixed = add(x, mix(norm1(x)));
    return add(mixed, down(up(norm2(mixed))));
  };
}

/** Vision transformer: Dosovitskiy et al. 2021, section 3.1; tiny, with mean pooling in place of the class token. */
export default defineModel({
  id: 'vit',
  name: 'ViT',
  summary: 'A tiny transformer over image patches, with learned positions.',
  paper: {
    title: 'An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale',
    year: 2021,
    url: 'https://arxiv.org/abs/2010.11929',
  },
  params: {
    patch: integer('Patch in pixels (0 = automatic)', 0, {
      min: 0,
      max: 16,
      source: 'ours',
      help: 'Automatic aims for 8 patches along the longer side; more than 256 patches are never made.',
    }),
    width: integer('Width of a token', 32, { min: 8, max: 256, step: 8, source: 'ours' }),
    depth: integer('Blocks', 4, { min: 1, max: 12, source: 'ours' }),
    heads: choice('Attention heads', '4', { 1: '1', 2: '2', 4: '4', 8: '8' }, { source: 'ours' }),
  },
  sizes: { teacher: { width: 64, depth: 4 }, student: { width: 16, depth: 2, heads: '2' } },
  build(build, ops, { image, classes }, params) {
    const heads = Number(params.heads);
    const width = Math.ceil(params.width / heads) * heads;
    const patch = patchSize(image, params.patch);
    const embed = build.conv('stem/patches', image, width, { kernel: patch, stride: patch, bias: true });
    const [rows = 1, columns = 1] = embed.out;
    const shape = [rows * columns, width];
    const positions = build.weight('stem/positions', shape, { normal: 0.02 });
    const blocks = Array.from({ length: params.depth }, (_, i) =>
      block(build, ops.add, `stage${i + 1}`, shape, heads),
    );
    const norm = build.layerNorm('norm', shape);
    const head = build.dense('head', [width], classes);
    const names = blocks.map((_, i) => `stage${i + 1}`);
    const last = blocks.pop() as (x: Tensor) => Tensor;
    const lastStage = (tokens: Tensor): LastStage => {
      const tap = last(tokens);
      const normed = norm(tap);
      const features = ops.globalAveragePool(normed);
      return { tap, normed, embedding: features, logits: head(features) as Tensor2D };
    };
    return {
      taps: Object.fromEntries(['stem', ...names].map((name) => [name, shape])),
      embedding: width,
      lastStage,
      forward(images) {
        let x: Tensor = ops.add(ops.reshape(embed(images), [-1, ...shape]), positions);
        const seen: Record<string, Tensor> = { stem: x };
        blocks.forEach((run, i) => {
          x = run(x);
          seen[`stage${i + 1}`] = x;
        });
        const { tap, embedding, logits } = lastStage(x);
        return { taps: { ...seen, [`stage${params.depth}`]: tap }, embedding, logits };
      },
    };
  },
});
