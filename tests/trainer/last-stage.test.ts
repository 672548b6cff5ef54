/** A method that sends student features through the frozen teacher, on the real lane and the real teacher pass. */
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import { builtins } from '../../src/data/index';
import { prepare } from '../../src/data/prepare';
import { methods } from '../../src/methods/index';
import { models } from '../../src/models/index';
import { ready } from '../../src/share/catalogue';
import { tasks } from '../../src/tasks/index';
import { Lane } from '../../src/trainer/lane';
import { Network } from '../../src/trainer/network';
import { keepOutput, tensorsOf } from '../../src/trainer/outputs';
import { inputOf } from '../../src/trainer/plan';
import { Shared } from '../../src/trainer/shared';

const BATCH = 2;
const glyphs = builtins.get('glyphs');
const dataset = prepare(glyphs.generate({ ...defaults(glyphs.params), count: 80 }, 1, 8), ready.data);

const network = (id: string, params: AnyValues, scope: string): Network => {
  const all = { ...defaults(models.get(id).params), ...params };
  return new Network({ id, params: all }, inputOf(dataset), 1, scope);
};

/** Weights and statistics bit by bit, as text: quick to compare. */
const bitsOf = async (net: Network): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await net.save()).map(([name, values]) => [
      name,
      Buffer.from(values.buffer).toString('hex'),
    ]),
  );

/** Steps of one lane beside a frozen teacher, eagerly. `logits`: the teacher's answers are kept for every image. */
function run(method: string, teacher: Network, params: AnyValues, steps: number, logits?: Float32Array) {
  const student = network('cnn', { width: 4, blocks: 2 }, 'student');
  const shared = new Shared(dataset, BATCH, undefined);
  shared.freeze(teacher, logits);
  const card = methods.get(method);
  const lane = new Lane({
    id: 'student/1',
    method: card,
    params: { ...defaults(card.params), ...params },
    seed: 1,
    students: [student],
    frozenTeacher: teacher,
    ownTeacher: undefined,
    optimizer: ready.students[0]!.optimizer,
    teacherOptimizer: ready.teacher.optimizer,
    task: tasks.get('classification'),
    classes: dataset.classNames.length,
    samples: dataset.splits.train.count,
    totalSteps: steps,
    stepsPerEpoch: steps,
  });
  const segments = shared.segments();
  for (let step = 0; step < steps; step++) {
    const rows = Int32Array.from(
      { length: BATCH },
      (_, i) => (i + step * BATCH) % dataset.splits.train.count,
    );
    shared.prepareStep(rows, step);
    lane.prepareStep();
    tidy(() => {
      for (const segment of segments) if (segment.needed?.() ?? true) segment.run();
      lane.run(shared.batch());
    });
    lane.step = step + 1;
  }
  const needed = Object.fromEntries(segments.map(({ id, needed }) => [id, needed?.() ?? true]));
  return { student, needed, lane };
}

const TEACHERS: [string, AnyValues][] = [
  ['hvit', { width: 8, blocks: 1, heads: '2' }],
  ['cnn', { width: 4, blocks: 2 }],
];

describe('the last stage of a frozen teacher', () => {
  it.each(TEACHERS)('is not changed by a run: %s', async (id, params) => {
    const teacher = network(id, params, 'teacher');
    const before = await bitsOf(teacher);
    const { student, lane } = run('scalekd', teacher, { alpha: 0, a0: 1, a1: 1 }, 2);
    expect(await bitsOf(teacher)).toEqual(before);
    const start = await bitsOf(network('cnn', { width: 4, blocks: 2 }, 'student'));
    const end = await bitsOf(student);
    for (const name of student.build.weights.keys()) expect(end[name], name).not.toBe(start[name]);
    lane.dispose();
  });

  it('makes the whole teacher pass needed, also where its answers are kept', () => {
    const kept = new Float32Array(dataset.splits.train.count * dataset.classNames.length);
    const teacher = network(...TEACHERS[0]!, 'teacher');
    const inside = run('scalekd', teacher, {}, 2, kept);
    expect(inside.needed).toMatchObject({ 'shared/teacher': true, 'shared/teacher logits': true });
    const answers = run('kd', teacher, {}, 2, kept);
    expect(answers.needed).toMatchObject({ 'shared/teacher': false, 'shared/teacher logits': true });
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
