import type { Build, Layer, Shape, Tensor } from '../engine/types';
import { defineModel, integer, stagedNet } from './kit';

/** 3x3 depthwise convolution, then a 1x1 convolution, each with batch norm and ReLU. */
function separable(build: Build, name: string, input: Shape, width: number, stride: number): Layer {
  const depth = build.depthwise(`${name}/depthwise`, input, { stride });
  const norm1 = build.batchNorm(`${name}/norm1`, depth.out, { relu: true });
  const point = build.conv(`${name}/pointwise`, depth.out, width, { kernel: 1 });
  const norm2 = build.batchNorm(`${name}/norm2`, point.out, { relu: true });
  return Object.assign((x: Tensor): Tensor => norm2(point(norm1(depth(x)))), { out: point.out });
}

/** Depthwise separable net: Howard et al. 2017, section 3.1; the stem has stride 1, as the images are small. */
export default defineModel({
  id: 'mobile',
  name: 'MobileNet',
  summary: 'Depthwise separable convolutions: many layers for few multiplications.',
  paper: {
    title: 'MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications',
    year: 2017,
    url: 'https://arxiv.org/abs/1704.04861',
  },
  params: {
    width: integer('Channels of the first stage', 16, { min: 4, max: 64, step: 4, source: 'ours' }),
    stages: integer('Stages', 3, { min: 1, max: 4, source: 'ours' }),
    blocks: integer('Blocks per stage', 2, { min: 1, max: 6, source: 'ours' }),
  },
  sizes: { teacher: { width: 32, stages: 3, blocks: 2 }, student: { width: 8, stages: 3, blocks: 1 } },
  build(build, ops, input, params) {
    return stagedNet(build, ops, input, params, (name, shape, channels, stride) =>
      separable(build, name, shape, channels, stride),
    );
  },
});
