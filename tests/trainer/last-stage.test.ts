/** A method that sends student features through the frozen teacher, on the real lane and the real teacher pass. */
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { AnyValues } from '../../src/core/params';
import { methods } from '../../src/methods/index';
import { keepOutput, tensorsOf } from '../../src/trainer/outputs';
import { Shared } from '../../src/trainer/shared';
import { BATCH, bitsOf, dataset, network, run } from './support';

const TEACHERS: [string, AnyValues][] = [
  ['hvit', { width: 8, blocks: 1, heads: '2' }],
  ['cnn', { width: 4, blocks: 2 }],
];

describe('the last stage of a frozen teacher', () => {
  it.each(TEACHERS)('is not changed by a run: %s', async (id, params) => {
    const teacher = network(id, params, 'teacher');
    const before = await bitsOf(teacher);
    const { student, lane } = await run(
      methods.get('scalekd'),
      teacher,
      { alpha: 0, a0: 1, a1: 1 },
      { steps: 2 },
    );
    expect(await bitsOf(teacher)).toEqual(before);
    const start = await bitsOf(network('cnn', { width: 4, blocks: 2 }, 'student'));
    const end = await bitsOf(student);
    for (const name of student.build.weights.keys()) expect(end[name], name).not.toBe(start[name]);
    lane.dispose();
  });

  it('needs no pass of the teacher where its answers are kept, and learns the same', async () => {
    const teacher = network(...TEACHERS[0]!, 'teacher');
    const train = (keeps: boolean) => run(methods.get('scalekd'), teacher, {}, { steps: 3, keeps });
    const [kept, asked] = [await train(true), await train(false)];
    expect(kept.needed).toMatchObject({ 'shared/teacher': false, 'shared/teacher as kept': true });
    expect(await bitsOf(kept.student)).toEqual(await bitsOf(asked.student));
  });

  it('behaves as in the pass that made the answer, and moves no statistics', async () => {
    const teacher = network('cnn', { width: 4, blocks: 2 }, 'teacher');
    const images = tidy(() => {
      const shared = new Shared(dataset, BATCH, undefined);
      shared.prepareStep(
        Int32Array.from({ length: BATCH }, (_, i) => i),
        0,
      );
      for (const segment of shared.segments()) segment.run();
      return shared.batch().images.clone();
    });
    const before = await bitsOf(teacher);
    tidy(() => {
      const inTraining = teacher.forward(images, true, false);
      const frozen = teacher.forward(images, false);
      for (const answer of [inTraining, frozen]) {
        const end = answer.lastStage!(answer.taps['stage1']!);
        expect(end.tap.dataSync()).toEqual(answer.taps['stage2']!.dataSync());
      }
      expect(inTraining.logits.dataSync()).not.toEqual(frozen.logits.dataSync());
    });
    expect(await bitsOf(teacher)).toEqual(before);
  });

  it('travels with answers that are kept for other lanes', () => {
    const teacher = network(...TEACHERS[0]!, 'teacher');
    const images = tidy(() => {
      const shared = new Shared(dataset, BATCH, undefined);
      for (const segment of shared.segments()) segment.run();
      return shared.batch().images.clone();
    });
    const kept = keepOutput(teacher.forward(images, false));
    expect(tensorsOf(kept)).toHaveLength(2 + Object.keys(kept.taps).length + 1);
    for (const tensor of tensorsOf(kept)) expect(tensor.isDisposed).toBe(false);
    tidy(() => {
      const end = kept.lastStage!(kept.taps['stage1']!);
      expect(end.normed.dataSync()).toEqual(kept.normed!.dataSync());
    });
    for (const tensor of tensorsOf(kept)) tensor.dispose();
  });
});
