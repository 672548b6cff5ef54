/** A small lane on the CPU, with the trainer's own parts. */
import { tidy } from '@tensorflow/tfjs-core';
import { type AnyValues, defaults } from '../../src/core/params';
import { builtins } from '../../src/data/index';
import { prepare } from '../../src/data/prepare';
import type { AnyMethod } from '../../src/methods/index';
import { models } from '../../src/models/index';
import { ready } from '../../src/share/catalogue';
import { tasks } from '../../src/tasks/index';
import { Evaluator } from '../../src/trainer/evaluate';
import { Lane } from '../../src/trainer/lane';
import { Network } from '../../src/trainer/network';
import { ownTeachers } from '../../src/trainer/own-teachers';
import { makePass } from '../../src/trainer/pass';
import { factsOf, inputOf } from '../../src/trainer/plan';
import { Shared } from '../../src/trainer/shared';

export const BATCH = 2;
const glyphs = builtins.get('glyphs');
export const dataset = prepare(glyphs.generate({ ...defaults(glyphs.params), count: 80 }, 1, 8), ready.data);

export const network = (id: string, params: AnyValues, scope: string): Network => {
  const all = { ...defaults(models.get(id).params), ...params };
  return new Network({ id, params: all }, inputOf(dataset), 1, scope);
};

/** Weights and statistics bit by bit, as text: quick to compare. */
export const bitsOf = async (net: Network): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await net.save()).map(([name, values]) => [
      name,
      Buffer.from(values.buffer).toString('hex'),
    ]),
  );

/**
 * The first `steps` steps of one lane beside a frozen teacher, eagerly.
 * @param of steps of the whole lane. @param keeps the teacher's answers are kept where that can be.
 */
export async function run(
  card: AnyMethod,
  teacher: Network,
  params: AnyValues,
  {
    steps,
    of = steps,
    keeps = false,
    before,
  }: {
    steps: number;
    of?: number;
    keeps?: boolean;
    before?: (lane: Lane, step: number) => Promise<void>;
  },
) {
  const student = network('cnn', { width: 4, blocks: 2 }, 'student');
  const facts = factsOf(dataset);
  const all = { ...defaults(card.params), ...params };
  const own = ownTeachers(card, all, facts, { model: teacher.choice, input: inputOf(dataset), seed: 1 });
  const shared = new Shared(dataset, BATCH, undefined);
  shared.freeze(teacher, keeps);
  const lane = new Lane({
    id: 'student/1',
    method: card,
    params: all,
    seed: 1,
    students: [student],
    frozenTeacher: teacher,
    ownTeachers: own,
    optimizer: ready.students[0]!.optimizer,
    teacherOptimizer: ready.teacher.optimizer,
    task: tasks.get('classification'),
    facts,
    samples: dataset.splits.train.count,
    totalSteps: of,
    stepsPerEpoch: of,
  });
  lane.midway = makePass(dataset, teacher, new Evaluator(dataset), lane);
  lane.memory = await card.prepare?.(lane.midway, lane.params);
  const segments = shared.segments();
  for (let step = 0; step < steps; step++) {
    const rows = Int32Array.from(
      { length: BATCH },
      (_, i) => (i + step * BATCH) % dataset.splits.train.count,
    );
    shared.prepareStep(rows, step);
    await lane.turn();
    lane.prepareStep();
    await before?.(lane, step);
    tidy(() => {
      for (const segment of segments) if (segment.needed?.() ?? true) segment.run();
      lane.run(shared.batch());
    });
    lane.step = step + 1;
    await shared.keepAnswers(Number.POSITIVE_INFINITY, () => {});
  }
  const needed = Object.fromEntries(segments.map(({ id, needed }) => [id, needed?.() ?? true]));
  return { student, needed, lane };
}
