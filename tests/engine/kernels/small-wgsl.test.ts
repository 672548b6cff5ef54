/** The text of kernels that are called by the engine itself, for one shape each. */
import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import type { Answers } from '../../../src/engine/kernels/batch-accuracy';
import { registerCast } from '../../../src/engine/kernels/cast';
import { registerExtremes } from '../../../src/engine/kernels/extremes';
import { gatherText } from '../../../src/engine/kernels/gather-parts';
import { ImageStore } from '../../../src/engine/kernels/image-batch';
import { scatterInto } from '../../../src/engine/kernels/scatter-rows';
import { clipPrograms, program } from '../../../src/engine/optimizers';
import { writeRow } from '../../../src/engine/ring';
import { recorder, tensor } from './recorder';

const device = vi.hoisted(() => ({ current: undefined as unknown }));
vi.mock('../../../src/engine/gpu', async (original) => ({
  ...(await original<object>()),
  gpu: () => device.current,
}));
vi.stubGlobal('GPUBufferUsage', { STORAGE: 128 });

/** What `run` has dispatched. */
function textOf(run: (gpu: ReturnType<typeof recorder>['gpu']) => void): string {
  const { programs, gpu } = recorder();
  const queue = { writeBuffer: () => undefined };
  const limits = { maxStorageBuffersPerShaderStage: 8 };
  Object.assign(gpu, { createBuffer: () => ({ size: 64 }), device: { ...gpu.device, queue, limits } });
  device.current = gpu;
  run(gpu);
  return programs.map(({ label, code, groups }) => `// ${label} ${groups.join(' x ')}\n${code}`).join('\n\n');
}

const whole = (shape: readonly number[]): TensorInfo => ({ ...tensor(shape), dtype: 'int32' });
const pixels = {
  data: new Uint8Array(64),
  count: 1,
  shape: [4, 4, 3] as const,
  mean: [1, 2, 3],
  std: [4, 5, 6],
};

describe('WGSL of the engine', () => {
  it.each([undefined, { flip: true, crop: 2, cutout: 3, seed: 7 }])('batches of images, %o', (augment) => {
    const index = { values: new Int32Array(5), tensor: whole([5]) };
    const clock = { step: 0, input: { tensor: tensor([4]) } };
    const store = () => new ImageStore(pixels);
    expect(textOf(() => store().batch(index as never, clock as never, augment))).toMatchSnapshot();
    const labels = { all: whole([9]) as never, classes: 3 };
    expect(textOf(() => store().labelled(index as never, clock as never, augment, labels))).toMatchSnapshot();
  });

  it('a row of the curves, with the accuracy of a batch', () => {
    const answers = { logits: tensor([5, 3]), labels: whole([5]) } as unknown as Answers;
    const scalars = Array.from({ length: 7 }, () => tensor([]) as never);
    const place = { view: () => tensor([]) } as never;
    for (const row of [scalars.slice(0, 2), [scalars[0]!, answers, ...scalars]])
      expect(textOf((gpu) => writeRow(gpu, row, tensor([4]) as never, place))).toMatchSnapshot();
  });

  it('casts', () => {
    const text = textOf((gpu) => {
      registerCast(gpu);
      const params = { inputs: { x: whole([7]) }, backend: {}, attrs: { dtype: 'float32' } };
      getKernel('Cast', 'condenser').kernelFunc(params);
    });
    expect(text).toMatchSnapshot();
  });

  it.each(['Max', 'ArgMin'])('extremes, %s', (kernel) => {
    const text = textOf((gpu) => {
      registerExtremes(gpu);
      const params = {
        inputs: { x: tensor([4, 7, 3]) },
        backend: {},
        attrs: { axis: 1, reductionIndices: 1 },
      };
      getKernel(kernel, 'condenser').kernelFunc(params);
    });
    expect(text).toMatchSnapshot();
  });

  it('rows written into a table', () => {
    const [table, rows] = [tensor([9, 8]), tensor([5, 8])];
    expect(
      textOf((gpu) => scatterInto(gpu, table as never, whole([5]) as never, rows as never)),
    ).toMatchSnapshot();
  });

  it('parts gathered and added up', () => {
    const [a, b] = [tensor([100]), tensor([200])];
    const parts = [
      { tensor: a, size: 64, offset: 0 },
      { tensor: b, size: 12, offset: 64, splits: 3, stride: 16 },
      { tensor: b, size: 3, offset: 128, splits: 3, stride: 16, start: 12 },
    ];
    expect(gatherText(parts).code).toMatchSnapshot();
    expect(gatherText(parts.map((part) => ({ ...part, size: 5 }))).code).toMatchSnapshot();
  });

  it.each(['sgd', 'adam', 'adamw'] as const)('optimiser %s', (kind) => {
    expect(program(kind, true, true, 100)).toMatchSnapshot();
    expect(clipPrograms(100)).toMatchSnapshot();
  });
});
