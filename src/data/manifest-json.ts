/** JSON lists of labelled pictures, in the layouts people write them, as a table with a header row. */
import { ImportError, type SplitName } from './dataset';
import { IMAGE_ENDINGS } from './image-headers';
import { columnsOf, LABEL_WORDS } from './manifest';
import { extension, shortName, splitWord } from './names';

/** Keys under which a list lies in an object. */
const LIST_WORDS = [
  'images',
  'data',
  'samples',
  'items',
  'entries',
  'annotations',
  'files',
  'labels',
  'rows',
];
/** Keys of the names of numbered classes. */
const NAME_WORDS = [
  'classes',
  'class_names',
  'classnames',
  'label_names',
  'labels_names',
  'names',
  'categories',
];
const MAX_KEYS = 64;

/** One picture: texts by column name. A Map, so that no key of the file can mean anything else. */
type Entry = Map<string, string>;
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
const isImagePath = (text: string): boolean => IMAGE_ENDINGS.has(extension(text));

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** A number stands for the name in its place; one without a name is no label. */
const namedBy = (names: readonly string[] | undefined, value: unknown): string =>
  names && Number.isInteger(value) ? (names[value as number] ?? '') : textOf(value);

class Reader {
  readonly entries: Entry[] = [];
  private readonly name: string;
  private names: readonly string[] | undefined;

  constructor(name: string) {
    this.name = name;
  }

  private push(cells: readonly (readonly [string, unknown])[], split: SplitName | undefined): void {
    const entry: Entry = new Map();
    for (const [key, value] of cells.slice(0, MAX_KEYS)) {
      const isLabel = LABEL_WORDS.includes(key.toLowerCase());
      entry.set(key, isLabel ? namedBy(this.names, value) : textOf(value));
    }
    if (split && ![...entry.keys()].some((key) => key.toLowerCase() === 'split')) entry.set('split', split);
    this.entries.push(entry);
  }

  private list(items: readonly unknown[], split: SplitName | undefined): void {
    for (const item of items)
      if (isObject(item)) this.push(Object.entries(item), split);
      else if (Array.isArray(item))
        this.push(
          [
            ['file', item[0]],
            ['label', item[1]],
          ],
          split,
        );
      else
        this.push(
          [
            ['file', item],
            ['label', ''],
          ],
          split,
        );
  }

  /** path: label, path: { label, ... } or class: [paths]. */
  private map(items: readonly (readonly [string, unknown])[], split: SplitName | undefined): void {
    for (const [key, item] of items)
      if (isObject(item)) this.push([['file', key], ...Object.entries(item)], split);
      else if (Array.isArray(item) && !isImagePath(key))
        for (const path of item)
          this.push(
            [
              ['file', path],
              ['label', key],
            ],
            split,
          );
      else
        this.push(
          [
            ['file', key],
            ['label', item],
          ],
          split,
        );
  }

  /** { file: [...], label: [...] }: one array per column. Returns false when it is none. */
  private columns(value: Json, split: SplitName | undefined): boolean {
    const keys = Object.keys(value).filter((key) => Array.isArray(value[key]));
    const arrays = keys.map((key) => value[key] as unknown[]);
    const header = keys.map((key) => (/^(images|files|paths|filenames)$/i.test(key) ? 'file' : key));
    const { file, label } = columnsOf(header);
    if (file < 0 || label < 0 || arrays[file]!.length !== arrays[label]!.length || !isTexts(arrays[file]))
      return false;
    for (let row = 0; row < arrays[file].length; row++)
      this.push(
        header.map((key, i) => [key, arrays[i]![row]] as const),
        split,
      );
    return true;
  }

  read(value: unknown, split?: SplitName): void {
    if (Array.isArray(value)) this.list(value, split);
    else if (isObject(value)) this.object(value, split);
    else throw new ImportError('NOT_A_DATASET', `${this.name} holds no list of pictures and their labels.`);
  }

  private object(value: Json, split: SplitName | undefined): void {
    const named = Object.keys(value).find(
      (key) => NAME_WORDS.includes(key.toLowerCase()) && isTexts(value[key]),
    );
    if (named) this.names = value[named] as string[];
    const keys = Object.keys(value).filter((key) => key !== named);
    const holds = (key: string) => typeof value[key] === 'object' && value[key] !== null;
    const lists = keys.filter((key) => LIST_WORDS.includes(key.toLowerCase()) && holds(key));
    if (lists.includes('images') && lists.includes('annotations'))
      throw new ImportError(
        'UNSUPPORTED_TYPE',
        `${this.name} keeps pictures and annotations apart, as COCO does; write one entry with a label per picture.`,
      );
    if (this.columns(value, split)) return;
    const single = lists.length === 1 && keys.every((key) => key === lists[0] || !holds(key));
    if (keys.length > 0 && keys.every((key) => splitWord(key) && holds(key)))
      for (const key of keys) this.read(value[key], splitWord(key));
    else if (single && !isTexts(value[lists[0]!])) this.read(value[lists[0]!], split);
    else
      this.map(
        keys.map((key) => [key, value[key]]),
        split,
      );
  }
}

/** The entries as rows under the union of their keys. */
function tableOf(entries: readonly Entry[]): string[][] {
  const keys = new Set<string>();
  for (const entry of entries) {
    for (const key of entry.keys()) if (keys.size < MAX_KEYS) keys.add(key);
  }
  const header = [...keys];
  return [header, ...entries.map((entry) => header.map((key) => entry.get(key) ?? ''))];
}

/** One object per line; a line that is none is an entry without anything, which is listed as skipped later. */
function lines(text: string): unknown[] | undefined {
  const rows = text.split(/\r?\n/).filter((line) => line.trim());
  const parsed = rows.map((line): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      return undefined;
    }
  });
  const good = parsed.filter((row) => row !== undefined && typeof row === 'object').length;
  return good > 0 && good * 2 >= rows.length
    ? parsed.map((row) => (isObject(row) || Array.isArray(row) ? row : {}))
    : undefined;
}

/**
 * JSON or JSON lines as a table. Throws ImportError: BAD_HEADER when it is neither, NOT_A_DATASET and
 * UNSUPPORTED_TYPE when it is no list of pictures.
 */
export function parseJsonTable(text: string, path: string): string[][] {
  const name = shortName(path);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    value = lines(text);
  }
  if (value === undefined)
    throw new ImportError('BAD_HEADER', `${name} is neither JSON nor one JSON object per line.`);
  // A single line of JSON lines parses as one object: an entry, not a map of paths.
  const one = isObject(value) && !LIST_WORDS.some((key) => key in (value as Json));
  const reader = new Reader(name);
  reader.read(one && /\.(jsonl|ndjson)$/i.test(path) ? [value] : value);
  return tableOf(reader.entries);
}
