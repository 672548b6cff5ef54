import { expect, it, vi } from 'vitest';
import type { Table, Tensor1D } from '../../src/engine/types';
import type { AnyMethod } from '../../src/methods/index';
import { defineMethod } from '../../src/methods/kit';
import { Evaluator } from '../../src/trainer/evaluate';
import type { Lane } from '../../src/trainer/lane';
import { Reviews } from '../../src/trainer/reviews';
import { bitsOf, dataset, network, run } from './support';

const OUTPUTS = [3, 2];

/** Two teachers that learn the first classes and one of all others; the student then copies the tabled first. */
const card = defineMethod({
  id: 'two-teachers',
  name: 'Two teachers',
  family: 'multi-teacher',
  summary: '',
  formula: '',
  fidelity: 'adapted',
  deviations: '',
  params: {},
  terms: { loss: 'Loss' },
  roles: {
    teacher: 'none',
    teachers: (_, { classes }) =>
      OUTPUTS.map((outputs) => ({ name: `of ${outputs} in ${classes}`, outputs })),
  },
  phases: () => ({
    teach: { label: 'Teachers', share: 0.5, trains: ['teacher'] },
    learn: { label: 'Student', share: 0.5, trains: ['student'] },
  }),
  prepare: ({ table, samples }): { answers: Table } => ({ answers: table(samples, OUTPUTS[0]!) }),
  async begin(phase, pass, memory) {
    if (phase === 'learn') memory.answers.fill((await pass.ownTeacherOutputs())[0]!);
  },
  async review({ ownTeacherOutputs, phase }) {
    const data = (await ownTeacherOutputs()).map(({ length }) => length);
    return { sizes: { shape: phase === 'learn' ? [data.length] : [], data } };
  },
  losses({ ops, phase, teachers, student, labels, memory, index }) {
    if (phase === 'teach') {
      const each = teachers.map(({ logits }, i) => {
        const own = ops.cast(ops.minimum(labels, OUTPUTS[i]! - 1), 'int32') as Tensor1D;
        return ops.crossEntropy(logits, ops.oneHot(own, OUTPUTS[i]!));
      });
      return { loss: ops.add(each[0]!, each[1]!) };
    }
    const some = ops.slice(student.logits, [0, 0], [-1, OUTPUTS[0]!]);
    return { loss: ops.mean(ops.square(ops.sub(some, memory.answers.read(index)))) };
  },
}) as AnyMethod;

it('own teachers learn in their phases, answer between them, and cost nothing where nobody reads them', async () => {
  const states: Record<string, string>[][] = [];
  const spies: ReturnType<typeof vi.spyOn>[] = [];
  const before = async (lane: Lane, step: number) => {
    const networks = [lane.options.students[0]!, ...lane.options.ownTeachers.map((own) => own.network)];
    states.push(await Promise.all(networks.map(bitsOf)));
    if (step === 3) spies.push(...lane.options.ownTeachers.map((own) => vi.spyOn(own.network, 'forward')));
  };
  const teacher = network('cnn', { width: 4, blocks: 2 }, 'teacher');
  const { lane } = await run(card, teacher, {}, { steps: 6, before });
  const { ownTeachers } = lane.options;
  expect(ownTeachers.map(({ name }) => name)).toEqual(['of 3 in 10', 'of 2 in 10']);
  expect(ownTeachers.map((own) => own.network.input.classes)).toEqual(OUTPUTS);
  const [start, middle, end] = [states[0]!, states[3]!, states[5]!];
  expect(middle[0]).toEqual(start[0]);
  expect(end[0]).not.toEqual(start[0]);
  for (const i of [1, 2]) {
    expect(middle[i]).not.toEqual(start[i]);
    expect(end[i]).toEqual(middle[i]);
  }
  expect(start[1]).not.toEqual(start[2]);
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  const outputs = await lane.midway!.ownTeacherOutputs();
  expect(outputs.map(({ length }) => length)).toEqual(OUTPUTS.map((n) => n * dataset.splits.train.count));
  // The answers to the validation images are asked once while the teachers rest.
  const reviews = new Reviews(new Evaluator(dataset), dataset);
  const logits = new Float32Array(dataset.splits.validation.count * 10);
  const drawn = await reviews.of(lane, logits);
  expect(await reviews.of(lane, logits)).toEqual(drawn);
  const { count } = dataset.splits.validation;
  expect(drawn).toMatchObject([{ key: 'sizes', shape: [2], data: Float32Array.of(3 * count, 2 * count) }]);
  for (const spy of spies) expect(spy).toHaveBeenCalledTimes(2);
  const { answers } = lane.memory as { answers: { values: { dataSync(): Float32Array } } };
  expect([...answers.values.dataSync()]).toEqual([...outputs[0]!]);
});
