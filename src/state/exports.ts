/** Files a run can be saved as: its set-up, its curves and its results. Pure, apart from what is passed in. */
import type { Config } from '../core/config';
import { cell } from '../core/csv';
import type { Evaluation, Learner, LearnerState } from '../worker/protocol';
import { type Curves, METRIC_IDS } from './curves';

type Value = string | number;

const line = (cells: readonly Value[]): string =>
  cells.map((value) => (typeof value === 'string' ? cell(value) : value)).join(',');

/** Rows as comma-separated text, one line each. */
export const csvOf = (rows: readonly (readonly Value[])[]): string => `${rows.map(line).join('\n')}\n`;

/** `<name>-<what>` in lower-case letters, digits and hyphens, so that every system takes it. */
export function fileName(name: string, what: string): string {
  const plain = name.normalize('NFKD').toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  return `${words.replace(/^-+|-+$/g, '') || 'run'}-${what}`;
}

export const setupJson = (config: Config): string => `${JSON.stringify(config, null, 2)}\n`;

/** Long form, one number a line: training values of every kept step, then validation metrics. */
export function historyCsv(learners: readonly Learner[], curves: Curves): string {
  const rows: Value[][] = [['learner', 'label', 'seed', 'step', 'split', 'metric', 'value']];
  for (const { id, label, seed, terms } of learners) {
    const training = ['loss', 'batch-accuracy', ...terms.map(({ key }) => `term:${key}`)];
    for (const [split, names, series] of [
      ['train', training, curves.training.get(id)],
      ['validation', METRIC_IDS, curves.evaluated.get(id)],
    ] as const)
      for (let row = 0; row < (series?.length ?? 0); row++)
        names.forEach((metric, column) => {
          const value = series!.value(row, column);
          if (!Number.isNaN(value)) rows.push([id, label, seed, series!.step(row), split, metric, value]);
        });
  }
  return csvOf(rows);
}

interface ResultsInput {
  readonly learners: readonly Learner[];
  /** What people call the learner, by key; the learner's own label where there is none. */
  readonly labels: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, LearnerState>;
  /** Last evaluation by `<learner id> <split>`. */
  readonly latest: ReadonlyMap<string, Evaluation>;
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** One line per learner, seed and split measured so far. */
export function resultsCsv({ learners, labels, states, latest, milliseconds }: ResultsInput): string {
  const head = ['learner', 'label', 'method', 'model', 'seed', 'state', 'parameters', 'ms per step'];
  const rows: Value[][] = [[...head, 'split', 'step', ...METRIC_IDS]];
  for (const learner of learners)
    for (const split of ['validation', 'test'] as const) {
      const evaluation = latest.get(`${learner.id} ${split}`);
      if (!evaluation) continue;
      const { id, key, label, method, model, seed } = learner;
      const { parameters = learner.parameters } = evaluation;
      const state = states.get(id)?.kind ?? 'waiting';
      rows.push([
        ...[id, labels.get(key) ?? label, method, model, seed, state, parameters, milliseconds[id] ?? ''],
        ...[split, evaluation.step],
        ...METRIC_IDS.map((metric) => evaluation.metrics[metric] ?? ''),
      ]);
    }
  return csvOf(rows);
}
