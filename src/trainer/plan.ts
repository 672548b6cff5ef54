/** From a configuration to networks and lanes. */
import type { Choice, Config } from '../core/config';
import { hash, hashText } from '../core/rng';
import { stepsPerEpoch } from '../data/batches';
import type { Dataset } from '../data/dataset';
import type { Augment } from '../engine/kernels/image-batch';
import { methods } from '../methods/index';
import { models } from '../models/index';
import type { ModelInput } from '../models/kit';
import { tasks } from '../tasks/index';
import type { Learner } from '../worker/protocol';
import { Lane } from './lane';
import { Network } from './network';

export const TEACHER = 'teacher';

export const inputOf = ({ shape, classNames }: Dataset): ModelInput => ({
  image: [shape.height, shape.width, shape.channels],
  classes: classNames.length,
});

export const epochSteps = (config: Config, dataset: Dataset): number =>
  stepsPerEpoch(dataset.splits.train.count, config.training.batchSize);

export function augmentOf({ training, seeds }: Config): Augment | undefined {
  const { flip, crop, cutout } = training;
  if (!flip && crop === 0 && cutout === 0) return undefined;
  return { flip, crop, cutout, seed: hash(seeds[0] ?? 1, hashText('augment')) };
}

const sizeText = (choice: Choice): string => {
  const model = models.get(choice.id);
  return `${model.name} ${Object.values(choice.params).join('/')}`;
};

/** How the page knows a lane. */
export function learnerOf(lane: Lane): Learner {
  const { id, method, seed, students, totalSteps } = lane.options;
  const key = id.split('/')[0]!;
  const student = students[0]!;
  const terms = lane.termKeys.map((term) => ({ key: term, label: lane.terms[term]! }));
  return {
    id,
    key,
    seed,
    label: key === TEACHER ? 'Teacher' : method.name,
    method: method.id,
    model: sizeText(student.choice),
    parameters: lane.parameters,
    multiplyAdds: student.build.multiplyAdds,
    terms,
    steps: totalSteps,
  };
}

/** The teacher as a lane of its own: plain supervised training. */
export function teacherLane(config: Config, dataset: Dataset, network: Network, beside: boolean): Lane {
  const method = methods.get('labels-only');
  const perEpoch = epochSteps(config, dataset);
  const { optimizer, epochs } = config.teacher;
  return new Lane({
    id: TEACHER,
    method,
    params: Object.fromEntries(
      Object.entries(method.params).map(([k, p]) => [k, (p as { default: number }).default]),
    ),
    seed: config.seeds[0] ?? 1,
    students: [network],
    frozenTeacher: undefined,
    ownTeacher: undefined,
    optimizer,
    teacherOptimizer: optimizer,
    task: tasks.get(config.task),
    classes: dataset.classNames.length,
    samples: dataset.splits.train.count,
    totalSteps: perEpoch * (beside ? config.training.epochs : epochs),
    stepsPerEpoch: perEpoch,
    publishes: beside,
  });
}

/** One lane per student and seed. Networks of equal model and seed start from equal weights. */
export function studentLanes(config: Config, dataset: Dataset, teacher: Network | undefined): Lane[] {
  const input = inputOf(dataset);
  const perEpoch = epochSteps(config, dataset);
  return config.students.flatMap((student) =>
    config.seeds.map((seed) => {
      const method = methods.get(student.method.id);
      const { params } = student.method;
      const peers = Math.max(1, method.roles?.peers?.(params) ?? 1);
      const network = (i: number) =>
        new Network(student.model, input, seed, i === 0 ? 'student' : `student ${i + 1}`);
      const learns = method.roles?.teacher === 'learns';
      return new Lane({
        id: `${student.key}/${seed}`,
        method,
        params,
        seed,
        students: Array.from({ length: peers }, (_, i) => network(i)),
        frozenTeacher: teacher,
        ownTeacher: learns ? new Network(config.teacher.model, input, seed, TEACHER) : undefined,
        optimizer: student.optimizer,
        teacherOptimizer: config.teacher.optimizer,
        task: tasks.get(config.task),
        classes: input.classes,
        samples: dataset.splits.train.count,
        totalSteps: perEpoch * config.training.epochs,
        stepsPerEpoch: perEpoch,
      });
    }),
  );
}
