/** What one optimiser of a lane trains: networks of one model with the stages they ask for, and extras. */
import type { OptimizerValues } from '../core/config';
import type { NetworkBuild } from '../engine/layers';
import { Optimizer } from '../engine/optimizers';
import type { Placement } from '../engine/placement';
import type { Variable } from '../engine/types';
import type { Phase } from '../methods/kit';
import { Course, type CoursePlace } from './course';
import type { Network } from './network';
import { rateAt, type Span } from './phases';

type GroupName = 'student' | 'teacher';

interface Members {
  readonly networks: readonly Network[];
  readonly extras?: NetworkBuild;
  readonly placement: Placement;
  /** The method's phases over the lane. */
  readonly spans: readonly Span[];
  /** Numbers of networks that never learn. */
  readonly fixed?: ReadonlySet<number> | undefined;
}

/** Whether a group of parameters learns in a phase. */
export const trains = (name: GroupName | 'extras', { phase }: Span): boolean =>
  phase.trains?.includes(name) ?? true;

/** The extras that learn in a phase that trains extras. */
const extrasOf = ({ weights }: NetworkBuild, { phase }: Span): Variable[] =>
  [...weights].flatMap(([name, weight]) => (name.startsWith(phase.extras ?? '') ? [weight] : []));

/** Where a group is in its training, beside the values it keeps on the device. */
export interface GroupPlace {
  readonly values: OptimizerValues;
  readonly course: CoursePlace;
}

/** Whether a student's layers run as in training: batch norms use the batch and move their statistics. */
export const runsTraining = (number: number, span: Span): boolean =>
  trains('student', span) &&
  (span.phase.students?.includes(number) ?? true) &&
  span.phase.learns === undefined;

/** Which weights of a network learn in a phase, by the network's number and the weight's name. */
function learning({ students, learns }: Phase, networks: readonly Network[]) {
  const linear = networks.map(
    ({ build }) => new Set([...build.linear.values()].flatMap(({ kernel, bias }) => [kernel, bias])),
  );
  return (number: number, weight: string): boolean =>
    (students?.includes(number) ?? true) && (learns === undefined || linear[number]!.has(weight));
}

export class Group {
  readonly course: Course;
  optimizer: Optimizer;
  private readonly name: GroupName;
  private readonly members: Members;
  private values: OptimizerValues;
  private phase: Span;

  constructor(name: GroupName, members: Members, values: OptimizerValues) {
    this.name = name;
    this.members = members;
    this.values = values;
    this.phase = members.spans[0]!;
    this.course = new Course(
      members.networks,
      members.spans.filter((span) => trains(name, span)),
      members.fixed,
    );
    this.optimizer = this.makeOptimizer();
  }

  private makeOptimizer(): Optimizer {
    const { name, phase, course, members } = this;
    const chosen = name === 'student' ? learning(phase.phase, members.networks) : () => true;
    const which = (number: number, weight: string) => !members.fixed?.has(number) && chosen(number, weight);
    const own = trains(name, phase) ? course.variables(which) : [];
    if (members.extras && trains('extras', phase)) own.push(...extrasOf(members.extras, phase));
    return new Optimizer(members.placement, own, course.optimizer(this.values));
  }

  /** Host work before step `step` of the lane, in `phase`. True when other weights train than before. */
  prepare(step: number, phase: Span): boolean {
    const turned = this.course.prepare(step);
    const changed = turned || phase !== this.phase;
    this.phase = phase;
    if (changed) {
      this.optimizer.dispose();
      this.optimizer = this.makeOptimizer();
    }
    const { start, end } = this.course.within(phase);
    const { rates } = phase.phase;
    const done = (step - phase.start) / Math.max(1, phase.end - phase.start);
    this.optimizer.prepare(step - start, Math.max(1, end - start), rates && rateAt(rates, done));
    return changed;
  }

  get place(): GroupPlace {
    return { values: this.values, course: this.course.place };
  }

  /** Goes to a place in `phase`; the optimiser begins anew and waits for its moments. */
  goTo({ values, course }: GroupPlace, phase: Span): void {
    this.values = values;
    this.phase = phase;
    this.course.place = course;
    this.optimizer.dispose();
    this.optimizer = this.makeOptimizer();
  }

  /** New settings while running; another kind of optimiser waits for the next run. */
  adjust(values: OptimizerValues): void {
    if (values.kind !== this.values.kind) return;
    this.values = values;
    this.optimizer.values = this.course.optimizer(values);
  }
}
