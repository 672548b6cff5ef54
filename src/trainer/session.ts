/**
 * A run from start to end: teacher, students, final test. Lives in the worker, never waits for the page, and
 * speaks through `emit` only.
 */
import type { Config } from '../core/config';
import { batchesOf } from '../data/batches';
import type { SplitName } from '../data/dataset';
import type { Decision } from '../engine/choice';
import { gpu } from '../engine/gpu';
import { refusalOf } from '../methods/index';
import type { KeptNetwork, Learner, NetworkItem, PhaseName, PredictionItem, Probe } from '../worker/protocol';
import { Again, epochOf } from './again';
import type { Logits } from './evaluate';
import type { Lane } from './lane';
import { lookIn } from './look/index';
import { Loop } from './loop';
import { keptNetwork, networkItems } from './networks';
import { Parts } from './parts';
import { makePass, makeValidation } from './pass';
import { learnerOf, studentBudget, teacherBudget } from './plan';
import { probe } from './probes';
import { type RunData, stepsOf } from './regime';
import { restoreSession, type SavedSession, saveSession } from './saved/session';
import { asksTeacher, scoreBudget, scoreImages } from './scoring';
import type { SessionOptions } from './session-options';
import type { Shared } from './shared';

export class Session {
  private readonly options: SessionOptions;
  private config: Config;
  private readonly parts: Parts;
  readonly loop: Loop;
  private phase: PhaseName = 'warm-up';
  private settled = false;

  constructor(options: SessionOptions) {
    this.options = options;
    this.config = options.config;
    const { dataset, config, saver } = options;
    this.parts = new Parts(config, dataset, options.saved, options.members);
    this.loop = new Loop({
      replays: options.replays,
      batching: options.batching ?? 'auto',
      emit: options.emit,
      checkpoints: saver && {
        due: (pausing) => saver.due(pausing),
        save: async (step) => saver.save(await this.state(step)),
      },
      totalSteps: () => this.totalSteps,
      changed: (lane) => this.parts.evaluator.forget(lane.options.id),
    });
  }

  get data(): RunData {
    return this.parts.data;
  }

  private get totalSteps(): number {
    const { config, data } = this;
    const { teacherLane, online } = this.parts;
    const budgets = [studentBudget(config, data)];
    if (teacherLane && !online) budgets.push(teacherBudget(config, data));
    if (data.scored) budgets.push(scoreBudget(config, data.scored));
    return budgets.reduce((sum, budget) => sum + stepsOf(budget), 0);
  }

  get lanes(): Lane[] {
    return this.parts.lanes;
  }

  private get learners(): Learner[] {
    const { parts } = this;
    return parts.lanes.map((lane) => {
      const { origin, classNames } = parts.datasetOf(lane);
      return learnerOf(lane, origin && classNames);
    });
  }

  /** Runs to the end. Rejects when the run as a whole fails. */
  async start(): Promise<void> {
    const { emit, run } = this.options;
    emit({ type: 'started', run, learners: this.learners, totalSteps: this.totalSteps });
    this.goOn();
    this.report('preparing the kernels');
    await this.settleRegimes(false);
    const { teacherLane, online, before, students } = this.parts;
    if (teacherLane && !online && this.options.resume?.state.phase !== 'students')
      await this.train('teacher', [], [teacherLane]);
    await this.settleRegimes(true);
    if (this.loop.stopped) return;
    await this.beginStudents();
    await this.train('students', before, students);
    if (this.loop.stopped) return;
    await this.finalTest();
    this.phase = 'done';
    this.report('');
    emit({ type: 'finished', run });
  }

  /** Takes up the run that is resumed. */
  private goOn(): void {
    const { resume, emit } = this.options;
    if (!resume) return;
    restoreSession(this, resume.state);
    this.settled = resume.state.settled;
    for (const message of resume.told) emit(message);
  }

  /** After `step` steps of the running phase. */
  private state(step: number): Promise<SavedSession> {
    const phase = this.phase === 'teacher' ? 'teacher' : 'students';
    return saveSession(this, { phase, step, settled: this.settled, students: this.config.students });
  }

  /** Scores the images for the regime that asks, before or after the teacher is trained, and reports the outcome. */
  private async settleRegimes(teacherIsReady: boolean): Promise<void> {
    const { config, data, loop } = this;
    const { scored } = data;
    if (config.regimes.length === 0 || loop.stopped || this.settled) return;
    if (teacherIsReady !== (scored !== undefined && asksTeacher(scored.need))) return;
    const start = performance.now();
    if (scored) {
      this.phase = 'scores';
      this.report('scoring the training images');
      const { parts } = this;
      const shared = () => parts.sharedOf(scored.dataset);
      const tools = { config, loop, teacher: parts.teacher, shared };
      const scores = await scoreImages(scored, tools);
      if (!scores) return;
      data.settle(scores);
    }
    this.settled = true;
    const milliseconds = performance.now() - start;
    const cost = scored && { milliseconds, steps: stepsOf(scoreBudget(config, scored)) };
    this.options.emit({ type: 'regimes', report: data.report(cost) });
  }

  private async beginStudents(): Promise<void> {
    const { data, evaluator, students, teacher, teacherLane, online } = this.parts;
    evaluator.retrain(data.students, this.parts.pool && data.pool);
    this.parts.teach(this.options.keepsAnswers ?? true);
    if (online && teacherLane) teacherLane.memory = undefined;
    for (const lane of students) {
      const { method } = lane.options;
      const { prepare, begin, epoch, retune } = method;
      if (!prepare && !begin && !epoch && !retune) continue;
      lane.midway = makePass(data.students, online ? undefined : teacher, evaluator, lane);
      if (this.options.resume?.state.phase === 'students') continue;
      this.report(`preparing ${method.name}`);
      lane.memory = await method.prepare?.(lane.midway, lane.params);
    }
  }

  private train(
    phase: 'teacher' | 'students',
    before: readonly Lane[],
    lanes: readonly Lane[],
  ): Promise<void> {
    this.phase = phase;
    const { config, data } = this;
    const { batchSize } = config.training;
    const alone = phase === 'teacher';
    const dataset = alone ? data.teacher : data.students;
    const seed = (config.seeds[0] ?? 1) * 2 + (alone ? 1 : 0);
    const shared = this.parts.sharedOf(dataset);
    const resumed = this.options.resume?.state;
    return this.loop.train({
      phase,
      shared,
      before,
      lanes,
      order: batchesOf(dataset.splits.train.count, batchSize, seed),
      ...(alone ? teacherBudget(config, data) : studentBudget(config, data)),
      ...(resumed?.phase === phase ? { from: resumed.step } : {}),
      batchSize,
      afterEpoch: (alive, epoch) => this.afterEpoch(shared, alive, epoch),
    });
  }

  private async afterEpoch(shared: Shared, alive: readonly Lane[], epoch: number): Promise<void> {
    const { emit } = this.options;
    const compare = this.phase !== 'teacher';
    const { scores, reviews, evaluator } = this.parts;
    for (const lane of alive)
      await lane.options.method.choose?.(makeValidation(evaluator, lane), lane.memory, lane.params);
    const drawn = new Map<Lane, Probe['panels']>();
    for (const lane of alive) drawn.set(lane, await probe(lane, shared, this.loop.executor));
    const see = async (lane: Lane, logits: Logits) => {
      const panels = [...(drawn.get(lane) ?? []), ...(await reviews.of(lane, logits))];
      if (panels.length === 0) return;
      emit({ type: 'probe', probe: { learner: lane.options.id, step: lane.step, panels } });
    };
    emit({ type: 'evaluated', evaluations: await scores.validation(alive, epoch, compare, see) });
  }

  private async finalTest(): Promise<void> {
    this.phase = 'test';
    this.report('measuring on the test images');
    const alive = this.loop.alive(this.lanes);
    this.options.emit({ type: 'evaluated', evaluations: await this.parts.scores.test(alive) });
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

  /** Settings of running students. While the run waits, those whose method answers in its own way are measured anew. */
  adjust(config: Config): void {
    this.config = { ...this.config, students: config.students };
    const changed: Lane[] = [];
    for (const lane of this.parts.students) {
      const student = config.students.find((s) => lane.options.id.startsWith(`${s.key}/`));
      if (!student || student.method.id !== lane.options.method.id) continue;
      const { otherClasses } = this.parts;
      if (refusalOf(student.method, { teacher: config.teacher.mode, pool: true, otherClasses })) continue;
      if (lane.options.method.predict && lane.step > 0) changed.push(lane);
      lane.adjust(student.method.params, student.optimizer);
      this.loop.refresh(lane);
    }
    if (this.phase === 'students' && this.loop.gate.waits) void this.again.ask(this.loop.alive(changed));
  }

  private readonly again = new Again((lanes) => {
    const shared = this.parts.sharedOf(this.parts.data.students);
    return this.held(() => this.afterEpoch(shared, lanes, epochOf(lanes[0]!)));
  });

  /** A paused run waits for the end of `work` before it goes on: both would use the same recorded passes. */
  private held<T>(work: () => Promise<T>): Promise<T> {
    const settled = Promise.all(this.lanes.map((lane) => lane.settle())).then(work);
    this.loop.gate.hold(settled);
    return settled;
  }

  /** Logits of every learner on a split. */
  predictions(split: SplitName): Promise<PredictionItem[]> {
    return this.held(() => this.parts.scores.predictions(this.lanes, split));
  }

  /** Looks into the learners that came this far. */
  look(look: Parameters<typeof lookIn>[0]): ReturnType<typeof lookIn> {
    return this.held(() => lookIn(look, this.parts, this.options.dataset));
  }

  /** The weights of every learner that came this far. */
  networks(): Promise<NetworkItem[]> {
    return this.held(() => networkItems(this.lanes, this.parts.datasetOf));
  }

  /** A learner's network with what a later run must know of it. */
  kept(learner: string, name: string, label: string): Promise<KeptNetwork> {
    const { config, lanes } = this;
    const { teacher, scores } = this.parts;
    return this.held(() => keptNetwork({ learner, lanes, teacher, scores, about: { name, label, config } }));
  }

  /** GPU commands of one step as recorded, and whether lanes share them. */
  get recorded(): { commands: number; batching: Decision | undefined } {
    const { commands, decision } = this.loop.executor;
    return { commands, batching: decision };
  }

  /** JavaScript and wall milliseconds per step, for measurements. */
  get timing(): { jsMilliseconds: number; steps: number } {
    return { jsMilliseconds: this.loop.jsMilliseconds, steps: this.loop.done };
  }

  /** Ends the loop at the next step; memory is freed by `dispose` after `start` has returned. */
  stop(): void {
    this.loop.stop();
  }

  /** Leaves the device as it was found, so that the next run takes no more than it says. */
  dispose(): void {
    this.loop.dispose();
    this.parts.dispose();
    gpu()?.recordings.trim();
  }
}
