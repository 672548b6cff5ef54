/**
 * Trains lanes together, step by step: what a stretch of a run needs beside the lanes. Knows nothing of what the
 * stretch is for; the session says that.
 */
import type { Batching } from '../engine/choice';
import { Executor } from '../engine/executor';
import { settle } from '../engine/sync';
import type { FromWorker, PhaseName } from '../worker/protocol';
import { Curves } from './curves';
import { Gate } from './gate';
import type { Lane } from './lane';
import { Meter } from './meter';
import { segmentOf } from './segments';
import type { Shared } from './shared';

const STEPS_AHEAD = 2;
const REPORT_EVERY = 100;
const MEASURE_AT = [6, 60];

/** One phase of a run: lanes that see the same batches. */
export interface Stretch {
  readonly phase: PhaseName;
  readonly shared: Shared;
  /** Run in the same step, ahead of `lanes`, which may read what they publish. */
  readonly before: readonly Lane[];
  readonly lanes: readonly Lane[];
  /** Rows of the batch of a step, counted from 0. */
  readonly order: (step: number) => Int32Array;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Steps that were done before, by a run that this one goes on with. Default 0. */
  readonly from?: number;
  /** Epochs from one `afterEpoch` to the next; the last epoch always has one. Default 1. */
  readonly evaluateEvery?: number;
  /** Trained for the run, not shown: no curves, no states. */
  readonly hidden?: boolean;
  /** After an epoch (counted from 1), with the lanes that are still finite. */
  readonly afterEpoch: (lanes: readonly Lane[], epoch: number) => Promise<void>;
}

/** Whether an epoch that is followed by `afterEpoch` ends with this many steps. */
function endsHere({ stepsPerEpoch, epochs, evaluateEvery = 1 }: Stretch, steps: number): boolean {
  const epoch = steps / stepsPerEpoch;
  return Number.isInteger(epoch) && (epoch % evaluateEvery === 0 || epoch === epochs);
}

/** Saves a run between two steps. */
export interface Checkpoints {
  /** Whether it is time. `pausing`: the run is about to wait. */
  due(pausing: boolean): boolean;
  /** `steps` of the stretch are done and everything about them has been told. Never rejects for want of room. */
  save(steps: number): Promise<void>;
}

export interface LoopOptions {
  /** Record steps and replay them, where the backend can. */
  readonly replays: boolean;
  /** Whether lanes of one form share dispatches. */
  readonly batching: Batching;
  readonly emit: (message: FromWorker) => void;
  /** Steps of the whole run, for the time left. */
  readonly totalSteps: () => number;
  readonly checkpoints?: Checkpoints | undefined;
  /** What a lane answers to the same weights has changed. */
  readonly changed: (lane: Lane) => void;
}

export class Loop {
  readonly executor: Executor;
  private readonly shown: Curves;
  private readonly hidden: Curves;
  readonly gate = new Gate();
  stopped = false;
  /** Steps done, over all stretches. */
  done = 0;
  /** Milliseconds spent issuing steps, in all. */
  jsMilliseconds = 0;
  private readonly options: LoopOptions;
  private readonly meter = new Meter();
  private stretch: Stretch | undefined;
  /** Steps done before the running stretch. */
  private before = 0;

  constructor(options: LoopOptions) {
    this.options = options;
    this.executor = new Executor(options.replays, options.batching);
    const drop = (lane: Lane) => this.executor.invalidate(lane.options.id);
    this.shown = new Curves(options.emit, drop);
    this.hidden = new Curves(() => {}, drop);
  }

  private get curves(): Curves {
    return this.stretch?.hidden ? this.hidden : this.shown;
  }

  /** What is remembered of the numbers of a lane that is shown. */
  get memory(): Curves {
    return this.shown;
  }

  /** The lanes whose numbers are still finite. */
  alive(lanes: readonly Lane[]): Lane[] {
    return lanes.filter((lane) => !this.shown.diverged(lane) && !this.hidden.diverged(lane));
  }

  /** Trains until the stretch is over, the run is stopped, or no lane is left. */
  async train(stretch: Stretch): Promise<void> {
    const { before, lanes, shared, stepsPerEpoch, epochs, from = 0 } = stretch;
    // Every batch has the same segments; those of another data set were recorded for that one.
    if (this.stretch && this.stretch.shared !== shared) this.executor.invalidate();
    this.stretch = stretch;
    this.before = this.done - from;
    let active = [...lanes];
    const arrange = () => {
      active = this.alive(active);
      const segment = (lane: Lane) => segmentOf(lane, shared);
      this.executor.arrange([...shared.segments(), ...before.map(segment)], active.map(segment));
    };
    arrange();
    for (const lane of [...before, ...active]) this.curves.start(lane);
    this.meter.begin(performance.now());
    for (let step = from; step < stepsPerEpoch * epochs && active.length > 0 && !this.stopped; step++) {
      await this.waitWhilePaused([...before, ...active], step);
      if (this.stopped) break;
      await this.oneStep(stretch, active, step);
      if (this.curves.droppedSinceAsked()) arrange();
      if (endsHere(stretch, step + 1)) await this.endEpoch([...before, ...active], step + 1);
      await this.offer([...before, ...active], step + 1, false);
    }
    await this.curves.finish([...before, ...active]);
    if (this.curves.droppedSinceAsked()) arrange();
  }

  private async oneStep(stretch: Stretch, active: readonly Lane[], step: number): Promise<void> {
    const { before, shared, order } = stretch;
    const lanes = [...before, ...active];
    shared.prepareStep(order(step), step);
    for (const lane of lanes) await lane.turn();
    for (const lane of lanes) if (lane.prepareStep()) this.refresh(lane);
    await this.prepare(stretch, lanes, step);
    await this.issue(step, stretch.stepsPerEpoch * stretch.epochs - step - 1);
    for (const lane of lanes) lane.step = step + 1;
    for (const lane of lanes) if (lane.finished) await lane.turn();
    this.done++;
    this.meter.step(performance.now());
    if (!this.curves.due(REPORT_EVERY)) return;
    this.curves.drain(lanes);
    this.report('');
  }

  private async prepare(stretch: Stretch, lanes: readonly Lane[], step: number): Promise<void> {
    const compile = () =>
      this.executor.prepare((done, total) => this.report(`compiling kernels, ${done} of ${total}`));
    await compile();
    const { shared, stepsPerEpoch, epochs } = stretch;
    const asking = () => this.report('asking the teacher once for every image');
    if (!(await shared.keepAnswers(stepsPerEpoch * epochs - step, asking))) return;
    for (const id of [...shared.kept, ...lanes.map((lane) => lane.options.id)]) this.executor.invalidate(id);
    await compile();
  }

  private async issue(step: number, left: number): Promise<void> {
    if (MEASURE_AT.includes(step)) {
      const times = await this.executor.timedStep();
      if (times) this.meter.measured(times);
      return;
    }
    const start = performance.now();
    this.executor.step();
    this.jsMilliseconds += performance.now() - start;
    await settle(STEPS_AHEAD);
    await this.executor.tune(left);
  }

  private async endEpoch(lanes: readonly Lane[], steps: number): Promise<void> {
    const stretch = this.stretch!;
    const start = performance.now();
    await this.curves.finish(lanes);
    await stretch.afterEpoch(this.alive(lanes), steps / stretch.stepsPerEpoch);
    this.meter.evaluated(performance.now() - start);
    this.meter.begin(performance.now());
  }

  private async offer(lanes: readonly Lane[], steps: number, pausing: boolean): Promise<void> {
    const { checkpoints } = this.options;
    if (this.stopped || this.stretch!.hidden || !checkpoints?.due(pausing)) return;
    await this.curves.finish(lanes);
    await checkpoints.save(steps);
    this.meter.begin(performance.now());
  }

  private async waitWhilePaused(lanes: readonly Lane[], step: number): Promise<void> {
    if (this.gate.pass()) return;
    await this.curves.flush();
    await this.offer(lanes, step, true);
    this.options.emit({ type: 'paused' });
    await this.gate.opened();
    this.meter.begin(performance.now());
  }

  /** What a lane computes has changed: its recording is out of date. */
  refresh(lane: Lane): void {
    // What a lane publishes becomes new tensors, so those that read it are recorded again with it.
    const publishes = this.stretch?.before.includes(lane);
    this.executor.invalidate(publishes ? undefined : lane.options.id);
    this.options.changed(lane);
    this.stretch?.shared.relearn();
  }

  /** Tells the page where the run is. `phase`: when it is not the one of the running stretch. */
  report(note: string, phase?: PhaseName): void {
    const { stretch } = this;
    const progress = this.meter.progress({
      phase: phase ?? stretch?.phase ?? 'warm-up',
      note,
      step: this.done,
      totalSteps: this.options.totalSteps(),
      phaseStep: this.done - this.before,
      stepsPerEpoch: stretch?.stepsPerEpoch ?? 1,
      epochs: stretch?.epochs ?? 0,
      batching: this.executor.decision,
      imagesPerStep: (stretch?.batchSize ?? 0) * (stretch?.lanes.length ?? 0),
    });
    const teacher = stretch?.shared.teacherState;
    this.options.emit({ type: 'progress', progress: teacher ? { ...progress, teacher } : progress });
  }

  /** Ends the loop at the next step. */
  stop(): void {
    this.stopped = true;
    this.gate.open();
  }

  dispose(): void {
    this.executor.dispose();
  }
}
