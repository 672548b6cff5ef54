/** What a run is made of: the same for the run itself and for the rehearsal that counts its memory. */
import type { Config } from '../core/config';
import type { Dataset } from '../data/dataset';
import { ImageStore } from '../engine/kernels/image-batch';
import { Evaluator, pixelsOf } from './evaluate';
import type { Lane } from './lane';
import { Network, type Weights } from './network';
import { augmentOf, inputOf, knowsOthers, studentLanes, TEACHER, teacherLane } from './plan';
import { RunData } from './regime';
import { Reviews } from './reviews';
import { Scores } from './scores';
import type { Kept } from './seats';
import { Shared } from './shared';

/** The network of a saved teacher; without `weights` only its form is known. */
export interface SavedNetwork {
  readonly choice: Config['teacher']['model'];
  readonly weights?: Weights;
  /** How many it knows; absent: those of the data. */
  readonly classes?: number;
}

export class Parts {
  readonly data: RunData;
  readonly evaluator: Evaluator;
  readonly scores: Scores;
  readonly reviews: Reviews;
  readonly teacher: Network;
  /** The teacher's classes are others than the students'. */
  readonly otherClasses: boolean;
  /** Trains the teacher; undefined for a saved one. */
  readonly teacherLane: Lane | undefined;
  readonly students: readonly Lane[];
  /** The teacher trains beside the students. */
  readonly online: boolean;
  private readonly config: Config;
  /** Of the teacher's classes, where they are not the students'. */
  private readonly taughtEvaluator: Evaluator | undefined;
  private readonly shared = new Map<Dataset, Shared>();
  private unlabelled: ImageStore | undefined;

  constructor(config: Config, dataset: Dataset, saved: SavedNetwork | undefined, kept?: Kept) {
    this.config = config;
    this.online = config.teacher.mode === 'online';
    this.data = new RunData(config, dataset);
    const { full, taught, sides } = this.data;
    this.evaluator = new Evaluator(full);
    this.reviews = new Reviews(this.evaluator, full);
    const choice = saved?.choice ?? config.teacher.model;
    const input = inputOf(taught);
    const classes = saved?.classes ?? input.classes;
    this.teacher = new Network(choice, { ...input, classes }, config.seeds[0] ?? 1, TEACHER);
    this.otherClasses = knowsOthers(this.data, this.teacher);
    if (!saved) this.teacherLane = teacherLane(config, this.data, this.teacher, this.online);
    else if (saved.weights) this.teacher.load(saved.weights);
    if (sides) this.taughtEvaluator = new Evaluator(taught);
    this.scores = new Scores({
      students: { evaluator: this.evaluator, dataset: full },
      teacher: { evaluator: this.taughtEvaluator ?? this.evaluator, dataset: taught },
      network: this.teacher,
      compares: !this.otherClasses,
    });
    this.students = studentLanes(config, this.data, this.teacher, kept);
  }

  /** Every lane, the teacher's first. */
  get lanes(): Lane[] {
    return [...(this.teacherLane ? [this.teacherLane] : []), ...this.students];
  }

  /** Lanes that run ahead of the students in their steps. */
  get before(): Lane[] {
    return this.online && this.teacherLane ? [this.teacherLane] : [];
  }

  /** What a lane is measured on. */
  readonly datasetOf = ({ options }: Lane): Dataset =>
    options.id === TEACHER ? this.data.taught : this.data.full;

  /** The batches of a data set; made once. */
  sharedOf(dataset: Dataset): Shared {
    let shared = this.shared.get(dataset);
    if (!shared) {
      shared = new Shared(dataset, this.config.training.batchSize, augmentOf(this.config));
      this.shared.set(dataset, shared);
    }
    return shared;
  }

  /** The images without labels on the device, where a student asks for them. */
  get pool(): ImageStore | undefined {
    const { pool, full } = this.data;
    if (!this.unlabelled && pool && this.students.some(({ options }) => options.pool))
      this.unlabelled = new ImageStore(pixelsOf(full, 'pool', pool));
    return this.unlabelled;
  }

  /** Shows the teacher, and images without labels, to the students. @param keepsAnswers where that saves time. */
  teach(keepsAnswers: boolean): void {
    const shared = this.sharedOf(this.data.students);
    const store = this.pool;
    const seed = this.config.seeds[0] ?? 1;
    for (const { options } of this.students)
      if (store && options.pool) shared.drawFrom({ store, seed }, options.pool.rows);
    const [lane] = this.before;
    if (lane) shared.follow(() => lane.published, this.teacher);
    else shared.freeze(this.teacher, keepsAnswers);
  }

  dispose(): void {
    this.evaluator.dispose();
    this.taughtEvaluator?.dispose();
    for (const lane of this.lanes) lane.dispose();
    if (!this.teacherLane) this.teacher.dispose();
    for (const shared of this.shared.values()) shared.dispose();
    this.unlabelled?.dispose();
  }
}
