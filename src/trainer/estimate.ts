/**
 * The GPU memory of a run before any of it is taken: the run is set up and recorded on a device that only counts.
 */

import type { Config } from '../core/config';
import { bytes as bytesText } from '../core/format';
import type { Dataset } from '../data/dataset';
import { Executor } from '../engine/executor';
import { type Gpu, gpu } from '../engine/gpu';
import { nullDevice } from '../engine/null-device';
import { type Tally, tally } from '../engine/tally';
import type { Pass } from '../methods/kit';
import type { MemoryEstimate, SmallerSetup } from '../worker/protocol';
import type { Lane } from './lane';
import { nearest } from './nearest';
import { Parts, type SavedNetwork } from './parts';
import { makePass } from './pass';
import { studentBudget } from './plan';
import { draw } from './probes';
import { stepsOf } from './regime';
import type { Kept } from './seats';
import type { Shared } from './shared';

/** More than this is more than many graphics cards have to spare. WebGPU does not tell how much there is. */
const MUCH = 2e9;

type Part = keyof MemoryEstimate['parts'];
interface Stage {
  readonly bytes: number;
  /** The largest buffer up to the end of this stage. */
  readonly largest: number;
}

/** A memory as large as the real one: nobody trains on it. */
function blankMemory(pass: Pass, lane: Lane): unknown {
  const { method } = lane.options;
  return method.blank ? method.blank(pass, lane.given()) : method.prepare?.(pass, lane.params);
}

/** Everything a run holds, made in the order of a run; ended again when `dispose` is called. */
/** Networks that come with their weights: a saved teacher, and kept members. */
export interface Forms {
  readonly saved?: SavedNetwork | undefined;
  readonly members?: Kept | undefined;
}

class Rehearsal {
  private readonly counted: Tally;
  private readonly parts: Parts;
  private readonly executor = new Executor(true);
  private last: Shared | undefined;
  readonly stages: Record<Part, Stage>;

  constructor(config: Config, dataset: Dataset, counted: Tally, { saved, members }: Forms) {
    this.counted = counted;
    const parts = new Parts(config, dataset, saved, members);
    this.parts = parts;
    const { data, students, teacherLane: own, before, online } = parts;
    const networks = this.stage(0);
    parts.evaluator.retrain(data.students, parts.pool && data.pool);
    const [taught, learning] = [parts.sharedOf(data.teacher), parts.sharedOf(data.students)];
    for (const lane of students)
      lane.memory = blankMemory(makePass(data.students, undefined, parts.evaluator, lane), lane);
    const images = this.stage(networks.bytes);
    const start = counted.bytes;
    if (own && !online) this.record(taught, [], [own]);
    const alone = this.stage(start);
    parts.teach(true);
    this.record(learning, before, students);
    learning.reserveAnswers(stepsOf(studentBudget(config, data)));
    for (const lane of students) this.draw(lane, learning);
    const beside = this.stage(start);
    const most = [alone, ...this.laterPhases(learning, before, students, start)].reduce(
      (a, b) => (b.bytes > a.bytes ? b : a),
      beside,
    );
    const step = { ...most, largest: counted.largest };
    const after = counted.bytes;
    parts.scores.reserve(parts.lanes);
    for (const { options } of students) if (options.method.begin) this.ask(options);
    this.stages = { networks, images, step, evaluation: this.stage(after) };
  }

  /** What the students' steps take in the phases after their first. */
  private laterPhases(
    shared: Shared,
    before: readonly Lane[],
    lanes: readonly Lane[],
    start: number,
  ): Stage[] {
    const most = Math.max(...lanes.map(({ spans }) => spans.length));
    return Array.from({ length: most - 1 }, (_, i) => i + 1).flatMap((phase) => {
      const turned = lanes.filter(({ spans }) => spans[phase] && spans[phase].start < spans[phase].end);
      for (const lane of turned) {
        const places = lane.groups.map(({ place }) => place);
        lane.goTo(0, phase, lane.params, places);
        this.executor.invalidate(lane.options.id);
      }
      if (turned.length === 0) return [];
      this.record(shared, before, lanes);
      return [this.stage(start)];
    });
  }

  /** What stays of asking a lane's networks about all training images between phases. */
  private ask({ students, ownTeachers }: Lane['options']): void {
    const { evaluator } = this.parts;
    const id = 'between phases';
    for (const network of [...students, ...ownTeachers.map((own) => own.network)]) {
      evaluator.reserve({ id, predict: (images) => network.forward(images, false).logits }, 'train');
      evaluator.forget(id);
    }
  }

  private stage(before: number): Stage {
    return { bytes: this.counted.bytes - before, largest: this.counted.largest };
  }

  private record(shared: Shared, before: readonly Lane[], lanes: readonly Lane[]): void {
    // Segments of all data sets have the same names.
    if (this.last !== shared) this.executor.invalidate();
    this.last = shared;
    const segment = (lane: Lane) => ({ id: lane.options.id, run: () => lane.run(shared.batch()) });
    this.executor.arrange([...shared.segments(), ...before.map(segment)], lanes.map(segment));
    // Recording is done when this returns; what it promises is compilation, which is none of ours.
    void this.executor.prepare();
  }

  /** Pictures of a lane are made outside of the recorded step, in memory of their own. */
  private draw(lane: Lane, shared: Shared): void {
    for (const tensor of Object.values(draw(lane, shared, false))) tensor.dispose();
    gpu()?.settle();
  }

  dispose(): void {
    this.executor.dispose();
    this.parts.dispose();
  }
}

/** What to make smaller so that the largest buffer of each part fits. */
const FIXES: Readonly<Record<Part, string>> = {
  networks: 'Make the networks smaller.',
  images: 'Use fewer or smaller images.',
  step: 'Make the batch, the images or the networks smaller.',
  evaluation: 'Make the images or the networks smaller.',
};

function problemOf(stages: Record<Part, Stage>, total: number, limit: number): MemoryEstimate['problem'] {
  const order: readonly Part[] = ['networks', 'images', 'step', 'evaluation'];
  const over = order.find((part) => stages[part].largest > limit);
  if (over) {
    const size = bytesText(stages[over].largest);
    const message = `This set-up needs ${size} in one piece of GPU memory, and the graphics device gives at most ${bytesText(limit)}. ${FIXES[over]}`;
    return { refuses: true, message };
  }
  if (total <= MUCH) return undefined;
  const message = `This set-up takes about ${bytesText(total)} of GPU memory, more than many graphics cards have to spare. Train fewer students at once, or make the batch, the images or the networks smaller.`;
  return { refuses: false, message };
}

const partsOf = (smaller: SmallerSetup): string =>
  [
    smaller.batchSize && `batches of ${smaller.batchSize}`,
    smaller.size && `images of ${smaller.size} pixels a side`,
  ]
    .filter(Boolean)
    .join(' and ');

function withWay(refusal: NonNullable<MemoryEstimate['problem']>, fits: SmallerSetup | undefined) {
  if (!fits) return refusal;
  return { ...refusal, message: `${refusal.message} The nearest that fits: ${partsOf(fits)}.`, fits };
}

/** What the parts of a run take on the device that is there; nothing is taken. */
function rehearse(device: Gpu, config: Config, dataset: Dataset, { saved, members }: Forms) {
  const stand = nullDevice(device.device);
  const counted = tally(stand);
  return device.pretend(stand, () => {
    const { mode, model } = config.teacher;
    const network = mode === 'saved' ? (saved ?? { choice: model }) : undefined;
    const rehearsal = new Rehearsal(config, dataset, counted, { saved: network, members });
    try {
      return rehearsal.stages;
    } finally {
      rehearsal.dispose();
    }
  });
}

/**
 * What `config` would take on `dataset`; undefined where there is no WebGPU.
 * @param forms of networks that come with their weights.
 */
export function estimateMemory(
  config: Config,
  dataset: Dataset,
  forms: Forms = {},
): MemoryEstimate | undefined {
  const device = gpu();
  if (!device) return undefined;
  const { maxBufferSize, maxStorageBufferBindingSize } = device.device.limits;
  const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const look = (at: Config, on: Dataset, known: Forms) => {
    const stages = rehearse(device, at, on, known);
    const { networks, images, step, evaluation } = stages;
    const bytes = networks.bytes + images.bytes + step.bytes + evaluation.bytes;
    return { stages, bytes, problem: problemOf(stages, bytes, limit) };
  };
  const { stages, bytes, problem } = look(config, dataset, forms);
  const { networks, images, step, evaluation } = stages;
  // Kept members fit one size of images only, so that nearer set-ups are counted without.
  const way = () =>
    nearest(config, dataset, (at, on) => !look(at, on, { saved: forms.saved }).problem?.refuses);
  return {
    bytes,
    parts: {
      networks: networks.bytes,
      images: images.bytes,
      step: step.bytes,
      evaluation: evaluation.bytes,
    },
    ...(problem ? { problem: problem.refuses ? withWay(problem, way()) : problem } : {}),
  };
}
