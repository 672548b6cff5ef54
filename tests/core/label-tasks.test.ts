import { describe, expect, it } from 'vitest';
import {
  groupingTasks,
  knownTasks,
  type LabelTask,
  oneAgainstRest,
  pickTasks,
  tasksOf,
} from '../../src/core/label-tasks';

const labels = Int32Array.from({ length: 60 }, (_, i) => i % 6);
const rows = { labels, classes: 6 };

/** Whether each class has one value. */
const ofClasses = ({ labels: values }: LabelTask) => {
  const found = new Map<number, number>();
  return labels.every((label, row) => {
    if (!found.has(label)) found.set(label, values[row]!);
    return found.get(label) === values[row];
  });
};

describe('tasks the data knows', () => {
  const attributes = {
    colour: labels.map((_, i) => (i * 7) % 5),
    same: labels.map((label) => (label + 2) % 6),
    again: labels.map((_, i) => ((i * 7) % 5) + 1),
    constant: new Int32Array(60),
    row: labels.map((_, i) => i),
    some: labels.map((_, i) => (i % 4 === 0 ? -1 : i % 2)),
  };

  it('leave out what says the same as the class or an earlier task, names rows, or never changes', () => {
    const found = knownTasks({ ...rows, attributes }, 9);
    expect(found.map(({ name, classes }) => [name, classes])).toEqual([
      ['colour', 5],
      ['some', 2],
    ]);
    expect(found[1]!.labels).toBe(attributes.some);
  });

  it('are as many as are wanted, and those a run has where nothing is said', () => {
    expect(knownTasks({ ...rows, attributes }, 1).map(({ name }) => name)).toEqual(['colour']);
    expect(tasksOf({ ...rows, attributes }).map(({ name }) => name)).toEqual(['colour', 'some']);
    expect(tasksOf(rows).map(({ name }) => name)).toEqual([1, 2, 3, 4].map((i) => `grouping ${i}`));
  });
});

describe('groupings of the classes', () => {
  it('are all different, of 2 to 4 groups as even as they go, and the same for one seed', () => {
    const found = groupingTasks(rows, 5, 3);
    expect(found).toHaveLength(5);
    expect(new Set(found.map((task) => task.labels.join())).size).toBe(5);
    for (const task of found) {
      expect(ofClasses(task)).toBe(true);
      const sizes = Array.from(
        { length: task.classes },
        (_, g) => new Set(labels.filter((_, row) => task.labels[row] === g)).size,
      );
      expect(sizes.reduce((a, b) => a + b)).toBe(6);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect([2, 3, 4]).toContain(task.classes);
    }
    expect(groupingTasks(rows, 5, 3)).toEqual(found);
    expect(groupingTasks(rows, 5, 4)).not.toEqual(found);
  });

  it('are none where the only one is the class itself', () => {
    const two = { labels: labels.map((label) => label % 2), classes: 2 };
    expect(groupingTasks(two, 4, 1)).toEqual([]);
    expect(oneAgainstRest(two, 4)).toEqual([]);
  });
});

it('one class against the rest: ten of sixty rows are it', () => {
  const found = oneAgainstRest(rows, 3);
  expect(found.map(({ name, classes }) => [name, classes])).toEqual([
    ['class 1 or not', 2],
    ['class 2 or not', 2],
    ['class 3 or not', 2],
  ]);
  for (const { labels: values } of found) expect(values.filter((value) => value === 1)).toHaveLength(10);
});

it('tasks of some rows keep their class count', () => {
  const [task] = pickTasks(groupingTasks(rows, 1, 1), Int32Array.from([5, 0]));
  expect(task!.labels).toHaveLength(2);
  expect(task!.classes).toBe(2);
});
