import type { Tensor, Tensor2D } from '../engine/types';
import { choice, defineModel, integer, type LastStage } from './kit';
import { block, patchParam, patchSize } from './vit/blocks';

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
    patch: patchParam,
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
      block(build, `stage${i + 1}`, shape, { heads, hidden: 2 * width }),
    );
    const norm = build.layerNorm('norm', shape);
    const head = build.dense('head', [width], classes);
    const names = blocks.map((_, i) => `stage${i + 1}`);
    const last = blocks.pop() as (x: Tensor) => Tensor;
    const lastStage = (tokens: Tensor): LastStage => {
      const tap = build.tap(`stage${params.depth}`, last(tokens));
      const normed = norm(tap);
      const features = ops.globalAveragePool(normed);
      return { tap, normed, embedding: features, logits: head(features) as Tensor2D };
    };
    return {
      taps: Object.fromEntries(['stem', ...names].map((name) => [name, shape])),
      embedding: width,
      lastStage,
      forward(images) {
        let x: Tensor = build.tap('stem', ops.add(ops.reshape(embed(images), [-1, ...shape]), positions));
        const seen: Record<string, Tensor> = { stem: x };
        blocks.forEach((run, i) => {
          const name = `stage${i + 1}`;
          seen[name] = x = build.tap(name, run(x));
        });
        const { tap, normed, embedding, logits } = lastStage(x);
        return { taps: { ...seen, [`stage${params.depth}`]: tap }, normed, embedding, logits };
      },
    };
  },
});
