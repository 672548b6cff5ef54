/** Our engine: the product's own lanes, shared segments and executors on the nets of the benchmark. */
import { optimizerSchema } from '../../../src/core/config';
import { type AnyValues, defaults } from '../../../src/core/params';
import type { Dataset } from '../../../src/data/dataset';
import { boot } from '../../../src/engine/boot';
import { Executor, type Segment } from '../../../src/engine/executor';
import { formsText, tuningCounts } from '../../../src/engine/forms';
import { gpu } from '../../../src/engine/gpu';
import { NetworkBuild } from '../../../src/engine/layers';
import { ops } from '../../../src/engine/ops/index';
import { settle } from '../../../src/engine/sync';
import { readTensor, writeTensor } from '../../../src/engine/weights';
import { methods } from '../../../src/methods/index';
import { models } from '../../../src/models/index';
import type { Body, ModelInput } from '../../../src/models/kit';
import { tasks } from '../../../src/tasks/index';
import { Lane } from '../../../src/trainer/lane';
import type { Network } from '../../../src/trainer/network';
import { segmentOf } from '../../../src/trainer/segments';
import { Shared } from '../../../src/trainer/shared';
import type { Weights } from './nets';
import {
  BATCHES,
  CLASSES,
  dataOf,
  HEADS,
  imagesOf,
  MOBILE_BLOCKS,
  type Net,
  netOf,
  RATE,
  STAGES,
} from './nets';
import { plainCnn, plainMlp } from './plain';
import type { Trainer } from './types';

const TOTAL_STEPS = 1_000_000;
const inputOf = (net: Net): ModelInput => ({ image: net.image, classes: CLASSES });

/** The product's model where it is the net of the benchmark, else the one in `plain.ts`. */
function bodyOf(build: NetworkBuild, net: Net): Body {
  const input = inputOf(net);
  const model = (params: AnyValues): Body => models.get(net.kind).build(build, ops, input, params);
  if (net.kind === 'mlp') return plainMlp(build, ops, input, net.widths);
  if (net.kind === 'cnn') return plainCnn(build, ops, input, net.widths);
  if (net.kind === 'resnet') return model({ depth: 8, width: net.width });
  if (net.kind === 'mobile') return model({ width: net.width, stages: STAGES, blocks: MOBILE_BLOCKS });
  return model({ patch: net.patch, width: net.width, depth: net.depth, heads: String(HEADS) });
}

/** A network as the trainer knows it, with a body that is in no registry. */
function networkOf(net: Net, seed: number, weights?: Weights): Network {
  const build = new NetworkBuild(seed, 'benchmark');
  const body = bodyOf(build, net);
  for (const [name, variable] of weights ? build.entries() : []) {
    const given = weights?.[name];
    if (given) writeTensor(variable, given.values);
  }
  return {
    build,
    body,
    choice: { id: net.kind, params: {} },
    input: inputOf(net),
    parameters: build.parameters,
    removed: 0,
    shapes: { embedding: body.embedding, taps: body.taps },
    lastStage: () => undefined,
    forward(images, training, updateStatistics = training) {
      build.training = training;
      build.updateStatistics = updateStatistics;
      return body.forward(images);
    },
    save: () => Promise.reject(new Error('Not in a benchmark.')),
    load: () => {},
    change: () => Promise.reject(new Error('Not in a benchmark.')),
    set: () => {},
    dispose: () => build.dispose(),
  };
}

function datasetOf(net: Net): Dataset {
  const { pixels, labels, mean, std } = dataOf(net);
  const [height, width, channels] = net.image;
  const split = { pixels, labels, count: labels.length };
  return {
    name: 'benchmark',
    shape: { height, width, channels },
    classNames: Array.from({ length: CLASSES }, (_, i) => String(i)),
    splits: { train: split, validation: split, test: split },
    statistics: { mean, std },
    fingerprint: '0',
  };
}

function laneOf(net: Net, id: string, method: string, student: Network, teacher: Network | undefined): Lane {
  const optimizer = { ...defaults(optimizerSchema), rate: RATE, schedule: 'constant' as const };
  return new Lane({
    id,
    method: methods.get(method),
    params: defaults(methods.get(method).params),
    seed: 1,
    students: [student],
    frozenTeacher: teacher,
    ownTeachers: [],
    optimizer,
    teacherOptimizer: optimizer,
    task: tasks.get('classification'),
    facts: { classes: CLASSES, classNames: [], groups: [], tasks: [] },
    samples: imagesOf(net),
    totalSteps: TOTAL_STEPS,
    stepsPerEpoch: BATCHES,
  });
}

/** What a step is made of, before and after it is issued. */
interface Loop {
  readonly shared: Shared;
  readonly lanes: readonly Lane[];
  readonly sharedSegments: readonly Segment[];
  readonly laneSegments: readonly Segment[];
  readonly parameters: number;
  prepare(): void;
}

function loopOf(net: Net, shared: Shared, lanes: readonly Lane[], parameters: number): Loop {
  let step = 0;
  // The batches of an epoch lie all over the set.
  const spread = Math.floor(imagesOf(net) / (BATCHES * net.batch));
  return {
    shared,
    lanes,
    parameters,
    sharedSegments: shared.segments(),
    laneSegments: lanes.map((lane) => segmentOf(lane, shared)),
    prepare() {
      const first = (step % BATCHES) * net.batch;
      shared.prepareStep(
        Int32Array.from({ length: net.batch }, (_, i) => (first + i) * spread),
        step,
      );
      for (const lane of lanes) {
        lane.step = step;
        lane.prepareStep();
      }
      step++;
      for (const lane of lanes) lane.step = step;
    },
  };
}

/**
 * `students` lanes of the net. With `teacher`, a frozen net of the same size answers every batch (uncached, as
 * with augmentation) and the students learn from it by KD; without, they learn from the labels.
 */
export function makeLoop(net: Net, students: number, teacher: boolean, weights?: Weights): Loop {
  const shared = new Shared(datasetOf(net), net.batch, undefined);
  const frozen = teacher ? networkOf(net, 1000) : undefined;
  if (frozen) shared.freeze(frozen, false);
  const lanes = Array.from({ length: students }, (_, i) => {
    const student = networkOf(net, i + 1, weights);
    return laneOf(net, `student ${i + 1}`, frozen ? 'kd' : 'labels-only', student, frozen);
  });
  return loopOf(net, shared, lanes, lanes[0]?.parameters ?? frozen?.parameters ?? 0);
}

const problems: string[] = [];

/** Boots our backend, or stock ones for networks that are only read. */
export const bootOurs = (backend: 'condenser' | 'cpu') =>
  boot(backend, { lost: (m) => problems.push(m), uncaptured: (m) => problems.push(m) });

/** Throws what the device refused since the last call. */
export function checkDevice(): void {
  if (problems.length) throw new Error(problems.splice(0).join('\n'));
}

/** The loop of one student that learns from the labels, recorded and replayed. The device is booted. */
export function replayedLoop(net: Net): Required<Pick<Trainer, 'prepare' | 'step' | 'finish'>> {
  const loop = makeLoop(net, 1, false);
  const executor = new Executor(true, 'off');
  executor.arrange(loop.sharedSegments, loop.laneSegments);
  return { prepare: () => executor.prepare(), ...issued(loop, executor) };
}

/** Steps of a loop, and the wait for the loss of its first lane. */
function issued(loop: Loop, executor: Executor): Pick<Trainer, 'step' | 'finish'> {
  return {
    step() {
      loop.prepare();
      executor.step();
    },
    async finish() {
      const [lane] = loop.lanes;
      const rows = await lane?.ring.drain(lane.step);
      if (!lane) await settle(0);
      checkDevice();
      return rows?.at(-1)?.values[0];
    },
  };
}

/**
 * `ours`, `ours-eager`, `teacher` (forward alone), `k1`, `k3`, `k8` (students of one teacher, replayed), and
 * `k3-batched`, `k8-batched` (the same in shared dispatches).
 */
export async function makeOurs(engine: string, name: string, weights: Weights): Promise<Trainer> {
  await bootOurs('condenser');
  const [, students, batched] = /^k(\d+)(-batched)?$/.exec(engine) ?? [];
  const loop = makeLoop(
    netOf(name),
    engine === 'teacher' ? 0 : Number(students ?? 1),
    engine === 'teacher' || students !== undefined,
    students || engine === 'teacher' ? undefined : weights,
  );
  const executor = new Executor(engine !== 'ours-eager', batched ? 'on' : 'off');
  executor.arrange(loop.sharedSegments, loop.laneSegments);
  return {
    parameters: loop.parameters,
    prepare: () => executor.prepare(),
    forms() {
      const counts = tuningCounts();
      if (!counts) return `${formsText()}; nothing is measured on this adapter`;
      const { measured, skipped, milliseconds } = counts;
      return `${formsText()}; ${measured} measured in ${milliseconds.toFixed(0)} ms, no time for ${skipped}`;
    },
    ...issued(loop, executor),
  };
}

/** Initial weights of a net, for every engine alike. */
export async function makeWeights(name: string): Promise<Weights> {
  await bootOurs('cpu');
  const { build } = networkOf(netOf(name), 1);
  const entries = [...build.weights].map(async ([key, variable]) => [
    key,
    { shape: variable.shape, values: await readTensor(variable) },
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

export const deviceOf = () => {
  const device = gpu();
  if (!device) throw new Error('The profile needs the WebGPU backend.');
  return device;
};
