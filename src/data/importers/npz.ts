import { type Arrays, openArrays } from '../array-files';
import { Collector } from '../collect';
import { ImportError, type SplitName } from '../dataset';
import { IMAGE_ENDINGS } from '../image-headers';
import { defineImporter, type ImportTools } from '../kit';
import { LIMITS } from '../limits';
import { takeTurns } from '../load-images';
import { compareNames, extension, shortName, splitWord } from '../names';
import { isText, readNpyHeader, textReader, valueReader } from '../npy';
import { pictureReader } from '../picture-array';

const IMAGE_WORDS = new Set([
  'x',
  'image',
  'images',
  'img',
  'imgs',
  'data',
  'pixels',
  'pictures',
  'features',
  'arr0',
]);
const LABEL_WORDS = new Set(['y', 'label', 'labels', 'target', 'targets', 'class', 'classes', 'arr1']);
const ARRAYS = new Set(['npz', 'npy']);
const MAX_LABEL = 1e6;

interface Role {
  readonly kind: 'images' | 'labels';
  readonly split: SplitName | undefined;
}

/** What an array is for, by its name: x_train, train_images, Y, test_labels, ... */
function roleOf(key: string): Role | undefined {
  const words = key.toLowerCase().split(/[^a-z0-9]+/);
  const split = words.map(splitWord).find(Boolean);
  const rest = words.filter((word) => !splitWord(word)).join('');
  if (IMAGE_WORDS.has(rest)) return { kind: 'images', split };
  if (LABEL_WORDS.has(rest)) return { kind: 'labels', split };
  return undefined;
}

/** Gives the class of a row as a text, or undefined when it is no class. */
function labelReader(bytes: Uint8Array, name: string, rows: number): (row: number) => string | undefined {
  const header = readNpyHeader(bytes, name);
  const [count = 0, width = 1] = header.shape;
  if (count !== rows)
    throw new ImportError(
      'COUNT_MISMATCH',
      `${name} holds ${count} labels for ${rows} pictures; both must be equal.`,
    );
  if (header.shape.length > 2)
    throw new ImportError('BAD_SHAPE', `${name} has ${header.shape.length} axes; labels have one.`);
  if (isText(header)) return textReader(bytes, header);
  const value = valueReader(bytes, header);
  if (width === 1)
    return (row) => {
      const label = value(row);
      return Number.isInteger(label) && label >= 0 && label <= MAX_LABEL ? String(label) : undefined;
    };
  const at = header.fortran
    ? (row: number, k: number) => value(row + k * count)
    : (row: number, k: number) => value(row * width + k);
  return (row) => {
    const hot: number[] = [];
    for (let k = 0; k < width; k++) if (at(row, k) !== 0) hot.push(k);
    return hot.length === 1 && at(row, hot[0]!) === 1 ? String(hot[0]) : undefined;
  };
}

async function addSplit(
  arrays: Arrays,
  images: string,
  labels: string,
  split: SplitName | undefined,
  collector: Collector,
  tools: ImportTools,
) {
  const [imageName, labelName] = [shortName(images), shortName(labels)];
  const pictures = pictureReader(await arrays.read(images), imageName);
  const label = labelReader(await arrays.read(labels), labelName, pictures.count);
  for (let row = 0; row < pictures.count; row++) {
    if (row % 100 === 0) await takeTurns(tools.signal);
    const name = `${imageName} row ${row}`;
    const text = label(row);
    const pixels = pictures.row(row);
    if (text === undefined || text === '')
      collector.leaveOut(
        name,
        'LABEL_RANGE',
        `${name} has no usable class in ${labelName}; classes are whole numbers from 0.`,
      );
    else if (!pixels) collector.leaveOut(name, 'NOT_FINITE', `${name} holds a value that is not a number.`);
    else collector.add(pixels, pictures.width, pictures.height, pictures.channels, text, { split });
  }
}

/** The pairs of arrays to read. Throws when one half is missing. */
function pairsOf(keys: readonly string[], name: string) {
  const roles = keys.map((key) => ({ key, role: roleOf(key) }));
  const images = roles.filter(({ role }) => role?.kind === 'images');
  const labels = roles.filter(({ role }) => role?.kind === 'labels');
  const found = keys.slice(0, 12).map(shortName).join(', ');
  if (!images.length && !labels.length) {
    if (extension(name) === 'npy' && keys.length === 1)
      throw new ImportError(
        'NO_LABELS',
        `${name} is one array without labels; save pictures and labels in one .npz as x and y.`,
      );
    throw new ImportError(
      'UNKNOWN_KEYS',
      `${name} holds ${found}; name the arrays x and y, or x_train, y_train, x_test, y_test.`,
    );
  }
  if (!images.length)
    throw new ImportError('NO_IMAGES', `${name} holds ${found} but no pictures; call them x or x_train.`);
  return images.map(({ key, role }) => {
    const match = labels.find((label) => label.role?.split === role?.split);
    if (!match)
      throw new ImportError('NO_LABELS', `${name} has no labels for ${shortName(key)}; it holds ${found}.`);
    return { images: key, labels: match.key, split: images.length > 1 ? role?.split : undefined };
  });
}

/** NumPy archives with pictures and labels, as Keras and MedMNIST lay them out. */
export default defineImporter({
  id: 'npz',
  name: 'NumPy arrays',
  summary: 'An .npz with pictures and labels: x_train, y_train, ... or train_images, train_labels, ...',
  extensions: ['.npz', '.npy'],
  async recognise(files) {
    // A stray array beside pictures is a note, not the data set.
    if (files.some((file) => IMAGE_ENDINGS.has(extension(file.path)))) return 0;
    return files.some((file) => ARRAYS.has(extension(file.path))) ? 60 : 0;
  },
  async read(files, tools) {
    const collector = new Collector(tools.options);
    const own = files.filter((file) => ARRAYS.has(extension(file.path)));
    const arrays = await openArrays(own);
    const pairs = pairsOf(arrays.keys, shortName(own[0]?.path ?? ''));
    for (const [i, pair] of pairs.entries()) {
      await addSplit(arrays, pair.images, pair.labels, pair.split, collector, tools);
      tools.progress(i + 1, pairs.length);
    }
    if (collector.labels().length > LIMITS.classes)
      throw new ImportError(
        'TOO_MANY',
        `There are ${collector.labels().length} different labels; at most ${LIMITS.classes} classes are read.`,
      );
    return collector.finish('NumPy', collector.labels().sort(compareNames));
  },
});
