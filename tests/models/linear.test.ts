/** Every dense and convolution layer says truly what another kernel would make of its input. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import { ops } from '../../src/engine/ops/index';
import type { Tensor, Tensor4D } from '../../src/engine/types';
import { models } from '../../src/models/index';
import { DrawnBuild } from '../../src/share/graph/build';
import { drawnOps } from '../../src/share/graph/ops';
import { normal } from '../methods/support';

const INPUT = { image: [9, 8, 1], classes: 3 };

it.each(models.all.map((model) => [model.id, model] as const))('%s', async (_, model) => {
  const params = { ...defaults(model.params), ...model.sizes.student } as AnyValues;
  const build = new NetworkBuild(1, 'student');
  const body = model.build(build, ops, INPUT, params);
  build.training = false;
  for (const [name, bias] of build.weights)
    if (name.endsWith('/bias')) bias.assign(tf.add(bias, 0.3) as typeof bias);
  const errors = new Map<string, number>();
  tf.tidy(() => {
    const layer = (name: string, x: Tensor, y: Tensor): Tensor => {
      const linear = build.linear.get(name);
      if (!linear) return y;
      const { kernel, bias, inputs, outputs } = linear;
      const z = linear.apply(x, tf.reshape(build.weights.get(kernel)!, [inputs, outputs]));
      const again = bias ? tf.add(z, build.weights.get(bias)!) : z;
      expect(again.shape).toEqual(y.shape);
      errors.set(name, tf.max(tf.abs(tf.sub(again, y))).dataSync()[0]!);
      return y;
    };
    build.hooks = { layer };
    body.forward(normal([2, ...INPUT.image]) as Tensor4D);
  });
  expect([...errors.keys()].sort()).toEqual([...build.linear.keys()].sort());
  expect(Math.max(...errors.values())).toBeLessThan(1e-5);
  expect(errors.has('head')).toBe(true);
  expect(build.linear.get('head')!.outputs).toBe(INPUT.classes);
  const drawn = new DrawnBuild();
  model.build(drawn, drawnOps, INPUT, params);
  const described = (of: NetworkBuild | DrawnBuild) =>
    [...of.linear].map(([name, { apply: _apply, ...matrix }]) => [name, matrix]);
  expect(described(drawn)).toEqual(described(build));
  build.dispose();
});
