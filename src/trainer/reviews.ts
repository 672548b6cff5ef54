/** The methods' pictures of the validation images: host arithmetic over answers, once an epoch. */
import type { Dataset } from '../data/dataset';
import type { Probe } from '../worker/protocol';
import type { Evaluator, Logits } from './evaluate';
import { trains } from './group';
import type { Lane } from './lane';
import { factsOf } from './plan';

/** What own teachers answered while a phase ran. */
interface Answered {
  readonly phase: number;
  readonly outputs: readonly Logits[];
}

export class Reviews {
  private readonly evaluator: Evaluator;
  private readonly dataset: Dataset;
  private readonly answered = new Map<Lane, Answered>();

  constructor(evaluator: Evaluator, dataset: Dataset) {
    this.evaluator = evaluator;
    this.dataset = dataset;
  }

  /** What the method of a lane shows, if it reviews. @param logits as the lane predicts the validation images. */
  async of(lane: Lane, logits: Logits): Promise<Probe['panels']> {
    const { method } = lane.options;
    if (!method.review) return [];
    const { labels } = this.dataset.splits.validation;
    const phase = lane.spans[lane.phaseNumber]!.id;
    const ownTeacherOutputs = () => this.teachersOf(lane);
    const seen = { ...factsOf(this.dataset), phase, labels, logits, ownTeacherOutputs };
    const drawings = await method.review(seen, lane.params, lane.memory);
    return Object.entries(drawings).map(([key, { shape, data }]) => ({
      key,
      shape,
      data: Float32Array.from(data),
    }));
  }

  private async teachersOf(lane: Lane): Promise<readonly Logits[]> {
    const phase = lane.phaseNumber;
    const before = this.answered.get(lane);
    if (before?.phase === phase) return before.outputs;
    const id = `${lane.options.id} own teacher`;
    const outputs: Logits[] = [];
    for (const { network } of lane.options.ownTeachers) {
      const predict = (images: Parameters<typeof network.forward>[0]) =>
        network.forward(images, false).logits;
      outputs.push(await this.evaluator.logits({ id, predict }, 'validation'));
      this.evaluator.forget(id);
    }
    if (!trains('teacher', lane.spans[phase]!)) this.answered.set(lane, { phase, outputs });
    return outputs;
  }
}
