/** A data set whose training split is part of another's. */

import { type LabelTask, pickTasks, tasksOf } from '../core/label-tasks';
import type { Rows } from './chain';
import type { Dataset, Labelling } from './dataset';
import { rowsOf } from './rows';

const withRows = (labelling: Labelling, rows: Int32Array): Labelling => ({
  ...labelling,
  values: { ...labelling.values, train: rows.map((row) => labelling.values.train[row]!) },
});

/** The tasks of a data set beside its class, with a label for each training row. */
export const datasetTasks = ({ tasks, splits, classNames, attributes }: Dataset): readonly LabelTask[] =>
  tasks ??
  tasksOf({ labels: splits.train.labels, classes: classNames.length, ...(attributes ? { attributes } : {}) });

/**
 * The same data set with other training rows; validation, test and the figures of standardisation stay, so that a
 * teacher trained on all images still fits. The input itself when nothing changes.
 */
export function withTraining(dataset: Dataset, { rows, labels }: Rows): Dataset {
  const { numbers } = dataset;
  const { train } = dataset.splits;
  const whole = rows.length === train.count;
  if (whole && labels.every((label, i) => label === train.labels[i])) return dataset;
  const one = train.pixels.length / train.count;
  const pixels = whole ? train.pixels : new Uint8Array(rows.length * one);
  if (!whole)
    rows.forEach((row, i) => {
      pixels.set(train.pixels.subarray(row * one, (row + 1) * one), i * one);
    });
  const attributes = Object.entries(dataset.attributes ?? {}).map(
    ([name, all]) => [name, rows.map((row) => all[row]!)] as const,
  );
  const { labellings, origin } = dataset;
  const relabelled = Uint8Array.from(rows, (row, i) => Number(labels[i] !== train.labels[row]));
  return {
    ...dataset,
    splits: { ...dataset.splits, train: { pixels, labels, count: rows.length } },
    ...(numbers ? { numbers: { ...numbers, rows: rowsOf(numbers.rows, numbers.width, rows) } } : {}),
    ...(attributes.length ? { attributes: Object.fromEntries(attributes) } : {}),
    ...(relabelled.includes(1) ? { relabelled } : {}),
    tasks: pickTasks(datasetTasks(dataset), rows, labels),
    ...(labellings ? { labellings: labellings.map((one) => withRows(one, rows)) } : {}),
    ...(origin ? { origin: { ...origin, train: rows.map((row) => origin.train[row]!) } } : {}),
  };
}
