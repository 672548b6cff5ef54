/** What the regimes of a set-up make of a run: who sees which training images, and for how long. */
import type { Config } from '../core/config';
import { stepsPerEpoch } from '../data/batches';
import { applyRegimes, type Outcome } from '../data/chain';
import type { Dataset, Pool, RegimeReport } from '../data/dataset';
import { reportOf } from '../data/regime-report';
import { type Sides, sidesOf } from '../data/spaces';
import { withTraining } from '../data/subset';
import { unlabelled } from '../data/unlabelled';
import type { RegimeFacts } from '../methods/kit';

/** Length of a stretch of training. */
export interface Budget {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** Epochs from one evaluation to the next: as often, in steps, as with all images. */
  readonly evaluateEvery: number;
}

export const stepsOf = ({ stepsPerEpoch, epochs }: Budget): number => stepsPerEpoch * epochs;

/** The sides the regimes divide a data set into; undefined where they do not. Throws where they cannot. */
const dividedBy = ({ regimes, seeds }: Config, dataset: Dataset): Sides | undefined =>
  sidesOf(regimes, dataset, seeds[0] ?? 1);

/** A saved teacher has its own classes, whatever the set-up divides. */
const reported = ({ teacher }: Config, sides: Sides | undefined): Partial<Sides> | undefined =>
  sides && teacher.mode === 'saved' ? { students: sides.students } : sides;

/** Outcome of the chosen regimes on a data set. Throws where they cannot be used. */
function outcomeOf(config: Config, dataset: Dataset, scores?: ArrayLike<number>): Outcome {
  const { labels } = dataset.splits.train;
  const source = { labels, classes: dataset.classNames.length };
  const { attributes } = dataset;
  const seed = config.seeds[0] ?? 1;
  return applyRegimes(
    config.regimes,
    attributes ? { ...source, attributes } : source,
    seed,
    config.teacher.mode,
    scores,
  );
}

/** What a run would report, without its scores. Throws where the regimes cannot be used. */
export function previewRegimes(config: Config, dataset: Dataset): RegimeReport {
  const sides = dividedBy(config, dataset);
  const seen = sides?.students ?? dataset;
  return reportOf(config.regimes, seen, outcomeOf(config, seen), undefined, reported(config, sides));
}

const equal = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** The data of a run. Counts are final from the start; rows that hang on scores are, once `settle` was called. */
export class RunData {
  /** What the students' regimes begin with: the data set, or the students' side of it. */
  readonly full: Dataset;
  /** Where the teacher has other classes than the students. */
  readonly sides: Sides | undefined;
  readonly scored: (NonNullable<Outcome['scored']> & { readonly dataset: Dataset }) | undefined;
  readonly facts: RegimeFacts;
  private readonly config: Config;
  /** Of the rows of `scored`, once they are settled. */
  scores: ArrayLike<number> | undefined;
  private unlabelled: { readonly pool: Pool | undefined } | undefined;
  private held: { readonly outcome: Outcome; readonly teacher: Dataset; readonly students: Dataset };

  constructor(config: Config, dataset: Dataset) {
    this.config = config;
    this.sides = dividedBy(config, dataset);
    const seen = this.sides?.students ?? dataset;
    const outcome = outcomeOf(config, seen);
    this.full = outcome.tasks ? { ...seen, tasks: outcome.tasks } : seen;
    this.held = this.hold(outcome);
    const { scored, students, noisyTeacher } = this.held.outcome;
    this.scored = scored && { ...scored, dataset: withTraining(this.full, scored) };
    this.facts = { kept: students.rows.length / this.full.splits.train.count, noisyTeacher };
  }

  /** Equal views are one data set, so that one copy on the device serves both. */
  private hold(outcome: Outcome) {
    const { students, teacher } = outcome;
    const same = equal(students.rows, teacher.rows) && equal(students.labels, teacher.labels);
    const seen = withTraining(this.full, students);
    return { outcome, students: seen, teacher: same ? seen : withTraining(this.full, teacher) };
  }

  get outcome(): Outcome {
    return this.held.outcome;
  }

  /** What the teacher is trained on. */
  get teacher(): Dataset {
    return this.sides?.teacher ?? this.held.teacher;
  }

  /** What the teacher is measured on: the classes it learns. */
  get taught(): Dataset {
    return this.sides?.teacher ?? this.full;
  }

  get students(): Dataset {
    return this.held.students;
  }

  /** Images without labels, none of them held out; made when first asked for. Regimes with scores move none. */
  get pool(): Pool | undefined {
    this.unlabelled ??= { pool: unlabelled(this.full, this.outcome.pooled) };
    return this.unlabelled.pool;
  }

  /** Takes the scores of the rows of `scored` over. */
  settle(scores: ArrayLike<number>): void {
    this.scores = scores;
    this.held = this.hold(outcomeOf(this.config, this.full, scores));
  }

  /** @param cost of finding the scores. */
  report(cost: RegimeReport['cost']): RegimeReport {
    const { config, full, outcome, scores, sides } = this;
    return reportOf(config.regimes, full, outcome, { cost, scores }, reported(config, sides));
  }

  /**
   * Epochs over `dataset` for what would be `epochs` over all training images. For as many updates: as many whole
   * epochs as it takes to make no fewer steps.
   */
  budget(dataset: Dataset, epochs: number): Budget {
    const { batchSize } = this.config.training;
    const full = stepsPerEpoch(this.full.splits.train.count, batchSize);
    const own = stepsPerEpoch(dataset.splits.train.count, batchSize);
    if (dataset === this.sides?.teacher) return { stepsPerEpoch: own, epochs, evaluateEvery: 1 };
    if (this.outcome.budget === 'epochs') return { stepsPerEpoch: own, epochs, evaluateEvery: 1 };
    return {
      stepsPerEpoch: own,
      epochs: Math.ceil((epochs * full) / own),
      evaluateEvery: Math.ceil(full / own),
    };
  }
}
