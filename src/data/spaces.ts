/** The two sides of a data set whose regimes give the teacher other classes than the students. */
import { type ClassGroups, groupsOf } from '../core/class-groups';
import type { Choice } from '../core/config';
import type { Dataset, Labelling, Split, SplitName } from './dataset';
import { regimes } from './regimes/index';
import type { LabelFacts, LabelSpace } from './regimes/kit';

export interface Sides {
  readonly teacher: Dataset;
  readonly students: Dataset;
}

const NAMES: readonly SplitName[] = ['train', 'validation', 'test'];

/** Class of an image of the data set that `side` is part of; undefined where it is no image of it. */
export function labelOf({ splits, origin }: Dataset, split: SplitName, image: number): number | undefined {
  return splits[split].labels[origin ? origin[split].indexOf(image) : image];
}

/** The class itself and every other way to label the images. */
const labellingsOf = ({ classNames, splits, labellings = [] }: Dataset): readonly Labelling[] => {
  const [train, validation, test] = NAMES.map((name) => splits[name].labels) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  return [{ name: 'class', classNames, values: { train, validation, test } }, ...labellings];
};

const take = (all: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => all[row]!);

/** Rows of a split whose images are part of the space; those without a class are left out. */
function rowsOf(values: Int32Array, { classOf }: LabelSpace): Int32Array {
  return Int32Array.from([...values.keys()].filter((row) => (classOf[values[row]!] ?? -1) >= 0));
}

function splitOf({ pixels, count }: Split, labels: Int32Array, rows: Int32Array): Split {
  if (rows.length === count) return { pixels, labels, count };
  const one = pixels.length / Math.max(1, count);
  const own = new Uint8Array(rows.length * one);
  rows.forEach((row, i) => {
    own.set(pixels.subarray(row * one, (row + 1) * one), i * one);
  });
  return { pixels: own, labels, count: rows.length };
}

/** The known groups of the classes a space has. */
function groupsWithin(
  { groups = [] }: Dataset,
  { classOf, classNames, labelling }: LabelSpace,
): ClassGroups[] {
  if (labelling !== 0) return [];
  const classes = [...classOf.keys()].filter((value) => classOf[value]! >= 0);
  const columns = groups.map(({ name, names, of }) => ({
    ...{ name, names },
    values: classes.map((value) => of[value]!),
  }));
  const own = classes.map((value) => classOf[value]!);
  return groupsOf(columns, own, classNames.length);
}

/** The images of one space, labelled by it; the figures of standardisation stay, so that both sides see alike. */
function sideOf(dataset: Dataset, space: LabelSpace): Dataset {
  const { values } = labellingsOf(dataset)[space.labelling]!;
  const rows = Object.fromEntries(NAMES.map((name) => [name, rowsOf(values[name], space)])) as Record<
    SplitName,
    Int32Array
  >;
  const side = (name: SplitName): Split => {
    const labels = take(values[name], rows[name]).map((value) => space.classOf[value]!);
    return splitOf(dataset.splits[name], labels, rows[name]);
  };
  const { attributes, labellings, groups: _groups, tasks: _tasks, ...rest } = dataset;
  const groups = groupsWithin(dataset, space);
  return {
    ...rest,
    classNames: space.classNames,
    ...(groups.length ? { groups } : {}),
    splits: { train: side('train'), validation: side('validation'), test: side('test') },
    origin: rows,
    ...(attributes
      ? {
          attributes: Object.fromEntries(
            Object.entries(attributes).map(([name, all]) => [name, take(all, rows.train)]),
          ),
        }
      : {}),
    ...(labellings
      ? {
          labellings: labellings.map((one) => ({
            ...one,
            values: {
              train: take(one.values.train, rows.train),
              validation: take(one.values.validation, rows.validation),
              test: take(one.values.test, rows.test),
            },
          })),
        }
      : {}),
  };
}

/** Throws when a side cannot be trained or measured. */
function checked(side: Dataset, who: string): Dataset {
  for (const name of NAMES)
    if (side.splits[name].count === 0)
      throw new Error(`The ${who} classes have no ${name} image. Divide the classes in another way.`);
  return side;
}

/** What the regimes divide a data set into; undefined where none does. @throws Error where it cannot be divided. */
export function sidesOf(chosen: readonly Choice[], dataset: Dataset, seed: number): Sides | undefined {
  const dividing = chosen.find(({ id }) => regimes.get(id).spaces);
  if (!dividing) return undefined;
  const labellings = labellingsOf(dataset).map(({ name, classNames, values }) => ({
    name,
    classNames,
    values: values.train,
  }));
  const facts: LabelFacts = { labellings, groups: dataset.groups ?? [], seed };
  const spaces = regimes.get(dividing.id).spaces?.(facts, dividing.params);
  if (!spaces) return undefined;
  return {
    teacher: checked(sideOf(dataset, spaces.teacher), 'teacher’s'),
    students: checked(sideOf(dataset, spaces.students), 'students’'),
  };
}
