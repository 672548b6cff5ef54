/**
 * A run from start to end: teacher, students, final test. Lives in the worker, never waits for the page, and
 * speaks through `emit` only.
 */
import type { Config } from '../core/config';
import { batchesOf } from '../data/batches';
import type { Dataset } from '../data/dataset';
import { Executor } from '../engine/executor';
import { settle } from '../engine/sync';
import type { FromWorker, PhaseName, PredictionItem, SavedTeacher } from '../worker/protocol';
import { Curves } from './curves';
import { Evaluator } from './evaluate';
import { Gate } from './gate';
import type { Lane } from './lane';
import { Meter } from './meter';
import { Network, type Weights } from './network';
import { makePass } from './pass';
import { augmentOf, epochSteps, inputOf, learnerOf, studentLanes, TEACHER, teacherLane } from './plan';
import { probe } from './probes';
import { Scores } from './scores';
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
  private readonly scores: Scores;
  private readonly curves: Curves;
  private readonly teacher: Network;
  private readonly teacherLane: Lane | undefined;
  private students: Lane[] = [];
  private readonly meter = new Meter();
  private phase: PhaseName = 'warm-up';
  private done = 0;
  /** Time spent issuing steps, in all. */
  private jsMilliseconds = 0;
  private stopped = false;
  private readonly gate = new Gate();

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
    this.scores = new Scores(this.evaluator, dataset, this.teacher);
    this.students = studentLanes(config, dataset, this.teacher);
    this.curves = new Curves(options.emit, (lane) => this.drop(lane));
  }

  private get online(): boolean {
    return this.config.teacher.mode === 'online';
  }

  /** Epochs in which only the teacher trains. */
  private get teacherEpochs(): number {
    return this.teacherLane && !this.online ? this.config.teacher.epochs : 0;
  }

  private get totalSteps(): number {
    const { config, options } = this;
    return epochSteps(config, options.dataset) * (this.teacherEpochs + config.training.epochs);
  }

  private get lanes(): Lane[] {
    return [...(this.teacherLane ? [this.teacherLane] : []), ...this.students];
  }

  /** Runs to the end. Rejects when the run as a whole fails. */
  async start(): Promise<void> {
    const { emit, run } = this.options;
    const learners = this.lanes.map(learnerOf);
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
      const logits = cacheable ? await this.scores.teacherLogits('train') : undefined;
      this.shared.freeze(this.teacher, logits);
    }
    for (const lane of this.students) {
      if (!lane.options.method.prepare) continue;
      this.report(`preparing ${lane.options.method.name}`);
      const teacher = this.online ? undefined : this.teacher;
      const pass = makePass(this.options.dataset, teacher, this.evaluator, lane);
      lane.memory = await lane.options.method.prepare(pass, lane.params);
    }
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
      await this.waitWhilePaused();
      if (this.stopped) break;
      this.shared.prepareStep(order(step), step);
      for (const lane of [...before, ...active]) if (lane.prepareStep()) this.refresh(lane);
      await this.executor.prepare((done, total) => this.report(`compiling kernels, ${done} of ${total}`));
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

  private async waitWhilePaused(): Promise<void> {
    if (this.gate.pass()) return;
    await this.curves.flush();
    this.options.emit({ type: 'paused' });
    await this.gate.opened();
    this.meter.begin(performance.now());
  }

  private async oneStep(step: number): Promise<void> {
    if (MEASURE_AT.includes(step)) {
      const times = await this.executor.timedStep();
      if (times) this.meter.measured(times);
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
    const compare = this.phase !== 'teacher';
    for (const lane of alive) await probe(lane, this.shared, this.executor, this.options.emit);
    this.options.emit({
      type: 'evaluated',
      evaluations: await this.scores.validation(alive, epoch, compare),
    });
    this.meter.evaluated(performance.now() - start);
    this.meter.begin(performance.now());
  }

  private async finalTest(): Promise<void> {
    this.phase = 'test';
    this.report('measuring on the test images');
    const alive = this.lanes.filter((lane) => !this.curves.diverged(lane));
    this.options.emit({ type: 'evaluated', evaluations: await this.scores.test(alive) });
    for (const lane of alive)
      this.options.emit({ type: 'state', learner: lane.options.id, state: { kind: 'finished' } });
  }

  private report(note: string): void {
    const progress = this.meter.progress({
      phase: this.phase,
      note,
      step: this.done,
      totalSteps: this.totalSteps,
      stepsPerEpoch: epochSteps(this.config, this.options.dataset),
      teacherEpochs: this.teacherEpochs,
      epochs: this.config.training.epochs,
      imagesPerStep: this.config.training.batchSize * (this.phase === 'teacher' ? 1 : this.students.length),
    });
    this.options.emit({ type: 'progress', progress });
  }

  pause(): void {
    this.gate.close();
  }

  resume(): void {
    this.gate.open();
    this.options.emit({ type: 'resumed' });
  }

  /** One more step, then pause again. */
  stepOnce(): void {
    this.gate.open(1);
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
  predictions(): Promise<PredictionItem[]> {
    return this.scores.predictions(this.lanes);
  }

  /** The trained teacher with what a later run must know of it. */
  async teacherCard(name: string): Promise<{ card: SavedTeacher; weights: Weights }> {
    if (this.phase === 'teacher' || this.phase === 'warm-up')
      throw new Error('The teacher is still training. Save it once the students have begun.');
    return { card: await this.scores.teacherCard(name), weights: await this.teacher.save() };
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
    this.gate.open();
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
