/** The Python files of a set-up: images, splits, settings, networks, losses, a script, torchdistill configurations. */
import type { Config } from '../../core/config';
import { cell } from '../../core/csv';
import { wholeModels } from '../../models/whole';
import { DrawnBuild } from '../graph/build';
import { drawnOps } from '../graph/ops';
import { linkFragment } from '../link';
import { npy } from '../npz';
import dataPy from './condenser_data.py?raw';
import lossesPy from './condenser_losses.py?raw';
import methodsPy from './condenser_methods.py?raw';
import modelsPy from './condenser_models.py?raw';
import torchdistillPy from './condenser_torchdistill.py?raw';
import { asksTeacher, notCovered } from './cover';
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

const readMe = (left: readonly string[]): string => `A set-up of Condenser for PyTorch.

    pip install torch numpy
    python train.py --help

setup.json    settings, as train.py reads them
images.npy    all images as the networks see them, 8 bit, [images, height, width, channels]
splits/       rows of images.npy and their labels: train (students), teacher, validation, test
condenser_*   data, networks and losses; the networks load the weights Condenser saves as safetensors
torchdistill-*.yaml   the same for torchdistill, for students with a frozen teacher

Networks, losses, optimiser, schedule, batches and epochs are those of the page. Random numbers are PyTorch's own, so
results agree as two seeds do. The losses are tested against reference values, the networks against the page's logits.
${left.length ? `\nWithout a Python file:\n${left.map((line) => `- ${line}\n`).join('')}` : ''}`;

/** Names of the inner layers of a network. */
function tapsOf(choice: Config['teacher']['model'], { image, classNames }: SetupImages): string[] {
  const input = { image, classes: classNames.length };
  const { taps } = wholeModels.get(choice.id).build(new DrawnBuild(), drawnOps, input, choice.params);
  return Object.keys(taps);
}

/** Throws a sentence when no student of the set-up can be written. */
export function parityFiles(config: Config, images: SetupImages, labelOf: (key: string) => string): Files {
  const { teacher, training } = config;
  const reasons = config.students.map((student) => notCovered(student, teacher));
  const left = config.students.flatMap(({ key }, i) =>
    reasons[i] ? [`${labelOf(key)}: ${reasons[i]}`] : [],
  );
  const students = config.students.filter((_, i) => !reasons[i]);
  if (students.length === 0) throw new Error(left.join(' '));
  const { image, classNames, mean, std, kept, noisyTeacher, pixels } = images;
  const { batchSize, flip, crop, cutout } = training;
  const setup = {
    ...{
      name: config.name,
      link: linkFragment(config),
      image,
      classes: classNames.length,
      classNames,
      mean,
      std,
    },
    ...{
      batchSize,
      augmentation: { flip, crop, cutout },
      epochs: images.students.epochs,
      seeds: config.seeds,
    },
    ...{ kept, noisyTeacher },
    teacher: { model: teacher.model, optimizer: teacher.optimizer, epochs: images.teacher.epochs },
    students: students.map(({ key, method, model, optimizer }) => ({
      ...{ key, label: labelOf(key), method, model, optimizer },
    })),
  };
  const { epochs, rows } = images.students;
  const steps = epochs * Math.max(1, Math.floor(rows.length / batchSize));
  const yaml = students.filter(asksTeacher).map((student) => {
    const hooks = { teacher: tapsOf(teacher.model, images), student: tapsOf(student.model, images) };
    const given = { student, teacher: teacher.model, hooks, batchSize, epochs, steps };
    return [`torchdistill-${student.key}.yaml`, torchdistillYaml(given)] as const;
  });
  const count = pixels.length / image.reduce((a, b) => a * b, 1);
  return {
    'README.txt': readMe(left),
    'setup.json': `${JSON.stringify(setup, null, 2)}\n`,
    'train.py': trainPy,
    'condenser_data.py': dataPy,
    'condenser_losses.py': lossesPy,
    'condenser_methods.py': methodsPy,
    'condenser_models.py': modelsPy,
    ...(yaml.length ? { 'condenser_torchdistill.py': torchdistillPy } : {}),
    ...Object.fromEntries(yaml),
    ...splitFiles(images),
    'images.npy': npy({ shape: [count, ...image], data: pixels }),
  };
}
