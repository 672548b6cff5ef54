/**
 * A run from start to end: teacher, students, final test. Lives in the worker, never waits for the page, and
 * speaks through `emit` only.
 */
import type { Config } from '../core/config';
import { batchesOf } from '../data/batches';
import type { Dataset, SplitName } from '../data/dataset';
import type { Tensor4D } from '../engine/types';
import type { FromWorker, PhaseName, PredictionItem, SavedTeacher } from '../worker/protocol';
import { Evaluator } from './evaluate';
import type { Lane } from './lane';
import { Loop } from './loop';
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

export class Session {
  private readonly options: SessionOptions;
  private config: Config;
  private readonly evaluator: Evaluator;
  private readonly shared: Shared;
  private readonly scores: Scores;
  private readonly loop: Loop;
  private readonly teacher: Network;
  private readonly teacherLane: Lane | undefined;
  private students: Lane[] = [];
  private phase: PhaseName = 'warm-up';

  constructor(options: SessionOptions) {
    this.options = options;
    this.config = options.config;
    const { dataset, config } = options;
    this.evaluator = new Evaluator(dataset);
    this.shared = new Shared(dataset, config.training.batchSize, augmentOf(config));
    const choice = options.saved?.choice ?? config.teacher.model;
    this.teacher = new Network(choice, inputOf(dataset), config.seeds[0] ?? 1, TEACHER);
    if (options.saved) this.teacher.load(options.saved.weights);
    else this.teacherLane = teacherLane(config, dataset, this.teacher, config.teacher.mode === 'online');
    this.scores = new Scores(this.evaluator, dataset, this.teacher);
    this.students = studentLanes(config, dataset, this.teacher);
    this.loop = new Loop({
      replays: options.replays,
      emit: options.emit,
      totalSteps: () => this.totalSteps,
      changed: (lane) => this.evaluator.forget(lane.options.id),
    });
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
    if (this.loop.stopped) return;
    await this.beginStudents();
    const before = this.online && this.teacherLane ? [this.teacherLane] : [];
    await this.train('students', before, this.students);
    if (this.loop.stopped) return;
    await this.finalTest();
    this.phase = 'done';
    this.report('');
    emit({ type: 'finished', run });
  }

  private async beginStudents(): Promise<void> {
    if (this.online && this.teacherLane) {
      const lane = this.teacherLane;
      const again = (images: Tensor4D) => this.teacher.forward(images, true, false);
      this.shared.follow(() => lane.published, again);
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

  private train(phase: PhaseName, before: readonly Lane[], lanes: readonly Lane[]): Promise<void> {
    this.phase = phase;
    const { dataset } = this.options;
    const { batchSize, epochs } = this.config.training;
    const alone = phase === 'teacher';
    const seed = (this.config.seeds[0] ?? 1) * 2 + (alone ? 1 : 0);
    return this.loop.train({
      phase,
      shared: this.shared,
      before,
      lanes,
      order: batchesOf(dataset.splits.train.count, batchSize, seed),
      stepsPerEpoch: epochSteps(this.config, dataset),
      epochs: alone ? this.config.teacher.epochs : epochs,
      batchSize,
      afterEpoch: (alive, epoch) => this.afterEpoch(alive, epoch),
    });
  }

  private async afterEpoch(alive: readonly Lane[], epoch: number): Promise<void> {
    const { emit } = this.options;
    const compare = this.phase !== 'teacher';
    for (const lane of alive) await probe(lane, this.shared, this.loop.executor, emit);
    emit({ type: 'evaluated', evaluations: await this.scores.validation(alive, epoch, compare) });
  }

  private async finalTest(): Promise<void> {
    this.phase = 'test';
    this.report('measuring on the test images');
    const alive = this.loop.alive(this.lanes);
    this.options.emit({ type: 'evaluated', evaluations: await this.scores.test(alive) });
    for (const lane of alive)
      this.options.emit({ type: 'state', learner: lane.options.id, state: { kind: 'finished' } });
  }

  private report(note: string): void {
    this.loop.report(note, this.phase);
  }

  pause(): void {
    this.loop.gate.close();
  }

  resume(): void {
    this.loop.gate.open();
    this.options.emit({ type: 'resumed' });
  }

  /** One more step, then pause again. */
  stepOnce(): void {
    this.loop.gate.open(1);
  }

  /** Method parameters and optimiser settings of running students. */
  adjust(config: Config): void {
    this.config = { ...this.config, students: config.students };
    for (const lane of this.students) {
      const student = config.students.find((s) => lane.options.id.startsWith(`${s.key}/`));
      if (!student || student.method.id !== lane.options.method.id) continue;
      lane.adjust(student.method.params, student.optimizer);
      this.loop.refresh(lane);
    }
  }

  /** Logits of every learner on a split. A paused run waits for the answer before it goes on. */
  predictions(split: SplitName): Promise<PredictionItem[]> {
    const items = this.scores.predictions(this.lanes, split);
    // Evaluations of a run that goes on would use the same recorded passes.
    this.loop.gate.hold(items);
    return items;
  }

  /** The trained teacher with what a later run must know of it. */
  async teacherCard(name: string): Promise<{ card: SavedTeacher; weights: Weights }> {
    if (this.phase === 'teacher' || this.phase === 'warm-up')
      throw new Error('The teacher is still training. Save it once the students have begun.');
    return { card: await this.scores.teacherCard(name), weights: await this.teacher.save() };
  }

  /** GPU commands of one step as recorded. */
  get commands(): number {
    return this.loop.executor.commands;
  }

  /** JavaScript and wall milliseconds per step, for measurements. */
  get timing(): { jsMilliseconds: number; steps: number } {
    return { jsMilliseconds: this.loop.jsMilliseconds, steps: this.loop.done };
  }

  /** Ends the loop at the next step; memory is freed by `dispose` after `start` has returned. */
  stop(): void {
    this.loop.stop();
  }

  dispose(): void {
    this.loop.dispose();
    this.evaluator.dispose();
    for (const lane of this.students) lane.dispose();
    if (this.teacherLane) this.teacherLane.dispose();
    else this.teacher.dispose();
    this.shared.dispose();
  }
}
