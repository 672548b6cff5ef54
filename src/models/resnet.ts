import type { Build, Layer, Shape, Tensor } from '../engine/types';
import { defineModel, integer, stagedNet } from './kit';

/** Two 3x3 convolutions; the shortcut is a 1x1 projection where the shape changes. */
function basicBlock(build: Build, name: string, input: Shape, width: number, stride: number): Layer {
  const first = build.conv(`${name}/conv1`, input, width, { stride });
  const norm1 = build.batchNorm(`${name}/norm1`, first.out, { relu: true });
  const second = build.conv(`${name}/conv2`, first.out, width);
  const norm2 = build.batchNorm(`${name}/norm2`, second.out, { relu: true });
  const changes = stride !== 1 || input.at(-1) !== width;
  const project = changes ? build.conv(`${name}/project`, input, width, { kernel: 1, stride }) : undefined;
  const normP = project && build.batchNorm(`${name}/normP`, project.out);
  const run = (x: Tensor): Tensor => norm2(second(norm1(first(x))), project && normP ? normP(project(x)) : x);
  return Object.assign(run, { out: second.out });
}

/** Residual net for small images: He et al. 2016, section 4.2, with projection shortcuts (their option B). */
export default defineModel({
  id: 'resnet',
  name: 'ResNet',
  summary: 'Convolutions with shortcuts in three stages, as used on CIFAR.',
  paper: {
    title: 'Deep Residual Learning for Image Recognition',
    year: 2016,
    url: 'https://arxiv.org/abs/1512.03385',
  },
  params: {
    depth: integer('Depth (6n + 2)', 8, {
      min: 8,
      max: 56,
      step: 6,
      source: 'paper',
      help: 'Layers with weights on the main path; other values are rounded to the nearest 6n + 2.',
    }),
    width: integer('Channels of the first stage', 16, { min: 4, max: 64, step: 4, source: 'paper' }),
  },
  sizes: { teacher: { depth: 14, width: 16 }, student: { depth: 8, width: 4 } },
  build(build, ops, input, { depth, width }) {
    const blocks = Math.max(1, Math.round((depth - 2) / 6));
    return stagedNet(build, ops, input, { width, stages: 3, blocks }, (name, shape, channels, stride) =>
      basicBlock(build, name, shape, channels, stride),
    );
  },
});
