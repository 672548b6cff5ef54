/**
 * One lane: one method on one student (or group of peers) with one seed. Owns the networks it trains, the
 * method's extras and memory, its optimisers, clock and metrics ring. Knows nothing of other lanes.
 */
import type { OptimizerValues } from '../core/config';
import { type AnyValues, fixedValues } from '../core/params';
import { Clock } from '../engine/inputs';
import { batchAccuracy } from '../engine/kernels/batch-accuracy';
import { NetworkBuild } from '../engine/layers';
import { ops } from '../engine/ops/index';
import { Optimizer, Placement } from '../engine/optimizers';
import { StepRandom } from '../engine/random';
import { Ring } from '../engine/ring';
import type { DeviceTable } from '../engine/table';
import type { NetOutput, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '../engine/types';
import { gradientsOf, join, keep, takeApart } from '../engine/weights';
import type { Batch, Given, Step } from '../methods/kit';
import type { LaneOptions, SharedBatch } from './contract';
import { keepOutput, lazyOutput, once, tensorsOf } from './outputs';
import { ONE_PHASE, type Span, spansOf } from './phases';

type AnyStep = Step<AnyValues, unknown, unknown>;
type Terms = Readonly<Record<string, Scalar>>;

export type { LaneOptions, SharedBatch };

export class Lane {
  readonly options: LaneOptions;
  readonly clock = new Clock();
  readonly ring: Ring;
  readonly termKeys: readonly string[];
  readonly extrasBuild: NetworkBuild;
  params: AnyValues;
  /** Filled by the session from `method.prepare` before the first step. */
  memory: unknown;
  /** Tables behind the memory; they end with the lane. */
  readonly tables: DeviceTable[] = [];
  /** Steps done. */
  step = 0;
  /** The first student's answer in the running step, when the lane publishes it. */
  published: NetOutput | undefined;
  private readonly extras: unknown;
  private readonly placement: Placement;
  private readonly spans: readonly Span[];
  private readonly random: StepRandom;
  private optimizers: { student: Optimizer; teacher: Optimizer };
  private phase: Span;
  private optimizerValues: OptimizerValues;

  constructor(options: LaneOptions) {
    this.options = options;
    this.params = options.params;
    this.optimizerValues = options.optimizer;
    const { method, students, totalSteps } = options;
    this.termKeys = Object.keys(method.terms);
    this.ring = new Ring(2 + this.termKeys.length);
    this.random = new StepRandom(options.seed, 'lane', this.clock);
    this.spans = spansOf(method.phases?.(options.params) ?? ONE_PHASE, totalSteps);
    this.phase = this.spans[0]!;
    this.extrasBuild = new NetworkBuild(options.seed, 'extras');
    this.extras = method.extras?.(this.extrasBuild, this.given());
    const builds = [...students.map((s) => s.build), this.extrasBuild];
    if (options.ownTeacher) builds.push(options.ownTeacher.build);
    this.placement = new Placement(builds.flatMap((build) => [...build.weights.values()]));
    this.optimizers = this.makeOptimizers();
  }

  private given(): Given<AnyValues> {
    const { params, classes, samples, students, frozenTeacher, ownTeacher } = this.options;
    const student = students[0]!;
    const teacher = ownTeacher ?? frozenTeacher;
    const { image } = student.input;
    return { params, classes, samples, image, student: student.shapes, teacher: teacher?.shapes };
  }

  private trains(group: 'student' | 'extras' | 'teacher'): boolean {
    return this.phase.phase.trains?.includes(group) ?? true;
  }

  private makeOptimizers(): { student: Optimizer; teacher: Optimizer } {
    const { students, ownTeacher, teacherOptimizer } = this.options;
    const weights = (build: NetworkBuild) => [...build.weights.values()];
    const own: Variable[] = this.trains('student') ? students.flatMap((s) => weights(s.build)) : [];
    if (this.trains('extras')) own.push(...weights(this.extrasBuild));
    const teachers = ownTeacher && this.trains('teacher') ? weights(ownTeacher.build) : [];
    return {
      student: new Optimizer(this.placement, own, this.optimizerValues),
      teacher: new Optimizer(this.placement, teachers, teacherOptimizer),
    };
  }

  /** Parameters of the network that is reported: the first student, without what is dropped after training. */
  get parameters(): number {
    return this.options.students[0]!.parameters;
  }

  get finished(): boolean {
    return this.step >= this.options.totalSteps;
  }

  /** Host work before a step. Returns true when the phase changed, so a recording is out of date. */
  prepareStep(): boolean {
    const next = this.spans.find((span) => this.step < span.end) ?? this.phase;
    const changed = next !== this.phase;
    if (changed) {
      this.phase = next;
      this.disposeOptimizers();
      this.optimizers = this.makeOptimizers();
    }
    const done = this.step - next.start;
    const length = Math.max(1, next.end - next.start);
    this.clock.set(this.step, done / length, Math.floor(done / this.options.stepsPerEpoch));
    this.optimizers.student.prepare(done, length);
    this.optimizers.teacher.prepare(done, length);
    return changed;
  }

  /** New values of live parameters while running; others wait for the next run. The caller drops the recording. */
  adjust(params: AnyValues, optimizer: OptimizerValues): void {
    this.params = { ...params, ...fixedValues(this.options.method.params, this.params) };
    if (optimizer.kind === this.optimizerValues.kind) {
      this.optimizerValues = optimizer;
      this.optimizers.student.values = optimizer;
    }
  }

  /** The step itself, as tensor code. Returns the tensors it publishes to other lanes. */
  run(shared: SharedBatch): readonly Tensor[] {
    const batch = this.inputOf(shared);
    const teacher = this.teacherOf(shared, batch);
    const { terms, total, gradients, variables, logits } = this.differentiate(shared, batch, teacher);
    const { student, teacher: own } = this.optimizers;
    student.apply(gradients.slice(0, student.variables.length));
    own.apply(gradients.slice(student.variables.length, variables));
    const accuracy = batchAccuracy(logits, batch.labels);
    this.ring.write([total, accuracy, ...this.termKeys.map((key) => terms[key]!)], this.clock);
    for (const tensor of [total, logits, ...Object.values(terms)]) tensor.dispose();
    return this.published ? tensorsOf(this.published) : [];
  }

  private inputOf(shared: SharedBatch): Batch {
    const { method, classes } = this.options;
    const plain: Batch = { images: shared.images, labels: shared.labels, targets: shared.targets };
    if (!method.input) return plain;
    const { params, random } = this;
    return method.input(plain, { ops, params, random, classes, phase: this.phase.id });
  }

  /** A frozen teacher's answer; undefined when the lane trains its own or the method needs none. */
  private teacherOf(shared: SharedBatch, batch: Batch): NetOutput | undefined {
    const { method, frozenTeacher } = this.options;
    const role = method.roles?.teacher ?? 'frozen';
    if (role !== 'frozen') return undefined;
    if (!method.input) return shared.teacher;
    if (!frozenTeacher) return undefined;
    const answer = once(() => frozenTeacher.forward(batch.images, false));
    return lazyOutput(answer);
  }

  private differentiate(shared: SharedBatch, batch: Batch, teacher: NetOutput | undefined) {
    const { method } = this.options;
    const variables = [...this.optimizers.student.variables, ...this.optimizers.teacher.variables];
    let terms: Terms = {};
    let logits: Tensor2D | undefined;
    const forward = (first: boolean): Terms => {
      const step = this.makeStep(shared, batch, teacher, first);
      if (first) {
        logits = keep(step.student.logits.clone());
        if (this.options.publishes) this.published = keepOutput(step.student);
      }
      return method.losses(step);
    };
    const keepTerms = () => {
      terms = forward(true);
      for (const term of Object.values(terms)) keep(term);
    };
    const sum = () => keep(ops.addN(this.termKeys.map((key) => terms[key]!)) as Scalar);
    let total: Scalar | undefined;
    let gradients: (Tensor | undefined)[];
    if (method.combineGradients) {
      // The terms' gradients are needed one by one, and a tape answers for one scalar: one pass per term.
      const rows: Record<string, Tensor1D> = {};
      this.termKeys.forEach((key, i) => {
        const parts = gradientsOf(() => {
          if (i > 0) return forward(false)[key]!;
          keepTerms();
          return terms[key]!;
        }, variables);
        rows[key] = join(parts.map((g, j) => g ?? ops.zerosLike(variables[j]!)));
      });
      gradients = takeApart(method.combineGradients(rows, { ops, params: this.params }), variables);
      total = sum();
    } else
      gradients = gradientsOf(() => {
        keepTerms();
        total = sum();
        return total;
      }, variables);
    return { terms, total: total!, gradients, variables: variables.length, logits: logits! };
  }

  private makeStep(
    shared: SharedBatch,
    batch: Batch,
    frozen: NetOutput | undefined,
    update: boolean,
  ): AnyStep {
    const { method, classes, task, ownTeacher, stepsPerEpoch } = this.options;
    const training = this.trains('student');
    const students = this.options.students.map((s) => s.forward(batch.images, training, training && update));
    this.extrasBuild.training = this.trains('extras');
    this.extrasBuild.updateStatistics = update;
    const own = ownTeacher?.forward(batch.images, this.trains('teacher'), this.trains('teacher') && update);
    const { clock } = this;
    const supervised = once(() => task.supervised(ops, students[0]!.logits, batch.targets));
    const progress = once(() => clock.scalar('progress'));
    const epoch = once(() => clock.scalar('epoch'));
    return {
      ops,
      params: this.params,
      extras: this.extras,
      memory: this.memory,
      phase: this.phase.id,
      images: batch.images,
      get teacher(): NetOutput {
        const answer = own ?? frozen;
        if (!answer) throw new Error(`${method.name} asks for a teacher, but this run has none for it.`);
        return answer;
      },
      student: students[0]!,
      students,
      labels: batch.labels,
      targets: batch.targets,
      index: shared.index,
      classes,
      batch: batch.labels.shape[0],
      get supervised() {
        return supervised();
      },
      get progress() {
        return progress();
      },
      get epoch() {
        return epoch();
      },
      epochs: Math.max(1, Math.round((this.phase.end - this.phase.start) / stepsPerEpoch)),
      random: this.random,
    };
  }

  /** Logits for evaluation, `[rows, classes]`, by the method's own prediction rule. */
  predict(images: Tensor4D): Tensor2D {
    const { method } = this.options;
    const students = this.options.students.map((s) => s.forward(images, false));
    this.extrasBuild.training = false;
    const { params, extras } = this;
    return method.predict?.({ ops, params, extras, student: students[0]!, students }) ?? students[0]!.logits;
  }

  /** The method's pictures for one batch, as named tensors; empty without `probe`. */
  probe(shared: SharedBatch): Readonly<Record<string, Tensor>> {
    const { method } = this.options;
    if (!method.probe) return {};
    const batch = this.inputOf(shared);
    return method.probe(this.makeStep(shared, batch, this.teacherOf(shared, batch), false));
  }

  private disposeOptimizers(): void {
    this.optimizers.student.dispose();
    this.optimizers.teacher.dispose();
  }

  dispose(): void {
    this.disposeOptimizers();
    for (const student of this.options.students) student.dispose();
    this.options.ownTeacher?.dispose();
    this.extrasBuild.dispose();
    this.placement.dispose();
    for (const table of this.tables) table.dispose();
    this.ring.dispose();
    this.clock.dispose();
  }
}
