/** A lane with several small students and no teacher, on the CPU, step by step. */
import { tidy } from '@tensorflow/tfjs-core';
import { type AnyValues, defaults } from '../../src/core/params';
import type { AnyMethod } from '../../src/methods/index';
import { ready } from '../../src/share/catalogue';
import { tasks } from '../../src/tasks/index';
import { Evaluator } from '../../src/trainer/evaluate';
import { Lane } from '../../src/trainer/lane';
import { makePass } from '../../src/trainer/pass';
import { factsOf } from '../../src/trainer/plan';
import { Shared } from '../../src/trainer/shared';
import { BATCH, dataset, network } from './support';

const SIZES: Readonly<Record<string, AnyValues>> = {
  cnn: { width: 2, blocks: 1 },
  mobile: { width: 4, stages: 1 },
  vit: { width: 8, depth: 1, heads: '2' },
};

export interface Peers {
  readonly students: number;
  readonly model: string;
  readonly params?: AnyValues;
  readonly totalSteps?: number;
}

/** Ready for its first step, `prepare` excepted. */
export function peers(method: AnyMethod, { students, model, params, totalSteps = 4 }: Peers) {
  const shared = new Shared(dataset, BATCH, undefined);
  const scopes = Array.from({ length: students }, (_, i) => `student ${i + 1}`);
  const lane = new Lane({
    id: 'student/1',
    method,
    params: { ...defaults(method.params), ...params },
    seed: 1,
    students: scopes.map((scope) => network(model, SIZES[model] ?? {}, scope)),
    frozenTeacher: undefined,
    ownTeachers: [],
    optimizer: ready.students[0]!.optimizer,
    teacherOptimizer: ready.teacher.optimizer,
    task: tasks.get('classification'),
    facts: factsOf(dataset),
    samples: dataset.splits.train.count,
    totalSteps,
    stepsPerEpoch: totalSteps,
  });
  const evaluator = new Evaluator(dataset);
  const pass = makePass(dataset, undefined, evaluator, lane);
  lane.midway = pass;
  const rows = Int32Array.from({ length: BATCH }, (_, i) => i);
  const step = async (n: number) => {
    shared.prepareStep(rows, n);
    await lane.turn();
    lane.prepareStep();
    tidy(() => {
      for (const segment of shared.segments()) segment.run();
      lane.run(shared.batch());
    });
    lane.step = n + 1;
  };
  const dispose = () => {
    lane.dispose();
    shared.dispose();
    evaluator.dispose();
  };
  return { lane, pass, step, dispose };
}
