/** The Python files of a set-up: images, splits, settings, networks, losses, a script, torchdistill configurations. */
import type { Config } from '../../core/config';
import { cell } from '../../core/csv';
import { wholeModels } from '../../models/whole';
import { DrawnBuild } from '../graph/build';
import { drawnOps } from '../graph/ops';
import { linkFragment } from '../link';
import { npy, npz } from '../npz';
import dataPy from './condenser_data.py?raw';
import kanPy from './condenser_kan.py?raw';
import lanePy from './condenser_lane.py?raw';
import lossesPy from './condenser_losses.py?raw';
import methodsPy from './condenser_methods.py?raw';
import modelsPy from './condenser_models.py?raw';
import pacePy from './condenser_pace.py?raw';
import torchdistillPy from './condenser_torchdistill.py?raw';
import { type Cover, coverOf, inTorchdistill, METHODS, MODELS, moduleOf } from './cover';
import { torchdistillYaml } from './torchdistill';
import trainPy from './train.py?raw';

/** Training images as one side sees them: rows of the training split and their labels. */
interface View {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly epochs: number;
}

/** The images of a set-up. Splits follow one another in `pixels`. */
export interface SetupImages {
  readonly image: readonly [height: number, width: number, channels: number];
  readonly classNames: readonly string[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly pixels: Uint8Array;
  /** Labels of training, validation and test images as they came. */
  readonly labels: readonly [train: Int32Array, validation: Int32Array, test: Int32Array];
  readonly students: View;
  readonly teacher: View;
  readonly kept: number;
  readonly noisyTeacher: boolean;
  /** Group of each class, in groupings that came with the images; fewer groups first. */
  readonly groups: readonly (readonly number[])[];
  /** Images without labels, where a method of the set-up sees some. */
  readonly pool?: Uint8Array;
  /** What was imported with the training images, the classes and the pool: row-major, NaN where nothing was. */
  readonly numbers?: {
    readonly width: number;
    readonly rows: Float32Array;
    readonly classes: Float32Array;
    readonly pool: Float32Array;
  };
  /** What else is known of the training images: whole numbers by name, -1 for no value. */
  readonly attributes?: Readonly<Record<string, Int32Array>>;
  /** Tasks beside the class: labels of the images that students see, and of the pool; -1 for none. */
  readonly tasks: readonly {
    readonly name: string;
    readonly classes: number;
    readonly labels: Int32Array;
    readonly pool?: Int32Array;
  }[];
}

/** Files by name; texts and bytes. */
export type Files = Record<string, string | Uint8Array>;

function splitCsv(rows: ArrayLike<number>, labels: ArrayLike<number>, names: readonly string[]): string {
  const lines = Array.from(rows, (row, i) => `${row},${labels[i]},${cell(names[labels[i]!] ?? '')}`);
  return `row,label,class\n${lines.join('\n')}\n`;
}

function splitFiles({ labels, students, teacher, classNames }: SetupImages): Files {
  const [train, validation, test] = labels;
  const from = (start: number, of: Int32Array) =>
    splitCsv(
      of.map((_, i) => start + i),
      of,
      classNames,
    );
  return {
    'splits/train.csv': splitCsv(students.rows, students.labels, classNames),
    'splits/teacher.csv': splitCsv(teacher.rows, teacher.labels, classNames),
    'splits/validation.csv': from(train.length, validation),
    'splits/test.csv': from(train.length + validation.length, test),
  };
}

/** Images without labels, and what else is known of images: where there is some, and a method of `written` reads it. */
function besideFiles(images: SetupImages, written: readonly string[]): Files {
  const { image, classNames, labels, pool, numbers, attributes = {}, tasks } = images;
  const count = (pool?.length ?? 0) / image.reduce((a, b) => a * b, 1);
  const reads = (what: string) => written.some((id) => METHODS.get(id)?.includes(`given.${what}`));
  const known = Object.entries(attributes).map(([name, values]) => [name, [...values]]);
  const listedTasks = tasks.map((task) => ({
    ...task,
    labels: [...task.labels],
    pool: task.pool ? [...task.pool] : null,
  }));
  const table = (rows: number, data: Float32Array) => ({ shape: [rows, numbers?.width ?? 0], data });
  return {
    ...(pool ? { 'pool.npy': npy({ shape: [count, ...image], data: pool }) } : {}),
    ...(reads('attributes') ? { 'attributes.json': JSON.stringify(Object.fromEntries(known)) } : {}),
    ...(reads('tasks') ? { 'tasks.json': JSON.stringify(listedTasks) } : {}),
    ...(numbers && reads('numbers')
      ? {
          'numbers.npz': npz({
            rows: table(labels[0].length, numbers.rows),
            classes: table(classNames.length, numbers.classes),
            pool: table(count, numbers.pool),
          }),
        }
      : {}),
  };
}

const listed = (title: string, lines: readonly string[]): string =>
  lines.length > 0 ? `\n${title}\n${lines.map((line) => `- ${line}\n`).join('')}` : '';

const readMe = (notes: readonly string[]): string => `A set-up of Condenser for PyTorch.

    pip install torch numpy
    python train.py --help

setup.json    settings, as train.py reads them
images.npy    all images as the networks see them, 8 bit, [images, height, width, channels]
splits/       rows of images.npy and their labels: train (students), teacher, validation, test
pool.npy, numbers.npz, attributes.json, tasks.json   where a method reads them: images without labels, numbers imported
              with images, what else is known of the training images, tasks beside their class
methods/      the losses of each method, with its own layers, memory and phases where it has them
models/       the networks; they load the weights Condenser saves as safetensors
condenser_*   what these share, and data
torchdistill-*.yaml   the same for torchdistill, for students with a frozen teacher and losses alone

Networks, losses, optimiser, schedule, batches and epochs are those of the page. Random numbers are PyTorch's own, so
results agree as two seeds do. The losses are tested against reference values, the networks against the page's logits.
${listed('Of single students:', notes)}`;

/** Names of the inner layers of a network. */
function tapsOf(choice: Config['teacher']['model'], { image, classNames }: SetupImages): string[] {
  const input = { image, classes: classNames.length };
  const { taps } = wholeModels.get(choice.id).build(new DrawnBuild(), drawnOps, input, choice.params);
  return Object.keys(taps);
}

/** Settings as `train.py` reads them. */
function settings(
  config: Config,
  images: SetupImages,
  students: Config['students'],
  labelOf: (key: string) => string,
) {
  const { teacher, training } = config;
  const { image, classNames, mean, std, kept, noisyTeacher } = images;
  const { batchSize, flip, crop, cutout } = training;
  return {
    ...{ name: config.name, link: linkFragment(config) },
    ...{ image, classes: classNames.length, classNames, mean, std, batchSize },
    ...{ augmentation: { flip, crop, cutout }, epochs: images.students.epochs, seeds: config.seeds },
    ...{ kept, noisyTeacher, groups: images.groups },
    teacher: { model: teacher.model, optimizer: teacher.optimizer, epochs: images.teacher.epochs },
    students: students.map(({ key, method, model, optimizer }) => ({
      ...{ key, label: labelOf(key), method, model, optimizer },
    })),
  };
}

/** Configurations of torchdistill for the students that have one, by file name. */
function configurations(config: Config, images: SetupImages, students: Config['students']): Files {
  const { teacher, training } = config;
  const { batchSize } = training;
  const { epochs, rows } = images.students;
  const steps = epochs * Math.max(1, Math.floor(rows.length / batchSize));
  const yaml = students.filter(inTorchdistill).map((student) => {
    const hooks = { teacher: tapsOf(teacher.model, images), student: tapsOf(student.model, images) };
    const given = { student, teacher: teacher.model, hooks, batchSize, epochs, steps };
    return [`torchdistill-${student.key}.yaml`, torchdistillYaml(given)] as const;
  });
  return yaml.length > 0 ? { 'condenser_torchdistill.py': torchdistillPy, ...Object.fromEntries(yaml) } : {};
}

/** Files of the ids that have one, in `folder`. */
const modules = (folder: string, from: ReadonlyMap<string, string>, ids: readonly string[]): Files =>
  Object.fromEntries(
    ids.flatMap((id) => {
      const text = from.get(id);
      return text === undefined ? [] : [[`${folder}/${moduleOf(id)}.py`, text]];
    }),
  );

/** Throws a sentence when nothing of any student can be written. */
export function parityFiles(config: Config, images: SetupImages, labelOf: (key: string) => string): Files {
  const { teacher } = config;
  const given = { teacher, pool: images.pool !== undefined };
  const all = config.students.map((student) => ({ student, ...coverOf(student, given) }));
  const notes = all.flatMap(({ student, note }) => (note ? [`${labelOf(student.key)}: ${note}`] : []));
  const of = (...states: readonly Cover['state'][]) =>
    all.filter(({ state }) => states.includes(state)).map(({ student }) => student);
  if (of('whole', 'losses').length === 0) throw new Error(notes.join(' '));
  const students = of('whole');
  const { image, pixels } = images;
  const count = pixels.length / image.reduce((a, b) => a * b, 1);
  const written = of('whole', 'losses').map(({ method }) => method.id);
  return {
    'README.txt': readMe(notes),
    'setup.json': `${JSON.stringify(settings(config, images, students, labelOf), null, 2)}\n`,
    'train.py': trainPy,
    'condenser_data.py': dataPy,
    'condenser_kan.py': kanPy,
    'condenser_lane.py': lanePy,
    'condenser_losses.py': lossesPy,
    'condenser_methods.py': methodsPy,
    'condenser_models.py': modelsPy,
    'condenser_pace.py': pacePy,
    ...modules('methods', METHODS, written),
    ...modules('models', MODELS, [teacher.model.id, ...students.map(({ model }) => model.id)]),
    ...configurations(config, images, students),
    ...splitFiles(images),
    ...besideFiles(images, written),
    'images.npy': npy({ shape: [count, ...image], data: pixels }),
  };
}
