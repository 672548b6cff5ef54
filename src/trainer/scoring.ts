/** Finds how hard the training images are, by short trainings or from the trained teacher. */
import type { Config } from '../core/config';
import { hash, hashText } from '../core/rng';
import { batchesOf, stepsPerEpoch } from '../data/batches';
import type { Outcome } from '../data/chain';
import type { Dataset } from '../data/dataset';
import { prototypeDistances } from '../data/regimes/data-pruning/prototypes';
import * as formulas from '../data/regimes/data-pruning/scores';
import { asksTeacher as kindAsksTeacher, type ScoreNeed } from '../data/regimes/kit';
import { ops } from '../engine/ops/index';
import type { Tensor2D, Tensor4D } from '../engine/types';
import { Evaluator } from './evaluate';
import type { Lane } from './lane';
import type { Loop } from './loop';
import { Network } from './network';
import { splitColumns } from './pass';
import { inputOf, plainLane } from './plan';
import type { Budget } from './regime';
import type { Shared } from './shared';

type Scored = NonNullable<Outcome['scored']> & { readonly dataset: Dataset };

interface Tools {
  readonly config: Config;
  readonly loop: Loop;
  /** Trained, for the scores that ask it. */
  readonly teacher: Network;
  /** Batches of the scored images. */
  readonly shared: () => Shared;
}

export const asksTeacher = ({ kind }: ScoreNeed): boolean => kindAsksTeacher(kind);

/** Steps the score costs: all its networks train side by side. */
export function scoreBudget({ training }: Config, { need, dataset }: Scored): Budget {
  const own = stepsPerEpoch(dataset.splits.train.count, training.batchSize);
  return { stepsPerEpoch: own, epochs: asksTeacher(need) ? 0 : need.epochs, evaluateEvery: 1 };
}

/** Logits and embeddings of a network for every scored image. */
async function answersOf(evaluator: Evaluator, network: Network, id: string, dataset: Dataset) {
  const predict = (images: Tensor4D) => {
    const { logits, embedding } = network.forward(images, false);
    return ops.concat([logits, embedding], 1) as Tensor2D;
  };
  const rows = await evaluator.logits({ id, predict }, 'train');
  const width = network.body.embedding;
  return { ...splitColumns(rows, dataset.splits.train.count, dataset.classNames.length, width), width };
}

/** Like the first student, each with its own start. */
function lanesOf(scored: Scored, { config }: Tools): Lane[] {
  const { model, optimizer } = config.students[0]!;
  const { dataset, need } = scored;
  const budget = scoreBudget(config, scored);
  return Array.from({ length: need.runs }, (_, run) => {
    const seed = hash(config.seeds[0] ?? 1, hashText('score'), run);
    const network = new Network(model, inputOf(dataset), seed, 'student');
    return plainLane(config, { dataset, id: `score/${run + 1}`, network, seed, optimizer, budget });
  });
}

/** Trains the networks of the score and hands their answers after every epoch to `heard`. */
async function trainAll(
  scored: Scored,
  tools: Tools,
  lanes: readonly Lane[],
  heard: (lane: Lane, answers: formulas.Answers) => void,
): Promise<void> {
  const { config, loop, shared } = tools;
  const { dataset } = scored;
  const evaluator = new Evaluator(dataset);
  try {
    await loop.train({
      phase: 'scores',
      hidden: true,
      shared: shared(),
      before: [],
      lanes,
      order: batchesOf(dataset.splits.train.count, config.training.batchSize, hash(config.seeds[0] ?? 1, 2)),
      ...scoreBudget(config, scored),
      batchSize: config.training.batchSize,
      async afterEpoch(alive) {
        for (const lane of alive)
          heard(lane, await answersOf(evaluator, lane.options.students[0]!, lane.options.id, dataset));
      },
    });
  } finally {
    evaluator.dispose();
  }
}

async function byTraining(scored: Scored, tools: Tools): Promise<Float64Array | undefined> {
  const { dataset, labels, need } = scored;
  const classes = dataset.classNames.length;
  const lanes = lanesOf(scored, tools);
  const last = new Map<Lane, formulas.Answers>();
  const histories = new Map<Lane, Uint8Array[]>(lanes.map((lane) => [lane, []]));
  await trainAll(scored, tools, lanes, (lane, answers) => {
    last.set(lane, answers);
    histories.get(lane)!.push(formulas.correctness(answers.logits, labels, classes));
  });
  const alive = tools.loop.alive(lanes);
  for (const lane of lanes) lane.dispose();
  if (tools.loop.stopped) return undefined;
  if (alive.length === 0)
    throw new Error(
      'Every network trained for the score diverged. Lower the learning rate of the first student.',
    );
  const answers = alive.map((lane) => last.get(lane)!);
  if (need.kind === 'grand') return formulas.grand(answers, labels, classes);
  if (need.kind === 'forgetting') return mean(alive.map((lane) => formulas.forgetting(histories.get(lane)!)));
  return formulas.el2n(
    answers.map(({ logits }) => logits),
    labels,
    classes,
  );
}

const mean = (lists: readonly Float64Array[]): Float64Array =>
  lists[0]!.map((_, i) => lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length);

async function byTeacher({ dataset, need }: Scored, { config, teacher }: Tools): Promise<Float64Array> {
  const evaluator = new Evaluator(dataset);
  try {
    const { logits, embedding, width } = await answersOf(evaluator, teacher, 'teacher', dataset);
    const [images, classes] = [dataset.splits.train.count, dataset.classNames.length];
    if (need.kind === 'prototypes')
      return prototypeDistances(embedding, width, classes, config.seeds[0] ?? 1);
    return (need.kind === 'margin' ? formulas.margin : formulas.entropy)(logits, images, classes);
  } finally {
    evaluator.dispose();
  }
}

/**
 * The score of every row of `scored`, higher = harder; undefined when the run was stopped.
 * Throws when no network trained for the score stayed finite.
 */
export function scoreImages(scored: Scored, tools: Tools): Promise<Float64Array | undefined> {
  return asksTeacher(scored.need) ? byTeacher(scored, tools) : byTraining(scored, tools);
}
