/**
 * Numbers about images that come in a file beside them, such as the logits or embeddings of a larger model: `logits`,
 * `embeddings` or `numbers` as `.csv`, `.tsv` or `.npz`. A row is named after an image file, after a class, or by the
 * row of the image, counted from 0.
 */
import { openArrays } from './array-files';
import { ImportError } from './dataset';
import type { InputFile, RawImages } from './kit';
import { baseName, shortName } from './names';
import { isText, readNpyHeader, strides, textReader, valueReader } from './npy';
import { decodeText, parseTable } from './table';

const FILE = /^(logits|embeddings?|numbers)\.(csv|tsv|npz)$/i;
const MAX_WIDTH = 4096;

/** Whether a file holds numbers about the images beside it. */
export const holdsNumbers = ({ path }: InputFile): boolean => FILE.test(baseName(path));

interface NamedRows {
  readonly width: number;
  /** One per row; undefined: rows are in the order of the images. */
  readonly keys: readonly string[] | undefined;
  /** Row-major `[rows, width]`. */
  readonly values: Float32Array;
}

const wrong = (name: string, why: string) => new ImportError('BAD_SHAPE', `${shortName(name)}: ${why}`);

/** The first column names the row; a first line whose other cells are no numbers is a heading. */
async function fromText(file: InputFile): Promise<NamedRows> {
  const lines = parseTable(decodeText(await file.bytes(), file.path), file.path);
  const isNumbers = (line: readonly string[]) =>
    line.slice(1).every((cell) => cell.trim() !== '' && Number.isFinite(Number(cell)));
  const rows = lines[0] && isNumbers(lines[0]) ? lines : lines.slice(1);
  const width = (rows[0]?.length ?? 0) - 1;
  if (width < 1 || width > MAX_WIDTH)
    throw wrong(file.path, `it needs a name and 1 to ${MAX_WIDTH} numbers in every line.`);
  const bad = rows.findIndex((line) => line.length !== width + 1 || !isNumbers(line));
  if (bad >= 0)
    throw wrong(
      file.path,
      `line ${bad + 1 + lines.length - rows.length} is not a name and ${width} numbers.`,
    );
  return {
    width,
    keys: rows.map(([key = '']) => key.trim()),
    values: Float32Array.from(rows.flatMap((line) => line.slice(1).map(Number))),
  };
}

/** An array `[rows, width]` of floats, and `names` (text) or `index` (whole numbers) where rows are not in order. */
async function fromArrays(file: InputFile): Promise<NamedRows> {
  const arrays = await openArrays([file]);
  const key = arrays.keys.find((name) => /^(logits|embeddings?|numbers)$/i.test(name));
  if (!key) throw wrong(file.path, "it needs an array called 'logits', 'embeddings' or 'numbers'.");
  const bytes = await arrays.read(key);
  const header = readNpyHeader(bytes, key);
  const [count = 0, width = 0] = header.shape;
  if (header.shape.length !== 2 || count < 1 || width < 1 || width > MAX_WIDTH)
    throw wrong(file.path, `'${key}' needs two axes: a row for each image, 1 to ${MAX_WIDTH} numbers in it.`);
  const [value, steps] = [valueReader(bytes, header), strides(header)];
  const at = (i: number) => Math.floor(i / width) * steps[0]! + (i % width) * steps[1]!;
  const values = Float32Array.from({ length: count * width }, (_, i) => value(at(i)));
  const naming = arrays.keys.find((name) => /^(names|files|index)$/i.test(name));
  if (naming === undefined) return { width, keys: undefined, values };
  const named = await arrays.read(naming);
  const names = readNpyHeader(named, naming);
  if (names.shape.length !== 1 || names.shape[0] !== count)
    throw wrong(file.path, `'${naming}' must name each of the ${count} rows of '${key}'.`);
  const text = isText(names) ? textReader(named, names) : valueReader(named, names);
  return { width, keys: Array.from({ length: count }, (_, i) => String(text(i))), values };
}

/** Paths by every ending they have, `cats/1.png` and `1.png`; undefined where two have the same. */
function byEnding(paths: readonly string[]): Map<string, number | undefined> {
  const found = new Map<string, number | undefined>();
  paths.forEach((path, row) => {
    const parts = path.split('/');
    for (let from = 0; from < parts.length; from++) {
      const ending = parts.slice(from).join('/');
      found.set(ending, found.has(ending) ? undefined : row);
    }
  });
  return found;
}

/** The row that a name stands for, by the longest ending of it that is known. */
function rowOf(name: string, endings: ReadonlyMap<string, number | undefined>): number | undefined {
  const parts = name.replaceAll('\\', '/').split('/');
  const ending = parts.map((_, from) => parts.slice(from).join('/')).find((part) => endings.has(part));
  return ending === undefined ? undefined : endings.get(ending);
}

/** Files of the images: labelled rows, then those of the pool; empty where a format has no file per image. */
type Paths = readonly string[];

/** Where each given row belongs: among all images, or the name of a class; undefined for neither. */
function placesOf({ keys, values, width }: NamedRows, images: number, paths: Paths, classes: Set<string>) {
  if (!keys) return Array.from({ length: values.length / width }, (_, row) => row);
  const endings = byEnding(paths);
  return keys.map((key) => {
    const row = rowOf(key, endings);
    if (row !== undefined) return row;
    if (classes.has(key)) return key;
    return /^\d{1,9}$/.test(key) && Number(key) < images ? Number(key) : undefined;
  });
}

/**
 * The images with the numbers of a file. Images and classes without a row have NaN; how many is said in the notes.
 * Throws ImportError when the file cannot be read, or when none of its rows is about these images.
 */
export async function withNumbers(raw: RawImages, file: InputFile): Promise<RawImages> {
  const given = /npz$/i.test(file.path) ? await fromArrays(file) : await fromText(file);
  const { width, values } = given;
  const { pool, files = [], ...rest } = raw;
  const labelled = raw.labels.length;
  const images = labelled + (pool?.count ?? 0);
  const name = baseName(file.path);
  if (!given.keys && values.length !== images * width)
    throw new ImportError(
      'COUNT_MISMATCH',
      `${name} has ${values.length / width} rows for ${images} images. Name the rows, or give one for each image.`,
    );
  const all = new Float32Array(images * width).fill(Number.NaN);
  const classes: Record<string, Float32Array> = {};
  let unknown = 0;
  placesOf(given, images, files, new Set(raw.classNames)).forEach((place, i) => {
    const row = values.subarray(i * width, (i + 1) * width);
    if (typeof place === 'number') all.set(row, place * width);
    else if (place !== undefined) classes[place] = row.slice();
    else unknown++;
  });
  const missing = Array.from({ length: images }, (_, row) => all[row * width]!).filter(Number.isNaN).length;
  if (missing === images && Object.keys(classes).length === 0)
    throw new ImportError('COUNT_MISMATCH', `No row of ${name} is named after an image or a class.`);
  const notes = [
    `${name} gives ${width} numbers for ${images - missing} of ${images} images${Object.keys(classes).length ? ` and for ${Object.keys(classes).length} classes` : ''}.`,
    ...(unknown ? [`${unknown} rows of ${name} name no image; they are not used.`] : []),
  ];
  return {
    ...rest,
    numbers: { name, width, rows: all.slice(0, labelled * width), classes },
    ...(pool ? { pool: { ...pool, numbers: all.slice(labelled * width) } } : {}),
    notes: [...(raw.notes ?? []), ...notes],
  };
}
