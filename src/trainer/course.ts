/** Leads the networks of one optimiser through the stages that their model asks for. */
import type { OptimizerValues } from '../core/config';
import { ops } from '../engine/ops/index';
import type { Scalar, Variable } from '../engine/types';
import type { NamedValues, Schedule, Stage } from '../models/kit';
import type { Network } from './network';
import { type Span, spansOf } from './phases';

const same = (a: Float32Array | undefined, b: Float32Array): boolean =>
  a?.length === b.length && a.every((value, i) => value === b[i]);

/** Stages over the steps of `trained`, in steps of the lane; what lies between is not counted. */
function stagesOver({ stages }: Schedule, trained: readonly Span<unknown>[]): Span<Stage>[] {
  const total = trained.reduce((n, { start, end }) => n + end - start, 0);
  const at = (count: number): number => {
    let left = count;
    for (const { start, end } of trained) {
      if (left < end - start) return start + left;
      left -= end - start;
    }
    return trained.at(-1)?.end ?? 0;
  };
  return spansOf(stages, total).map((span) => ({ ...span, start: at(span.start), end: at(span.end) }));
}

/** Where a course is; stages by their number, -1 for none. */
export interface CoursePlace {
  readonly current: number;
  readonly begun: number;
  readonly written: NamedValues;
}

export class Course {
  private readonly networks: readonly Network[];
  /** Those that go through the stages. */
  private readonly learners: readonly Network[];
  private readonly schedule: Schedule | undefined;
  private readonly spans: readonly Span<Stage>[];
  private current: Span<Stage> | undefined;
  private begun: Span<Stage> | undefined;
  private readonly written = new Map<string, Float32Array>();

  /**
   * @param networks of one model, but for those that stay as they are.
   * @param trained the lane's spans in which they train.
   * @param fixed numbers of networks that stay as they are.
   */
  constructor(
    networks: readonly Network[],
    trained: readonly Span<unknown>[],
    fixed: ReadonlySet<number> = new Set(),
  ) {
    this.networks = networks;
    this.learners = networks.filter((_, number) => !fixed.has(number));
    this.schedule = this.learners[0]?.body.schedule;
    this.spans = this.schedule ? stagesOver(this.schedule, trained) : [];
    this.current = this.spans.find(({ start, end }) => start < end);
  }

  private at(step: number): Span<Stage> | undefined {
    return this.spans.find(({ end }) => step < end) ?? this.current;
  }

  /** Before `prepare`: what a stage that begins with step `step` of the lane does to the networks. */
  async turn(step: number): Promise<void> {
    const next = this.at(step);
    if (!next || next === this.begun) return;
    this.begun = next;
    const { begin } = next.phase;
    if (begin) for (const network of this.learners) await network.change(begin);
  }

  /** Writes what step `step` of the lane needs. True when a stage has changed, so that other weights train. */
  prepare(step: number): boolean {
    const next = this.at(step);
    const changed = next !== this.current;
    this.current = next;
    if (!next) return false;
    const { phase, start, end } = next;
    this.write(phase.settings?.(Math.max(0, step - start) / (end - start)) ?? {});
    return changed;
  }

  private write(settings: NamedValues): void {
    const fresh = Object.entries(settings).filter(([name, value]) => !same(this.written.get(name), value));
    for (const [name, value] of fresh) this.written.set(name, value);
    for (const network of this.learners) network.set(Object.fromEntries(fresh));
  }

  /** The part of a lane's span over which the optimiser runs without a new start. */
  within({ start, end }: Span<unknown>): { readonly start: number; readonly end: number } {
    const { current } = this;
    return current
      ? { start: Math.max(start, current.start), end: Math.min(end, current.end) }
      : { start, end };
  }

  /** Settings of an optimiser in the running stage. */
  optimizer(values: OptimizerValues): OptimizerValues {
    return this.current?.phase.holdsRate ? { ...values, schedule: 'constant' } : values;
  }

  /** The weights that train in the running stage. @param which of them, by the number of the network and their name. */
  variables(which: (network: number, weight: string) => boolean = () => true): Variable[] {
    const rests = this.current?.phase.rests;
    return this.networks.flatMap(({ build }, number) =>
      [...build.weights].flatMap(([name, weight]) =>
        rests?.includes(name) || !which(number, name) ? [] : [weight],
      ),
    );
  }

  get place(): CoursePlace {
    const number = (span: Span<Stage> | undefined) => (span ? this.spans.indexOf(span) : -1);
    const written = Object.fromEntries(this.written);
    return { current: number(this.current), begun: number(this.begun), written };
  }

  set place({ current, begun, written }: CoursePlace) {
    this.current = this.spans[current];
    this.begun = this.spans[begun];
    this.written.clear();
    for (const [name, value] of Object.entries(written)) this.written.set(name, value);
  }

  /** What the networks add to the loss; 0 when they add nothing. */
  penalty(): Scalar {
    const all = this.learners.flatMap(({ body }) => body.schedule?.penalty?.value() ?? []);
    return all.length > 0 ? (ops.addN(all) as Scalar) : ops.scalar(0);
  }

  get penaltyLabel(): string | undefined {
    return this.schedule?.penalty?.label;
  }
}
