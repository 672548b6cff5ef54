/**
 * A run from start to end: teacher, students, final test. Lives in the worker, never waits for the page, and
 * speaks through `emit` only.
 */
import type { Config } from '../core/config';
import { batchesOf } from '../data/batches';
import type { Dataset } from '../data/dataset';
import { Executor } from '../engine/executor';
import { settle } from '../engine/sync';
import type { FromWorker, PhaseName, PredictionItem, Progress, SavedTeacher } from '../worker/protocol';
import { Curves } from './curves';
import { Evaluator, type Logits } from './evaluate';
import type { Lane } from './lane';
import { EvaluationCost, Meter } from './meter';
import { Network, type Weights } from './network';
import { makePass } from './pass';
import { augmentOf, epochSteps, inputOf, learnerOf, studentLanes, TEACHER, teacherLane } from './plan';
import { Shared } from './shared';

export interface SessionOptions {
  readonly run: number;
  readonly dataset: Dataset;
  readonly config: Config;
  /** Record steps and replay them, where the backend can. */
  readonly replays: boolean;
  /** Weights of a saved teacher, for the mode 'saved'. */
  readonly saved?: { readonly weights: Weights; readonly choice: Config['teacher']['model'] } | undefined;
  readonly emit: (message: FromWorker) => void;
}

const STEPS_AHEAD = 2;
const REPORT_EVERY = 100;
const MEASURE_AT = [6, 60];

export class Session {
  private readonly options: SessionOptions;
  private config: Config;
  private readonly executor: Executor;
  private readonly evaluator: Evaluator;
  private readonly shared: Shared;
  private readonly curves: Curves;
  private readonly teacher: Network;
  private readonly teacherLane: Lane | undefined;
  private students: Lane[] = [];
  private readonly meter = new Meter();
  private readonly evaluationCost = new EvaluationCost();
  private learnerMilliseconds: Record<string, number> = {};
  private phase: PhaseName = 'warm-up';
  private done = 0;
  /** Time spent issuing steps, in all. */
  private jsMilliseconds = 0;
  private stopped = false;
  private resumeGate: { promise: Promise<void>; open: () => void } | undefined;
  private stepsAllowed = Number.POSITIVE_INFINITY;

  constructor(options: SessionOptions) {
    this.options = options;
    this.config = options.config;
    const { dataset, config } = options;
    this.executor = new Executor(options.replays);
    this.evaluator = new Evaluator(dataset);
    this.shared = new Shared(dataset, config.training.batchSize, augmentOf(config));
    const choice = options.saved?.choice ?? config.teacher.model;
    this.teacher = new Network(choice, inputOf(dataset), config.seeds[0] ?? 1, TEACHER);
    if (options.saved) this.teacher.load(options.saved.weights);
    else this.teacherLane = teacherLane(config, dataset, this.teacher, config.teacher.mode === 'online');
    this.students = studentLanes(config, dataset, this.teacher);
    this.curves = new Curves(options.emit, (lane) => this.drop(lane));
  }

  private get online(): boolean {
    return this.config.teacher.mode === 'online';
  }

  private get totalSteps(): number {
    const { config } = this;
    const first = this.teacherLane && !this.online ? config.teacher.epochs : 0;
    return epochSteps(config, this.options.dataset) * (first + config.training.epochs);
  }

  /** Runs to the end. Rejects when the run as a whole fails. */
  async start(): Promise<void> {
    const { emit, run } = this.options;
    const lanes = [...(this.teacherLane ? [this.teacherLane] : []), ...this.students];
    const learners = lanes.map((lane) => learnerOf(lane.options.id, lane.options.id.split('/')[0]!, lane));
    emit({ type: 'started', run, learners, totalSteps: this.totalSteps });
    this.report('preparing the kernels');
    if (this.teacherLane && !this.online) await this.train('teacher', [], [this.teacherLane]);
    if (this.stopped) return;
    await this.beginStudents();
    const before = this.online && this.teacherLane ? [this.teacherLane] : [];
    await this.train('students', before, this.students);
    if (this.stopped) return;
    await this.finalTest();
    this.phase = 'done';
    this.report('');
    emit({ type: 'finished', run });
  }

  private async beginStudents(): Promise<void> {
    if (this.online && this.teacherLane) {
      const lane = this.teacherLane;
      this.shared.follow(() => lane.published);
      this.teacherLane.memory = undefined;
    } else {
      this.report('asking the teacher once for every image');
      const cacheable = augmentOf(this.config) === undefined;
      const logits = cacheable ? await this.teacherLogits('train') : undefined;
      this.shared.freeze(this.teacher, logits);
    }
    for (const lane of this.students) {
      if (!lane.options.method.prepare) continue;
      this.report(`preparing ${lane.options.method.name}`);
      const teacher = this.online ? undefined : this.teacher;
      const pass = makePass(this.options.dataset, teacher, this.evaluator, lane.options.seed);
      lane.memory = await lane.options.method.prepare(pass, lane.params);
    }
  }

  private teacherLogits(split: 'train' | 'validation' | 'test'): Promise<Logits> {
    const predictor = {
      id: TEACHER,
      predict: (x: Parameters<Lane['predict']>[0]) => this.teacher.forward(x, false).logits,
    };
    return this.evaluator.logits(predictor, split);
  }

  /** Trains `lanes` together; `before` run in the same step, ahead of them. */
  private async train(phase: PhaseName, before: readonly Lane[], lanes: readonly Lane[]): Promise<void> {
    this.phase = phase;
    const { dataset } = this.options;
    const { batchSize, epochs } = this.config.training;
    const perEpoch = epochSteps(this.config, dataset);
    const total = perEpoch * (phase === 'teacher' ? this.config.teacher.epochs : epochs);
    const order = batchesOf(
      dataset.splits.train.count,
      batchSize,
      (this.config.seeds[0] ?? 1) * 2 + (phase === 'teacher' ? 1 : 0),
    );
    let active = [...lanes];
    const arrange = () => {
      active = active.filter((lane) => !this.curves.diverged(lane));
      const segment = (lane: Lane) => ({ id: lane.options.id, run: () => lane.run(this.shared.batch()) });
      this.executor.arrange([...this.shared.segments(), ...before.map(segment)], active.map(segment));
    };
    arrange();
    for (const lane of [...before, ...active]) this.curves.start(lane);
    this.meter.begin(performance.now());
    for (let step = 0; step < total && active.length > 0 && !this.stopped; step++) {
      await this.gate();
      this.shared.prepareStep(order(step), step);
      for (const lane of [...before, ...active]) if (lane.prepareStep()) this.refresh(lane);
      await this.oneStep(step);
      for (const lane of [...before, ...active]) lane.step = step + 1;
      this.done++;
      this.meter.step(performance.now());
      if (this.curves.due(REPORT_EVERY)) {
        this.curves.drain([...before, ...active]);
        this.report('');
      }
      if (this.curves.droppedSinceAsked()) arrange();
      if ((step + 1) % perEpoch === 0) await this.afterEpoch([...before, ...active], (step + 1) / perEpoch);
    }
    await this.curves.finish([...before, ...active]);
    if (this.curves.droppedSinceAsked()) arrange();
  }

  private async oneStep(step: number): Promise<void> {
    if (MEASURE_AT.includes(step)) {
      const times = await this.executor.timedStep();
      if (times) this.learnerMilliseconds = { ...this.learnerMilliseconds, ...Object.fromEntries(times) };
      return;
    }
    const start = performance.now();
    this.executor.step();
    this.jsMilliseconds += performance.now() - start;
    await settle(STEPS_AHEAD);
  }

  private refresh(lane: Lane): void {
    this.executor.invalidate(lane.options.id);
    this.evaluator.forget(lane.options.id);
    this.shared.relearn();
  }

  private drop(lane: Lane): void {
    this.executor.invalidate(lane.options.id);
  }

  private async afterEpoch(lanes: readonly Lane[], epoch: number): Promise<void> {
    const start = performance.now();
    await this.curves.finish(lanes);
    const alive = lanes.filter((lane) => !this.curves.diverged(lane));
    const teacher = this.phase === 'teacher' ? undefined : await this.teacherLogits('validation');
    const evaluations = [];
    for (const lane of alive) {
      const logits = await this.evaluator.logits(predictorOf(lane), 'validation');
      const at = { step: lane.step, epoch };
      evaluations.push(
        this.evaluator.measure(lane.options.id, 'validation', at, logits, {
          teacher: comparable(lane, teacher),
        }),
      );
    }
    this.options.emit({ type: 'evaluated', evaluations });
    this.evaluationCost.add(performance.now() - start);
    this.meter.begin(performance.now());
  }

  private async finalTest(): Promise<void> {
    this.phase = 'test';
    this.report('measuring on the test split');
    const teacher = await this.teacherLogits('test');
    const lanes = [...(this.teacherLane ? [this.teacherLane] : []), ...this.students];
    const evaluations = [];
    for (const lane of lanes) {
      if (this.curves.diverged(lane)) continue;
      const logits = await this.evaluator.logits(predictorOf(lane), 'test');
      const validation = await this.evaluator.logits(predictorOf(lane), 'validation');
      const at = { step: lane.step, epoch: lane.step / lane.options.stepsPerEpoch };
      evaluations.push(
        this.evaluator.measure(lane.options.id, 'test', at, logits, {
          teacher: comparable(lane, teacher),
          validation,
        }),
      );
      this.options.emit({ type: 'state', learner: lane.options.id, state: { kind: 'finished' } });
    }
    this.options.emit({ type: 'evaluated', evaluations });
  }

  private report(note: string): void {
    const { dataset } = this.options;
    const perEpoch = epochSteps(this.config, dataset);
    const milliseconds = this.meter.milliseconds;
    const left = this.totalSteps - this.done;
    const lanes = this.phase === 'teacher' ? 1 : this.students.length;
    const secondsLeft =
      milliseconds && (left * milliseconds + (left / perEpoch) * this.evaluationCost.mean) / 1000;
    const first = this.teacherLane && !this.online ? this.config.teacher.epochs : 0;
    const epoch = Math.floor(this.done / perEpoch);
    const progress: Progress = {
      phase: this.phase,
      note,
      step: this.done,
      totalSteps: this.totalSteps,
      epoch: this.phase === 'teacher' ? epoch : Math.max(0, epoch - first),
      epochs: this.phase === 'teacher' ? this.config.teacher.epochs : this.config.training.epochs,
      imagesPerSecond: milliseconds ? (1000 * lanes * this.config.training.batchSize) / milliseconds : 0,
      stepMilliseconds: milliseconds ?? 0,
      learnerMilliseconds: this.learnerMilliseconds,
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    };
    this.options.emit({ type: 'progress', progress });
  }

  private async gate(): Promise<void> {
    if (this.stepsAllowed <= 0 && !this.stopped) {
      let open = () => {};
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      this.resumeGate = { promise, open };
      await this.curves.flush();
      this.options.emit({ type: 'paused' });
      await promise;
      this.meter.begin(performance.now());
    }
    this.stepsAllowed--;
  }

  pause(): void {
    this.stepsAllowed = 0;
  }

  resume(): void {
    this.allow(Number.POSITIVE_INFINITY);
    this.options.emit({ type: 'resumed' });
  }

  /** One more step, then pause again. */
  stepOnce(): void {
    this.allow(1);
  }

  private allow(steps: number): void {
    this.stepsAllowed = steps;
    this.resumeGate?.open();
    this.resumeGate = undefined;
  }

  /** Method parameters and optimiser settings of running students. */
  adjust(config: Config): void {
    this.config = { ...this.config, students: config.students };
    for (const lane of this.students) {
      const student = config.students.find((s) => lane.options.id.startsWith(`${s.key}/`));
      if (!student || student.method.id !== lane.options.method.id) continue;
      lane.adjust(student.method.params, student.optimizer);
      this.refresh(lane);
    }
  }

  /** Logits of every learner on the test split. */
  async predictions(): Promise<PredictionItem[]> {
    const { labels } = this.options.dataset.splits.test;
    const items: PredictionItem[] = [];
    for (const lane of [...(this.teacherLane ? [this.teacherLane] : []), ...this.students]) {
      const logits = await this.evaluator.logits(predictorOf(lane), 'test');
      const rows = labels.length;
      const index = Int32Array.from({ length: rows }, (_, i) => i);
      items.push({
        learner: lane.options.id,
        rows,
        classes: logits.length / rows,
        logits,
        labels: Int32Array.from(labels),
        index,
      });
    }
    return items;
  }

  /** The trained teacher with what a later run must know of it. */
  async teacherCard(name: string): Promise<{ card: SavedTeacher; weights: Weights }> {
    if (this.phase === 'teacher' || this.phase === 'warm-up')
      throw new Error('The teacher is still training.');
    const { dataset } = this.options;
    const { teacher } = this;
    const logits = await this.teacherLogits('validation');
    const { metrics } = this.evaluator.measure(TEACHER, 'validation', { step: 0, epoch: 0 }, logits);
    const created = Date.now();
    const card = {
      key: `${created.toString(36)}-${dataset.fingerprint.slice(0, 8)}`,
      name,
      created,
      fingerprint: dataset.fingerprint,
      classNames: dataset.classNames,
      model: teacher.choice,
      accuracy: metrics['accuracy'] ?? 0,
      parameters: teacher.parameters,
      image: teacher.input.image,
    };
    return { card, weights: await teacher.save() };
  }

  /** GPU commands of one step as recorded. */
  get commands(): number {
    return this.executor.commands;
  }

  /** JavaScript and wall milliseconds per step, for measurements. */
  get timing(): { jsMilliseconds: number; steps: number } {
    return { jsMilliseconds: this.jsMilliseconds, steps: this.done };
  }

  /** Ends the loop at the next step; memory is freed by `dispose` after `start` has returned. */
  stop(): void {
    this.stopped = true;
    this.allow(1);
  }

  dispose(): void {
    this.executor.dispose();
    this.evaluator.dispose();
    for (const lane of this.students) lane.dispose();
    if (this.teacherLane) this.teacherLane.dispose();
    else this.teacher.dispose();
    this.shared.dispose();
  }
}

const predictorOf = (lane: Lane) => ({ id: lane.options.id, predict: lane.predict.bind(lane) });

/** A teacher is not compared with itself. */
const comparable = (lane: Lane, teacher: Logits | undefined): Logits | undefined =>
  lane.options.id === TEACHER ? undefined : teacher;
