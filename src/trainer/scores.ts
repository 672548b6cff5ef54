/** How learners do on the splits of a run, always beside its teacher. */
import type { Config } from '../core/config';
import { hashText } from '../core/rng';
import type { Dataset, SplitName } from '../data/dataset';
import type { Tensor4D } from '../engine/types';
import type { Evaluation, NetworkCard, PredictionItem } from '../worker/protocol';
import type { Evaluator, Logits, Predictor } from './evaluate';
import type { Lane } from './lane';
import type { Network } from './network';
import { TEACHER } from './plan';

const predictorOf = (lane: Lane): Predictor => ({ id: lane.options.id, predict: lane.predict.bind(lane) });

/** A teacher is not compared with itself. */
const comparable = (lane: Lane, teacher: Logits | undefined): Logits | undefined =>
  lane.options.id === TEACHER ? undefined : teacher;

/** The parameters that are left, where the lane's network has removed some. */
const sizeOf = ({ parameters, options }: Lane): { parameters?: number } =>
  options.students[0]!.removed > 0 ? { parameters } : {};

/** Where learners are measured. */
interface Ground {
  readonly evaluator: Evaluator;
  readonly dataset: Dataset;
}

interface Grounds {
  readonly students: Ground;
  /** The same where the teacher learns the students' classes. */
  readonly teacher: Ground;
  readonly network: Network;
  /** Whether answers of students can be compared with the teacher's. */
  readonly compares: boolean;
}

export class Scores {
  private readonly grounds: Grounds;

  constructor(grounds: Grounds) {
    this.grounds = grounds;
  }

  private groundOf({ options }: Lane): Ground {
    return options.id === TEACHER ? this.grounds.teacher : this.grounds.students;
  }

  /** The teacher's logits for a whole split, `[rows, classes]`, as it is now; undefined where it knows other classes. */
  private async teacherLogits(split: SplitName): Promise<Logits | undefined> {
    const { students, compares } = this.grounds;
    return compares ? students.evaluator.logits(this.answers, split) : undefined;
  }

  private get answers(): Predictor {
    const { network } = this.grounds;
    return { id: 'teacher as it answers', predict: (images) => network.forward(images, false).logits };
  }

  /** Takes the memory that all measurements of a run need. */
  reserve(lanes: readonly Lane[]): void {
    const { students, compares } = this.grounds;
    for (const split of ['validation', 'test'] as const) {
      if (compares) students.evaluator.reserve(this.answers, split);
      for (const lane of lanes) this.groundOf(lane).evaluator.reserve(predictorOf(lane), split);
    }
  }

  /**
   * @param compare false while the teacher itself is being trained.
   * @param see is told what each lane answers to the validation images.
   */
  async validation(
    lanes: readonly Lane[],
    epoch: number,
    compare: boolean,
    see: (lane: Lane, logits: Logits) => Promise<void>,
  ): Promise<Evaluation[]> {
    const teacher = compare ? await this.teacherLogits('validation') : undefined;
    const evaluations: Evaluation[] = [];
    for (const lane of lanes) {
      const { evaluator } = this.groundOf(lane);
      const logits = await evaluator.logits(predictorOf(lane), 'validation');
      await see(lane, logits);
      const at = { step: lane.step, epoch, ...sizeOf(lane) };
      const { id } = lane.options;
      evaluations.push(
        evaluator.measure(id, 'validation', at, logits, { teacher: comparable(lane, teacher) }),
      );
    }
    return evaluations;
  }

  /** The one look at the test split, with temperatures fitted on the validation split. */
  async test(lanes: readonly Lane[]): Promise<Evaluation[]> {
    const teacher = await this.teacherLogits('test');
    const evaluations: Evaluation[] = [];
    for (const lane of lanes) {
      const { id, stepsPerEpoch } = lane.options;
      const { evaluator } = this.groundOf(lane);
      const logits = await evaluator.logits(predictorOf(lane), 'test');
      const validation = await evaluator.logits(predictorOf(lane), 'validation');
      const at = { step: lane.step, epoch: lane.step / stepsPerEpoch, ...sizeOf(lane) };
      const more = { teacher: comparable(lane, teacher), validation };
      evaluations.push(evaluator.measure(id, 'test', at, logits, more));
    }
    return evaluations;
  }

  /** Logits of every row of a split, learner by learner; of 'train': what the students see. */
  async predictions(lanes: readonly Lane[], split: SplitName): Promise<PredictionItem[]> {
    const items: PredictionItem[] = [];
    for (const lane of lanes) {
      const { evaluator, dataset } = this.groundOf(lane);
      const { labels, count: rows } = evaluator.rows(split);
      const logits = await evaluator.logits(predictorOf(lane), split);
      const index = Int32Array.from(dataset.origin?.[split] ?? { length: rows }, (row, i) => row ?? i);
      const classes = logits.length / rows;
      items.push({ learner: lane.options.id, rows, classes, logits, labels: Int32Array.from(labels), index });
    }
    return items;
  }

  /** What is known of a network of the run, measured by its own head on the validation images. */
  async card(network: Network, about: { name: string; label: string; config: Config }): Promise<NetworkCard> {
    const { dataset, evaluator } =
      network === this.grounds.network ? this.grounds.teacher : this.grounds.students;
    const plain = { id: 'network to keep', predict: (x: Tensor4D) => network.forward(x, false).logits };
    const logits = await evaluator.logits(plain, 'validation');
    evaluator.forget(plain.id);
    const { metrics } = evaluator.measure(plain.id, 'validation', { step: 0, epoch: 0 }, logits);
    const created = Date.now();
    const { mean, std } = dataset.statistics;
    return {
      ...about,
      key: `${created.toString(36)}-${hashText(about.name + about.label).toString(36)}`,
      created,
      dataset: { name: dataset.name, fingerprint: dataset.fingerprint },
      classNames: dataset.classNames,
      model: network.choice,
      metrics,
      parameters: network.parameters,
      image: network.input.image,
      mean: [...mean],
      std: [...std],
    };
  }
}
