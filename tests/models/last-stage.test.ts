import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import { ops } from '../../src/engine/ops';
import type { Tensor, Tensor4D } from '../../src/engine/types';
import vit from '../../src/models/vit';

function make(depth: number) {
  const build = new NetworkBuild(5, 'last-stage');
  const params = { ...defaults(vit.params), width: 8, depth, heads: '2' as const };
  const body = vit.build(build, ops, { image: [8, 8, 1], classes: 3 }, params);
  const x = tf.randomNormal([2, 8, 8, 1], 0, 1, 'float32', 6) as Tensor4D;
  return { build, body, x };
}

describe('the last stage of the vit', () => {
  it.each([
    [1, 'stem'],
    [3, 'stage2'],
  ])('continues a network of depth %i from %s as the network does', (depth, before) => {
    const { build, body, x } = make(depth);
    tf.tidy(() => {
      const { taps, embedding, logits } = body.forward(x);
      const end = body.lastStage!(taps[before]!);
      expect(end.tap.dataSync()).toEqual(taps[`stage${depth}`]!.dataSync());
      expect(end.embedding.dataSync()).toEqual(embedding.dataSync());
      expect(end.logits.dataSync()).toEqual(logits.dataSync());
      expect(end.normed.shape).toEqual(end.tap.shape);
      expect(ops.globalAveragePool(end.normed).dataSync()).toEqual(embedding.dataSync());
    });
    build.dispose();
  });

  it('passes gradients to what it is given', () => {
    const { build, body, x } = make(2);
    tf.tidy(() => {
      const tokens = body.forward(x).taps['stage1']!;
      const slope = tf.grad((t: Tensor) => tf.sum(tf.square(body.lastStage!(t).logits)))(tokens);
      const rows = tf.max(tf.abs(slope), 2).dataSync();
      expect(Math.min(...rows)).toBeGreaterThan(0);
    });
    build.dispose();
  });
});
