/** Looks into the learners of a run that stands still; nothing here trains. */
import type { Dataset } from '../../data/dataset';
import type { Look, Looked } from '../../worker/protocol';
import type { Evaluator, Predictor } from '../evaluate';
import type { Lane } from '../lane';
import type { Network } from '../network';
import { mapOf } from './map';
import { pictureAnswers } from './picture';
import { placesOf } from './places';

/** A learner as it is looked at: by its method's own rule of prediction, and its (first) network. */
export interface Subject extends Predictor {
  readonly network: Network;
}

export interface LookTools {
  readonly subjects: readonly Subject[];
  readonly evaluator: Evaluator;
  readonly dataset: Dataset;
}

const subjectOf = (lane: Lane): Subject => ({
  id: lane.options.id,
  predict: lane.predict.bind(lane),
  network: lane.options.students[0]!,
});

/** Throws when the data have no such image. */
export async function lookAt(look: Look, tools: LookTools): Promise<Looked> {
  if (look.kind === 'map') return mapOf(look, tools);
  if (look.kind === 'places') return placesOf(look, tools);
  return pictureAnswers(look, tools);
}

/** The same of the learners of a run. */
export const lookIn = (look: Look, lanes: readonly Lane[], evaluator: Evaluator, dataset: Dataset) =>
  lookAt(look, { subjects: lanes.map(subjectOf), evaluator, dataset });
