/** Small set-ups, learners and evaluations for the tests of the page's pure parts. */
import type { Config, StudentConfig } from '../../src/core/config';
import { dataSchema, optimizerSchema, trainingSchema } from '../../src/core/config';
import { type AnyValues, defaults } from '../../src/core/params';
import type { Evaluation, Learner } from '../../src/worker/protocol';

export function student(key: string, method: string, params: AnyValues = {}, width = 4): StudentConfig {
  return {
    key,
    method: { id: method, params },
    model: { id: 'cnn', params: { width } },
    optimizer: defaults(optimizerSchema),
    hidden: false,
  };
}

export function config(students: readonly StudentConfig[], change: Partial<Config> = {}): Config {
  return {
    version: 1,
    name: '',
    task: 'classification',
    dataset: { source: 'builtin', id: 'glyphs', params: {} },
    data: defaults(dataSchema),
    regimes: [],
    teacher: {
      model: { id: 'cnn', params: {} },
      mode: 'trained',
      epochs: 2,
      optimizer: defaults(optimizerSchema),
    },
    students,
    training: defaults(trainingSchema),
    seeds: [1],
    ...change,
  };
}

export function learner(key: string, seed = 1): Learner {
  return {
    id: key === 'teacher' ? key : `${key}/${seed}`,
    key,
    seed,
    label: key,
    method: 'kd',
    model: 'cnn',
    parameters: 100,
    multiplyAdds: 1,
    terms: [{ key: 'ce', label: 'Labels' }],
    steps: 10,
  };
}

export function evaluation(
  id: string,
  accuracy: number,
  split: Evaluation['split'] = 'validation',
): Evaluation {
  return {
    learner: id,
    split,
    step: 5,
    epoch: 1,
    metrics: { accuracy },
    reliability: { count: [], confidence: [], accuracy: [] },
    confusion: new Int32Array(0),
  };
}
