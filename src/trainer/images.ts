/** The images of a set-up as they leave the page. */
import type { Config } from '../core/config';
import type { Dataset } from '../data/dataset';
import { datasetTasks } from '../data/subset';
import { asksPool, methods } from '../methods/index';
import type { FromWorker, SetupImages, TrainingRows } from '../worker/protocol';
import { studentBudget, teacherBudget } from './plan';
import { RunData } from './regime';

type Beside = Pick<SetupImages, 'pool' | 'numbers' | 'attributes' | 'tasks'>;

/** What there is beside the labelled images; images without labels where a method sees some. */
function besideOf({ students }: Config, data: RunData): Beside {
  const { numbers, attributes } = data.full;
  const asked = students.some(({ method }) => asksPool(methods.get(method.id)));
  const pool = asked ? data.pool : undefined;
  const { width = 0, rows = [], classes = [] } = numbers ?? {};
  const given = [rows, classes, pool?.numbers ?? []].map((some) => Float32Array.from(some));
  const known = Object.entries(attributes ?? {});
  const tasks = datasetTasks(data.students).map(({ name, classes: count, labels }, i) => {
    const more = pool?.tasks?.[i];
    const unlabelled = more ? { pool: Int32Array.from(more.labels) } : {};
    return { name, classes: count, labels: Int32Array.from(labels), ...unlabelled };
  });
  return {
    tasks,
    ...(pool ? { pool: Uint8Array.from(pool.pixels) } : {}),
    ...(numbers ? { numbers: { width, rows: given[0]!, classes: given[1]!, pool: given[2]! } } : {}),
    ...(known.length > 0
      ? { attributes: Object.fromEntries(known.map(([name, values]) => [name, Int32Array.from(values)])) }
      : {}),
  };
}

/** Throws where a regime cannot be used, or chooses by scores that only a run finds. */
export function setupImages(config: Config, dataset: Dataset): SetupImages {
  const data = new RunData(config, dataset);
  if (data.sides)
    throw new Error(
      'The teacher of this set-up learns other classes, which other programs have no form for.',
    );
  if (data.scored)
    throw new Error(
      'A regime of this set-up chooses images by scores, which only a run finds. Leave it out.',
    );
  const { train, validation, test } = dataset.splits;
  const splits = [train, validation, test] as const;
  const pixels = new Uint8Array(splits.reduce((n, split) => n + split.pixels.length, 0));
  let at = 0;
  for (const split of splits) {
    pixels.set(split.pixels, at);
    at += split.pixels.length;
  }
  const { students, teacher, noisyTeacher } = data.outcome;
  const rows = (of: typeof students, epochs: number): TrainingRows => ({
    rows: Int32Array.from(of.rows),
    labels: Int32Array.from(of.labels),
    epochs,
  });
  const { height, width, channels } = dataset.shape;
  return {
    ...{ image: [height, width, channels], classNames: dataset.classNames, pixels, noisyTeacher },
    ...{ mean: dataset.statistics.mean, std: dataset.statistics.std, kept: data.facts.kept },
    groups: (dataset.groups ?? []).map(({ of }) => of),
    ...besideOf(config, data),
    labels: [Int32Array.from(train.labels), Int32Array.from(validation.labels), Int32Array.from(test.labels)],
    students: rows(students, studentBudget(config, data).epochs),
    teacher: rows(teacher, teacherBudget(config, data).epochs),
  };
}

/** The answer to a page that asks for them. */
export const sentImages = (
  { request, config }: { readonly request: number; readonly config: Config },
  dataset: Dataset,
): FromWorker => ({ type: 'setup-images', request, images: setupImages(config, dataset) });
