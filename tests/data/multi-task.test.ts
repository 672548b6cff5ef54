import { describe, expect, it } from 'vitest';
import type { Choice } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { applyRegimes } from '../../src/data/chain';
import { builtins } from '../../src/data/index';
import { imageOf } from '../../src/data/pictures';
import { prepare } from '../../src/data/prepare';
import { regimes } from '../../src/data/regimes/index';
import { datasetTasks, withTraining } from '../../src/data/subset';
import { unlabelled } from '../../src/data/unlabelled';
import { ready } from '../../src/share/catalogue';

const choose = (id: string, params: object = {}): Choice => ({
  id,
  params: { ...defaults(regimes.get(id).params), ...params },
});

const shapes = builtins.get('shapes');
const raw = shapes.generate({ ...defaults(shapes.params), count: 200 }, 1, 8);
const dataset = prepare(raw, ready.data);
const { train } = dataset.splits;
const source = { labels: train.labels, classes: 8, attributes: dataset.attributes! };
const run = (params: object, others: readonly Choice[] = []) =>
  applyRegimes([choose('multi-task', params), ...others], source, 1, 'trained');

describe('several tasks', () => {
  it.each([4, 8, 16, 32])('%i images keep their class, class by class in turn, and no other', (shots) => {
    const { students, pooled, teacher } = run({ shots });
    expect(students.rows).toHaveLength(shots);
    const counts = Array.from({ length: 8 }, (_, k) => students.labels.filter((label) => label === k).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect([...students.rows, ...pooled].sort((a, b) => a - b)).toEqual([...train.labels.keys()]);
    expect(teacher.rows).toHaveLength(train.count);
  });

  it('0 leaves every image its class', () => {
    const { students, pooled } = run({ shots: 0 });
    expect([students.rows.length, pooled.length]).toEqual([train.count, 0]);
  });

  it('are the attributes of the training images, without the class itself', () => {
    const { tasks } = run({});
    expect(tasks!.map(({ name, classes }) => [name, classes])).toEqual([
      ['colour', 8],
      ['texture', 4],
      ['position', 4],
    ]);
    for (const task of tasks!) expect(task.labels).toEqual(dataset.attributes![task.name]);
    expect(run({ most: 2 }).tasks).toHaveLength(2);
    expect(run({ sources: 'groups', most: 5 }).tasks).toHaveLength(5);
    expect(run({ sources: 'each', most: 3 }).tasks).toHaveLength(3);
  });

  it('stay with the images that lost their class, row by row, and never reach what is held out', () => {
    const { students, pooled, tasks } = run({ shots: 16 });
    const full = { ...dataset, tasks: tasks! };
    const seen = datasetTasks(withTraining(full, students));
    seen.forEach((task, t) => {
      expect([...task.labels]).toEqual([...students.rows].map((row) => tasks![t]!.labels[row]));
    });
    const pool = unlabelled(full, pooled)!;
    const held = new Set(
      [dataset.splits.validation, dataset.splits.test].flatMap((split) =>
        Array.from({ length: split.count }, (_, row) => imageOf(split, row).join()),
      ),
    );
    const rowOf = new Map([...pooled].map((row) => [imageOf(train, row).join(), row]));
    for (let i = 0; i < pool.count; i++) {
      const image = imageOf(pool, i).join();
      expect(held.has(image)).toBe(false);
      for (const [t, task] of pool.tasks!.entries())
        expect(task.labels[i]).toBe(tasks![t]!.labels[rowOf.get(image)!]);
    }
    // Only training rows have tasks at all.
    for (const task of tasks!) expect(task.labels).toHaveLength(train.count);
  });

  it('made of the class follow the labels that are seen, wrong ones too', () => {
    const { students, tasks } = run({ sources: 'groups', shots: 0 }, [choose('label-noise', { share: 0.5 })]);
    const seen = datasetTasks(withTraining({ ...dataset, tasks: tasks! }, students));
    for (const task of seen) {
      expect([...task.labels]).toEqual([...students.labels].map((label) => task.of![label]));
      expect([...task.labels]).not.toEqual([...tasks![0]!.labels]);
    }
  });

  it('are known of images without labels only where tasks were asked for', () => {
    expect(unlabelled(dataset, Int32Array.of(1, 2))!.tasks).toBeUndefined();
  });

  it('go with other regimes, or say why not', () => {
    const few = run({ shots: 0 }, [choose('few-shot', { shots: 2 })]);
    expect([few.students.rows.length, few.tasks!.length]).toEqual([16, 3]);
    expect(() => run({}, [choose('few-shot')])).toThrow('Both take labels away');
    expect(() => run({}, [choose('labelled-fraction')])).toThrow('Use one of the two');
    const plain = applyRegimes([choose('multi-task')], { ...source, attributes: {} }, 1, 'trained');
    expect(plain.tasks!.map(({ name }) => name)).toContain('grouping 1');
    expect(() => applyRegimes([choose('multi-task')], source, 1, 'online')).toThrow('Train it first');
  });
});
