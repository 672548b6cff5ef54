/** Several tasks on one set of images: what rows can be labelled by beside their class. Pure. */
import { groupsByLot } from './class-groups';

/** What a method may know of a task before it begins. */
export interface TaskFacts {
  readonly name: string;
  readonly classes: number;
}

export interface LabelTask extends TaskFacts {
  /** Number of each row's value, below `classes`; -1 where the row has none. */
  readonly labels: Int32Array;
  /** Value of each class, where the task is made of the class alone. */
  readonly of?: readonly number[];
}

/** Rows as tasks are made from them. */
export interface Labelled {
  readonly labels: Int32Array;
  readonly classes: number;
  /** Whole numbers `[rows]` by name, -1 for no value. */
  readonly attributes?: Readonly<Record<string, Int32Array>>;
}

/** Columns of more values name rows, not kinds of them. */
const MOST_VALUES = 50;
/** Groupings made where the data knows nothing beside the class. */
const MADE = 4;

/** Whether one number can be had from the other, in both directions. */
function sameAs(a: Int32Array, b: Int32Array): boolean {
  const [there, back] = [new Map<number, number>(), new Map<number, number>()];
  return a.every((x, i) => {
    const y = b[i] as number;
    if (!there.has(x)) there.set(x, y);
    if (!back.has(y)) back.set(y, x);
    return there.get(x) === y && back.get(y) === x;
  });
}

/** Keeps what tells rows apart in another way than the class and the tasks before it do. */
function useful(tasks: readonly LabelTask[], labels: Int32Array, most: number): LabelTask[] {
  const kept: LabelTask[] = [];
  for (const task of tasks) {
    const others = [labels, ...kept.map((other) => other.labels)];
    const distinct = new Set(task.labels.filter((value) => value >= 0)).size;
    if (kept.length >= most || distinct < 2 || task.classes > MOST_VALUES) continue;
    if (!others.some((other) => sameAs(task.labels, other))) kept.push(task);
  }
  return kept;
}

/** Attributes of generated scenes and label columns, in their order. */
export const knownTasks = ({ labels, attributes = {} }: Labelled, most: number): LabelTask[] =>
  useful(
    Object.entries(attributes).map(([name, values]) => ({
      name,
      classes: values.reduce((largest, value) => Math.max(largest, value), -1) + 1,
      labels: values,
    })),
    labels,
    most,
  );

/** Groupings of the classes by lot into 2, 3 and 4 groups in turn, as even as they go. */
export const groupingTasks = ({ labels, classes }: Labelled, most: number, seed: number): LabelTask[] =>
  useful(
    // Some drawings repeat an earlier one where classes are few, so more are drawn than are wanted.
    Array.from({ length: 4 * most }, (_, i) => {
      const { of, names } = groupsByLot(classes, 2 + (i % 3), seed + i);
      return {
        name: `grouping ${i + 1}`,
        classes: names.length,
        labels: labels.map((label) => of[label] as number),
        of,
      };
    }),
    labels,
    most,
  ).map((task, i) => ({ ...task, name: `grouping ${i + 1}` }));

/** One class against all others, for the first classes in their order. */
export const oneAgainstRest = ({ labels, classes }: Labelled, most: number): LabelTask[] =>
  useful(
    Array.from({ length: classes }, (_, wanted) => ({
      name: `class ${wanted + 1} or not`,
      classes: 2,
      labels: labels.map((label) => Number(label === wanted)),
      of: Array.from({ length: classes }, (_, k) => Number(k === wanted)),
    })),
    labels,
    most,
  );

/** The tasks of a data set that nothing else was said of. */
export function tasksOf(rows: Labelled): LabelTask[] {
  const known = knownTasks(rows, Number.POSITIVE_INFINITY);
  return known.length > 0 ? known : groupingTasks(rows, MADE, 1);
}

/**
 * The same tasks for some of the rows; row -1 has no label.
 * @param classes of these rows, where they may be other than before: tasks made of the class follow them.
 */
export const pickTasks = (tasks: readonly LabelTask[], rows: Int32Array, classes?: Int32Array): LabelTask[] =>
  tasks.map(({ labels, of, ...task }) => ({
    ...task,
    ...(of ? { of } : {}),
    labels: of && classes ? classes.map((label) => of[label] ?? -1) : rows.map((row) => labels[row] ?? -1),
  }));
