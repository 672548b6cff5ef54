/** Speed, time left and place in the run, from the last steps and evaluations. */
import type { PhaseName, Progress } from '../worker/protocol';

const KEPT = 40;
const NEEDED = 3;

export interface Place {
  readonly phase: PhaseName;
  readonly note: string;
  readonly step: number;
  readonly totalSteps: number;
  /** Steps done in this phase. */
  readonly phaseStep: number;
  /** Of this phase. */
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly imagesPerStep: number;
  readonly batching: Progress['batching'] | undefined;
}

export class Meter {
  private readonly times: number[] = [];
  private readonly learners: Record<string, number> = {};
  private evaluations = { total: 0, count: 0 };
  private started = 0;

  /** Marks the start of a stretch of steps, so that pauses and evaluations are not counted as steps. */
  begin(now: number): void {
    this.started = now;
  }

  step(now: number): void {
    this.times.push(now - this.started);
    this.started = now;
    if (this.times.length > KEPT) this.times.shift();
  }

  /** Milliseconds one evaluation of all learners took. */
  evaluated(milliseconds: number): void {
    this.evaluations.total += milliseconds;
    this.evaluations.count++;
  }

  /** Milliseconds of each learner's part of one step. */
  measured(times: ReadonlyMap<string, number>): void {
    for (const [learner, milliseconds] of times) this.learners[learner] = milliseconds;
  }

  /** Mean wall milliseconds of a step; undefined until a few were seen. */
  get milliseconds(): number | undefined {
    if (this.times.length < NEEDED) return undefined;
    return this.times.reduce((a, b) => a + b, 0) / this.times.length;
  }

  progress(place: Place): Progress {
    const { phase, note, step, totalSteps, phaseStep, stepsPerEpoch, epochs } = place;
    const { milliseconds } = this;
    const left = totalSteps - step;
    const { total, count } = this.evaluations;
    const perEvaluation = count ? total / count : 0;
    return {
      phase,
      note,
      step,
      totalSteps,
      epoch: Math.floor(phaseStep / stepsPerEpoch),
      epochs,
      imagesPerSecond: milliseconds ? (1000 * place.imagesPerStep) / milliseconds : 0,
      stepMilliseconds: milliseconds ?? 0,
      learnerMilliseconds: { ...this.learners },
      ...(place.batching ? { batching: place.batching } : {}),
      ...(milliseconds === undefined
        ? {}
        : { secondsLeft: (left * milliseconds + (left / stepsPerEpoch) * perEvaluation) / 1000 }),
    };
  }
}
