/** The numbers behind the charts, by learner id. Kept outside React; charts are told once that something changed. */
import { metrics } from '../metrics/index';
import type { Evaluation, Learner, Points } from '../worker/protocol';
import { Series } from './series';

export const METRIC_IDS: readonly string[] = metrics.all.map((metric) => metric.id);

/** Columns of a training series before the loss terms. */
export const TOTAL = 0;
export const BATCH_ACCURACY = 1;
export const FIRST_TERM = 2;

export class Curves {
  readonly training = new Map<string, Series>();
  readonly evaluated = new Map<string, Series>();
  /** Rows of `[step, seconds of the run]`, from the learner's start. */
  readonly times = new Map<string, Series>();
  private readonly listeners = new Set<() => void>();

  reset(learners: readonly Learner[]): void {
    this.training.clear();
    this.evaluated.clear();
    this.times.clear();
    for (const learner of learners) {
      this.training.set(learner.id, new Series(FIRST_TERM + learner.terms.length));
      this.evaluated.set(learner.id, new Series(METRIC_IDS.length));
      this.times.set(learner.id, new Series(1));
    }
    this.changed();
  }

  /** @param seconds of the run, when these points came in. */
  addPoints(batches: readonly Points[], seconds = Number.NaN): void {
    for (const { learner, rows, data } of batches) {
      this.training.get(learner)?.append(rows, data);
      const last = data[(rows - 1) * (data.length / rows)];
      if (last !== undefined) this.at(learner, last, seconds);
    }
    this.changed();
  }

  /** The learner had done `step` steps when the run was `seconds` old. */
  at(learner: string, step: number, seconds: number): void {
    const times = this.times.get(learner);
    if (Number.isFinite(seconds) && (!times?.length || step > times.lastStep))
      times?.append(1, [step, seconds]);
  }

  /** Only validation results become curves; the final test is one number. */
  addEvaluations(evaluations: readonly Evaluation[]): void {
    for (const { learner, split, step, metrics: values } of evaluations)
      if (split === 'validation')
        this.evaluated.get(learner)?.append(1, [step, ...METRIC_IDS.map((id) => values[id] ?? Number.NaN)]);
    this.changed();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

export const curves = new Curves();
