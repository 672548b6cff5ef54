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
  /** What it is measured on, where that is not the `dataset` of the tools. */
  readonly own?: Dataset;
}

export interface LookTools {
  readonly subjects: readonly Subject[];
  readonly evaluator: Evaluator;
  readonly dataset: Dataset;
  /** What `dataset` is part of, where it is: rows of pictures count in it. */
  readonly whole?: Dataset;
}

const subjectOf = (lane: Lane, own: Dataset): Subject => ({
  id: lane.options.id,
  predict: lane.predict.bind(lane),
  network: lane.options.students[0]!,
  own,
});

/** Throws when the data have no such image. */
export async function lookAt(look: Look, tools: LookTools): Promise<Looked> {
  if (look.kind === 'map') return mapOf(look, tools);
  if (look.kind === 'places') return placesOf(look, tools);
  return pictureAnswers(look, tools);
}

interface Looking {
  readonly lanes: readonly Lane[];
  readonly evaluator: Evaluator;
  readonly data: { readonly full: Dataset };
  readonly datasetOf: (lane: Lane) => Dataset;
}

/** The same of the learners of a run. @param whole the data set that is on the page. */
export function lookIn(look: Look, { lanes, evaluator, data, datasetOf }: Looking, whole: Dataset) {
  const subjects = lanes.map((lane) => subjectOf(lane, datasetOf(lane)));
  return lookAt(look, { subjects, evaluator, dataset: data.full, whole });
}
