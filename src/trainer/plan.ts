/** From a configuration to networks and lanes. */
import type { Choice, Config, OptimizerValues } from '../core/config';
import { defaults } from '../core/params';
import { hash, hashText } from '../core/rng';
import type { Dataset, Pool } from '../data/dataset';
import { drawsOf } from '../data/regimes/index';
import { datasetTasks } from '../data/subset';
import type { Augment } from '../engine/kernels/image-batch';
import { type AnyMethod, asksPool, methods, refusalOf } from '../methods/index';
import type { ClassFacts } from '../methods/kit';
import { models } from '../models/index';
import type { ModelInput } from '../models/kit';
import { tasks } from '../tasks/index';
import type { Learner } from '../worker/protocol';
import type { PoolShare } from './contract';
import { Lane } from './lane';
import { Network } from './network';
import { type OwnNetwork, ownTeachers } from './own-teachers';
import type { Budget, RunData } from './regime';
import { type Kept, seatedIn } from './seats';

export const TEACHER = 'teacher';

export const inputOf = ({ shape, classNames }: Dataset): ModelInput => ({
  image: [shape.height, shape.width, shape.channels],
  classes: classNames.length,
});

/** What a method may know of the classes before it begins. */
export const factsOf = (dataset: Dataset): ClassFacts => ({
  classes: dataset.classNames.length,
  classNames: dataset.classNames,
  groups: dataset.groups ?? [],
  tasks: datasetTasks(dataset).map(({ name, classes }) => ({ name, classes })),
});

export function augmentOf({ training, seeds }: Config): Augment | undefined {
  const { flip, crop, cutout } = training;
  if (!flip && crop === 0 && cutout === 0) return undefined;
  return { flip, crop, cutout, seed: hash(seeds[0] ?? 1, hashText('augment')) };
}

const sizeText = (choice: Choice): string => {
  const model = models.get(choice.id);
  return `${model.name} ${Object.values(choice.params).join('/')}`;
};

const sizeOfTeacher = ({ name, network }: OwnNetwork): NonNullable<Learner['teachers']>[number] => ({
  name,
  parameters: network.parameters,
});

/** How the page knows a lane. @param classNames where they are not those of the data set. */
export function learnerOf(lane: Lane, classNames: readonly string[] | undefined): Learner {
  const { id, method, seed, students, ownTeachers, totalSteps } = lane.options;
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
    ...(ownTeachers.length ? { teachers: ownTeachers.map(sizeOfTeacher) } : {}),
    ...(classNames ? { classNames } : {}),
  };
}

/** Plain supervised training of one network, as a teacher or for a score. */
export function plainLane(
  config: Config,
  { dataset, id, network, seed, optimizer, budget, publishes = false }: PlainLane,
): Lane {
  const method = methods.get('labels-only');
  return new Lane({
    id,
    method,
    params: defaults(method.params),
    seed,
    students: [network],
    frozenTeacher: undefined,
    ownTeachers: [],
    optimizer,
    teacherOptimizer: optimizer,
    task: tasks.get(config.task),
    facts: factsOf(dataset),
    samples: dataset.splits.train.count,
    totalSteps: budget.stepsPerEpoch * budget.epochs,
    stepsPerEpoch: budget.stepsPerEpoch,
    publishes,
  });
}

export interface PlainLane {
  readonly dataset: Dataset;
  readonly id: string;
  readonly network: Network;
  readonly seed: number;
  readonly optimizer: OptimizerValues;
  readonly budget: Budget;
  readonly publishes?: boolean;
}

/** The teacher as a lane of its own. `beside`: it trains with the students, for as long as they do. */
export function teacherLane(config: Config, data: RunData, network: Network, beside: boolean): Lane {
  const { optimizer } = config.teacher;
  return plainLane(config, {
    dataset: data.teacher,
    id: TEACHER,
    network,
    seed: config.seeds[0] ?? 1,
    optimizer,
    budget: beside ? studentBudget(config, data) : teacherBudget(config, data),
    publishes: beside,
  });
}

export const teacherBudget = (config: Config, data: RunData): Budget =>
  data.budget(data.teacher, config.teacher.epochs);

export const studentBudget = (config: Config, data: RunData): Budget =>
  data.budget(data.students, config.training.epochs);

/** What a method sees of the images without labels: in place of a batch, or beside it. */
function poolShare(
  config: Config,
  method: AnyMethod,
  params: Choice['params'],
  found: Pool | undefined,
): PoolShare | undefined {
  const { images, pool } = method.roles ?? {};
  if (!asksPool(method) || !found) return undefined;
  const per = images === 'pool' ? 1 : (pool?.per?.(params) ?? 1);
  const rows = Math.max(1, Math.round(config.training.batchSize * per));
  return { count: found.count, tasks: found.tasks, rows };
}
/** Whether a teacher's classes are others than the students'. Of as many, a saved one is taken to know the same. */
export const knowsOthers = (data: RunData, teacher: Network): boolean =>
  data.sides !== undefined || teacher.input.classes !== data.full.classNames.length;

/**
 * One lane per student and seed. Networks of equal model and seed start from equal weights.
 * Throws where a method cannot be taught by a teacher of this kind, or a kept network cannot have its seat.
 */
export function studentLanes(
  config: Config,
  data: RunData,
  teacher: Network | undefined,
  kept: Kept = new Map(),
): Lane[] {
  const input = inputOf(data.full);
  const facts = factsOf(data.full);
  const { stepsPerEpoch, epochs } = studentBudget(config, data);
  const asks = config.students.some(({ method }) => asksPool(methods.get(method.id)));
  const unlabelled = asks ? data.pool : undefined;
  const otherClasses = teacher !== undefined && knowsOthers(data, teacher);
  const hidden = drawsOf(config.regimes)?.draws.only;
  const around = { teacher: config.teacher.mode, pool: unlabelled !== undefined, hidden, otherClasses };
  for (const { method } of config.students) {
    const refusal = refusalOf(method, around);
    if (refusal) throw new Error(refusal);
  }
  return config.students.flatMap((student) =>
    config.seeds.map((seed) => {
      const method = methods.get(student.method.id);
      const { params } = student.method;
      const peers = Math.max(1, method.roles?.peers?.(params) ?? 1);
      const asked = { method, params, facts, members: student.members, kept };
      const seats = seatedIn(asked, { input, classNames: facts.classNames, model: student.model });
      const network = (i: number) =>
        seats?.students.get(i) ??
        new Network(student.model, input, seed, i === 0 ? 'student' : `student ${i + 1}`);
      const own = { model: config.teacher.model, input, seed, ...(seats ? { kept: seats.teachers } : {}) };
      const pool = poolShare(config, method, params, unlabelled);
      const alone = method.roles?.images === 'pool';
      return new Lane({
        id: `${student.key}/${seed}`,
        method,
        params,
        seed,
        students: Array.from({ length: peers }, (_, i) => network(i)),
        frozenTeacher: teacher,
        ownTeachers: ownTeachers(method, params, facts, own),
        ...(seats ? { fixed: seats.fixed } : {}),
        ...(seats?.guests.length ? { guests: seats.guests } : {}),
        optimizer: student.optimizer,
        teacherOptimizer: config.teacher.optimizer,
        task: tasks.get(config.task),
        facts,
        samples: alone ? (unlabelled?.count ?? 0) : data.students.splits.train.count,
        pool,
        numbers: data.full.numbers?.width,
        regime: data.facts,
        otherClasses,
        totalSteps: stepsPerEpoch * epochs,
        stepsPerEpoch,
      });
    }),
  );
}
