/**
 * The GPU memory of a run before any of it is taken: the run is set up and recorded on a device that only counts.
 */

import type { Config } from '../core/config';
import { bytes as bytesText } from '../core/format';
import type { Dataset } from '../data/dataset';
import { Executor } from '../engine/executor';
import { gpu } from '../engine/gpu';
import { nullDevice } from '../engine/null-device';
import { type Tally, tally } from '../engine/tally';
import type { Pass } from '../methods/kit';
import type { MemoryEstimate } from '../worker/protocol';
import { Evaluator } from './evaluate';
import type { Lane } from './lane';
import { Network } from './network';
import { makePass } from './pass';
import { augmentOf, inputOf, studentBudget, studentLanes, TEACHER, teacherLane } from './plan';
import { draw } from './probes';
import { RunData, stepsOf } from './regime';
import { Scores } from './scores';
import { Shared } from './shared';

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
class Rehearsal {
  private readonly counted: Tally;
  private readonly shared = new Map<Dataset, Shared>();
  private readonly config: Config;
  private readonly evaluator: Evaluator;
  private readonly executor = new Executor(true);
  private last: Shared | undefined;
  private readonly teacher: Network;
  private readonly own: Lane | undefined;
  private readonly students: readonly Lane[];
  readonly stages: Record<Part, Stage>;

  constructor(config: Config, dataset: Dataset, counted: Tally, teacher: Config['teacher']['model']) {
    this.counted = counted;
    this.config = config;
    const data = new RunData(config, dataset);
    const online = config.teacher.mode === 'online';
    const { seeds } = config;
    this.teacher = new Network(teacher, inputOf(dataset), seeds[0] ?? 1, TEACHER);
    if (config.teacher.mode !== 'saved') this.own = teacherLane(config, data, this.teacher, online);
    this.students = studentLanes(config, data, this.teacher);
    const networks = this.stage(0);
    const [taught, learning] = [this.sharedOf(data.teacher), this.sharedOf(data.students)];
    this.evaluator = new Evaluator(dataset);
    for (const lane of this.students)
      lane.memory = blankMemory(makePass(data.students, undefined, this.evaluator, lane), lane);
    const images = this.stage(networks.bytes);
    const before = counted.bytes;
    if (this.own && !online) this.record(taught, [], [this.own]);
    const alone = this.stage(before);
    this.follow(learning, online);
    this.record(learning, online && this.own ? [this.own] : [], this.students);
    learning.reserveAnswers(stepsOf(studentBudget(config, data)));
    for (const lane of this.students) this.draw(lane, learning);
    const beside = this.stage(before);
    const step = beside.bytes > alone.bytes ? beside : alone;
    const after = counted.bytes;
    const lanes = [...(this.own ? [this.own] : []), ...this.students];
    new Scores(this.evaluator, dataset, this.teacher).reserve(lanes);
    this.stages = { networks, images, step, evaluation: this.stage(after) };
  }

  private stage(before: number): Stage {
    return { bytes: this.counted.bytes - before, largest: this.counted.largest };
  }

  private sharedOf(dataset: Dataset): Shared {
    const { config } = this;
    const made =
      this.shared.get(dataset) ?? new Shared(dataset, config.training.batchSize, augmentOf(config));
    this.shared.set(dataset, made);
    return made;
  }

  private follow(shared: Shared, online: boolean): void {
    const { own, teacher } = this;
    if (online && own)
      shared.follow(
        () => own.published,
        (batch) => teacher.forward(batch, true, false),
      );
    else shared.freeze(teacher, true);
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
    this.evaluator.dispose();
    for (const lane of this.students) lane.dispose();
    if (this.own) this.own.dispose();
    else this.teacher.dispose();
    for (const shared of this.shared.values()) shared.dispose();
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

/**
 * What `config` would take on `dataset`; undefined where there is no WebGPU.
 * @param saved the network of a saved teacher.
 */
export function estimateMemory(
  config: Config,
  dataset: Dataset,
  saved?: Config['teacher']['model'],
): MemoryEstimate | undefined {
  const device = gpu();
  if (!device) return undefined;
  const stand = nullDevice(device.device);
  const counted = tally(stand);
  const stages = device.pretend(stand, () => {
    const rehearsal = new Rehearsal(config, dataset, counted, saved ?? config.teacher.model);
    try {
      return rehearsal.stages;
    } finally {
      rehearsal.dispose();
    }
  });
  const { maxBufferSize, maxStorageBufferBindingSize } = device.device.limits;
  const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const { networks, images, step, evaluation } = stages;
  const bytes = networks.bytes + images.bytes + step.bytes + evaluation.bytes;
  const problem = problemOf(stages, bytes, limit);
  return {
    bytes,
    parts: {
      networks: networks.bytes,
      images: images.bytes,
      step: step.bytes,
      evaluation: evaluation.bytes,
    },
    ...(problem ? { problem } : {}),
  };
}
