/**
 * One lane: one method on one student (or group of peers) with one seed. Owns the networks it trains, the
 * method's extras and memory, its optimisers, clock and metrics ring. Knows nothing of other lanes.
 */
import type { OptimizerValues } from '../core/config';
import { type AnyValues, fixedValues } from '../core/params';
import { Clock } from '../engine/inputs';
import { NetworkBuild } from '../engine/layers';
import { ops } from '../engine/ops/index';
import { Placement } from '../engine/placement';
import { StepRandom } from '../engine/random';
import { Ring } from '../engine/ring';
import type { DeviceTable } from '../engine/table';
import type { NetOutput, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../engine/types';
import { keep } from '../engine/weights';
import type { Batch, Given, Midway, Prediction } from '../methods/kit';
import { answeringParameters } from './answering';
import type { LaneOptions, SharedBatch } from './contract';
import { follow } from './following';
import { Group, type GroupPlace, trains } from './group';
import { keepOutput, tensorsOf } from './outputs';
import { EVALUATION, modesIn, Passes } from './passes';
import { NETWORK, penaltyOf } from './penalty';
import { ONE_PHASE, type Span, spansOf } from './phases';
import { probedStep } from './probed';
import { Retuning } from './retuning';
import { slopesOf, type Terms } from './slopes';
import { type AnyStep, stepOf } from './step';
import { frozenAnswer } from './taught';
import { answersOf, batchFor, jointPass } from './unlabelled';

export type { LaneOptions, SharedBatch };

export class Lane {
  readonly options: LaneOptions;
  readonly clock = new Clock();
  readonly ring: Ring;
  /** Labels of the loss terms by key, in order: the method's, then what the networks add. */
  readonly terms: Terms<string>;
  readonly termKeys: readonly string[];
  readonly extrasBuild: NetworkBuild;
  readonly extras: unknown;
  params: AnyValues;
  /** Filled by the session from `method.prepare` before the first step. */
  memory: unknown;
  /** Tools of `method.begin`; filled by the session before the first step. */
  midway: Midway<unknown, AnyValues> | undefined;
  /** Tables behind the memory; they end with the lane. */
  readonly tables: DeviceTable[] = [];
  /** Steps done. */
  step = 0;
  readonly retuning = new Retuning();
  /** The first student's answer in the running step, when the lane publishes it. */
  published: NetOutput | undefined;
  private readonly placement: Placement;
  private answering: number | undefined;
  readonly spans: readonly Span[];
  readonly random: StepRandom;
  readonly groups: readonly [student: Group, teacher: Group];
  phase: Span;

  constructor(options: LaneOptions) {
    this.options = options;
    this.params = options.params;
    const { method, students, ownTeachers, totalSteps } = options;
    this.random = new StepRandom(options.seed, 'lane', this.clock);
    this.spans = spansOf(method.phases?.(options.params) ?? ONE_PHASE, totalSteps);
    this.phase = this.spans.find(({ start, end }) => start < end) ?? this.spans[0]!;
    this.extrasBuild = new NetworkBuild(options.seed, 'extras');
    this.extras = method.extras?.(this.extrasBuild, this.given());
    const teachers = ownTeachers.map(({ network }) => network);
    const builds = [...students.map((s) => s.build), this.extrasBuild, ...teachers.map((t) => t.build)];
    this.placement = new Placement(
      builds.flatMap((build) => [...build.weights.values()]),
      builds.flatMap((build) => [...build.states.values()]),
    );
    const { placement, spans, extrasBuild: extras } = this;
    const { fixed, optimizer, teacherOptimizer } = options;
    const own = { networks: teachers, placement, spans, fixed: fixed?.teachers };
    this.groups = [
      new Group(
        'student',
        { networks: students, extras, placement, spans, fixed: fixed?.students },
        optimizer,
      ),
      new Group('teacher', own, teacherOptimizer),
    ];
    const [penalty] = this.groups.flatMap(({ course }) => course.penaltyLabel ?? []);
    this.terms = { ...method.terms, ...(penalty === undefined ? {} : { [NETWORK]: penalty }) };
    this.termKeys = Object.keys(this.terms);
    this.ring = new Ring(2 + this.termKeys.length);
  }

  /** What the method knows of its networks. */
  given(): Given<AnyValues> {
    const { method, params, facts, samples, students, frozenTeacher, ownTeachers } = this.options;
    const { pool, numbers, guests } = this.options;
    const student = students[0]!;
    const teacher = method.roles?.teacher === 'learns' ? ownTeachers[0]?.network : frozenTeacher;
    const shapes = { image: student.input.image, student: student.shapes, teacher: teacher?.shapes };
    const optional = {
      ...(pool ? { pool: pool.count } : {}),
      ...(numbers ? { numbers } : {}),
      ...(guests ? { guests: guests.length } : {}),
    };
    return { ...facts, params, samples, ...optional, ...shapes };
  }

  /** Parameters of what is reported: the first student, or all that answers where the method does so in its own way. */
  get parameters(): number {
    const { method, students } = this.options;
    if (!method.predict) return students[0]!.parameters;
    this.answering ??= answeringParameters(this);
    return this.answering;
  }

  get finished(): boolean {
    return this.step >= this.options.totalSteps;
  }

  /** Number of the running phase. */
  get phaseNumber(): number {
    return this.spans.indexOf(this.phase);
  }

  /** Goes to where a lane of the same make was after `step` steps; the values it keeps are written by the caller. */
  goTo(step: number, phase: number, params: AnyValues, groups: readonly GroupPlace[]): void {
    this.step = step;
    this.params = params;
    this.phase = this.spans[phase] ?? this.phase;
    this.ring.skipTo(step);
    this.groups.forEach((group, i) => {
      group.goTo(groups[i]!, this.phase);
    });
  }

  /** Before `prepareStep`, and after the last step: what the networks' own stages and phases of the method begin with. */
  async turn(): Promise<void> {
    await this.settle();
    const { midway, memory, params, step, options } = this;
    const { method, stepsPerEpoch } = options;
    for (const { id } of midway ? this.spans.filter(({ start }) => start === step) : [])
      await method.begin?.(id, midway!, memory, params);
    const epoch = step / stepsPerEpoch;
    if (midway && Number.isInteger(epoch) && !this.finished)
      await method.epoch?.(epoch, midway, memory, params);
    for (const { course } of this.groups) await course.turn(this.step);
  }

  /** Waits until the method has taken in the parameters that were moved. */
  settle(): Promise<void> {
    const { midway, memory, params, phase, options } = this;
    const retune = midway && options.method.retune?.bind(options.method, phase.id, midway, memory, params);
    return this.retuning.settle(async () => retune?.());
  }

  /** Host work before a step. Returns true when a phase or stage changed, so a recording is out of date. */
  prepareStep(): boolean {
    const next = this.spans.find((span) => this.step < span.end) ?? this.phase;
    this.phase = next;
    const done = this.step - next.start;
    const length = Math.max(1, next.end - next.start);
    this.clock.set(this.step, done / length, Math.floor(done / this.options.stepsPerEpoch));
    return this.groups.map((group) => group.prepare(this.step, next)).includes(true);
  }

  /** New values of live parameters while running; others wait for the next run. The caller drops the recording. */
  adjust(params: AnyValues, optimizer: OptimizerValues): void {
    this.retuning.due = true;
    this.params = { ...params, ...fixedValues(this.options.method.params, this.params) };
    this.groups[0].adjust(optimizer);
  }

  /** The step itself, as tensor code. Returns the tensors it publishes to other lanes. */
  run(all: SharedBatch): readonly Tensor[] {
    const shared = batchFor(this.options, all);
    const batch = this.inputOf(shared);
    const teacher = frozenAnswer(this.options, shared, batch);
    const { terms, total, gradients, variables, logits } = this.differentiate(shared, batch, teacher);
    const [student, own] = this.groups;
    student.optimizer.apply(gradients.slice(0, student.optimizer.variables.length));
    own.optimizer.apply(gradients.slice(student.optimizer.variables.length, variables));
    follow(this.options.students, this.phase, this.clock);
    const answers = { logits, labels: batch.labels };
    this.ring.write([total, answers, ...this.termKeys.map((key) => terms[key]!)], this.clock);
    for (const tensor of [total, logits, ...Object.values(terms)]) tensor.dispose();
    return this.published ? tensorsOf(this.published) : [];
  }

  private inputOf(shared: SharedBatch): Batch {
    const { method, facts } = this.options;
    const plain: Batch = { images: shared.images, labels: shared.labels, targets: shared.targets };
    if (!method.input) return plain;
    const { params, random, phase } = this;
    return method.input(plain, { ops, params, random, classes: facts.classes, phase: phase.id });
  }

  private differentiate(shared: SharedBatch, batch: Batch, teacher: NetOutput | undefined) {
    const { method, publishes } = this.options;
    const { params, memory } = this;
    const variables = this.groups.flatMap(({ optimizer }) => optimizer.variables);
    let logits: Tensor2D | undefined;
    const forward = (first: boolean): Terms => {
      const step = this.makeStep(shared, batch, teacher, first);
      if (first) {
        logits = keep((method.predict?.(step) ?? step.student.logits).clone());
        if (publishes) this.published = keepOutput(step.student);
      }
      return method.losses(step);
    };
    const combine = method.combineGradients?.bind(method);
    const loss = {
      forward,
      penalty: penaltyOf(this.groups.map(({ course }) => course)),
      keys: Object.keys(method.terms),
      combine: combine && ((rows: Terms<Tensor1D>) => combine(rows, { ops, params, memory })),
    };
    const slopes = slopesOf(loss, variables);
    return { ...slopes, variables: variables.length, logits: logits! };
  }

  private makeStep(
    shared: SharedBatch,
    batch: Batch,
    frozen: NetOutput | undefined,
    update: boolean,
  ): AnyStep {
    this.extrasBuild.training = trains('extras', this.phase);
    this.extrasBuild.updateStatistics = update;
    const passes = new Passes(this.options, modesIn(this.phase, update, this.options.fixed));
    const answered = answersOf(passes, jointPass(this.options, shared, batch));
    return stepOf(this, answered, { batch, index: shared.index, frozen });
  }

  /** What the method's prediction rule reads. @param span the phase it answers in. */
  prediction(images: Tensor4D, span = this.phase): Prediction<AnyValues, unknown> {
    const { forward, answers } = new Passes(this.options, EVALUATION);
    const students = answers(images);
    this.extrasBuild.training = false;
    const { params, extras } = this;
    return { ops, params, extras, images, phase: span.id, student: students[0]!, students, forward };
  }

  /** Logits for evaluation, `[rows, classes]`, by the method's own prediction rule. */
  predict(images: Tensor4D): Tensor2D {
    const read = this.prediction(images);
    return this.options.method.predict?.(read) ?? read.student.logits;
  }

  /** The same as after the last phase. */
  predictTrained(images: Tensor4D): Tensor2D {
    const last = this.spans.findLast(({ start, end }) => start < end);
    const read = this.prediction(images, last);
    return this.options.method.predict?.(read) ?? read.student.logits;
  }

  /** The method's pictures for one batch, as named tensors; empty without `probe`. */
  probe(all: SharedBatch): Readonly<Record<string, Tensor>> {
    const { method } = this.options;
    if (!method.probe) return {};
    const shared = batchFor(this.options, all);
    const batch = this.inputOf(shared);
    const teacher = frozenAnswer(this.options, shared, batch);
    const again = () => this.makeStep(shared, batch, teacher, false);
    return method.probe(probedStep(this, again));
  }

  /** The first student's own pictures; empty without `probe`. */
  probeNetwork(): Readonly<Record<string, Tensor>> {
    return this.options.students[0]!.body.probe?.() ?? {};
  }

  dispose(): void {
    for (const { optimizer } of this.groups) optimizer.dispose();
    for (const student of this.options.students) student.dispose();
    for (const { network } of this.options.ownTeachers) network.dispose();
    for (const guest of this.options.guests ?? []) guest.dispose();
    this.extrasBuild.dispose();
    this.placement.dispose();
    for (const table of this.tables) table.dispose();
    this.ring.dispose();
    this.clock.dispose();
  }
}
