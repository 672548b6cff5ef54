/** A list that names picture files and their classes, as rows under a header: CSV and JSON end up here. */
import type { Collector } from './collect';
import type { ReasonCode } from './dataset';
import { IMAGE_ENDINGS } from './image-headers';
import type { InputFile } from './kit';
import type { LabelledFile } from './load-images';
import { baseName, shortName, splitWord } from './names';

const FILE_WORDS = [
  'file',
  'filename',
  'file_name',
  'filepath',
  'image',
  'image_path',
  'image_id',
  'img',
  'path',
  'name',
];
export const LABEL_WORDS = ['label', 'labels', 'class', 'class_name', 'category', 'target', 'y'];
const SPLIT_WORDS = ['split', 'set', 'subset', 'partition'];
/** Names of label columns among several, such as fine_label beside coarse_label. */
const LABEL_LIKE = /(^|[_ -])(label|class|category|target)(s|$|[_ -])/;
/** Further label columns that are looked at. */
const MAX_EXTRA = 32;

export interface Columns {
  /** Numbers by the header row; -1 when missing. */
  readonly file: number;
  readonly label: number;
  readonly split: number;
  /** The others, by name. */
  readonly extra: readonly (readonly [name: string, column: number])[];
}

/** The label column is the one called so; of several that are called alike, the finest, else the first. */
export function columnsOf(header: readonly string[]): Columns {
  const names = header.map((name) => name.trim());
  const plain = names.map((name) => name.toLowerCase());
  const find = (words: readonly string[]) => plain.findIndex((name) => words.includes(name));
  const file = find(FILE_WORDS);
  const split = find(SPLIT_WORDS);
  const alike = plain.flatMap((name, i) => (LABEL_LIKE.test(name) && i !== file && i !== split ? [i] : []));
  const exact = find(LABEL_WORDS);
  const label = exact >= 0 ? exact : (alike.find((i) => /fine|leaf/.test(plain[i]!)) ?? alike[0] ?? -1);
  const extra = names.flatMap((name, i) =>
    name && ![file, label, split].includes(i) ? [[name, i] as const] : [],
  );
  return { file, label, split, extra: extra.slice(0, MAX_EXTRA) };
}

const isOutside = (path: string) =>
  /^[a-z][\w+.-]*:/i.test(path) || path.startsWith('/') || path.split('/').includes('..');

const tidy = (path: string) => path.trim().replaceAll('\\', '/').replace(/^\.\//, '');

/** Finds files by the path a row gives: from the list's folder, from the top, or by bare name if it is unique. */
export function finder(
  files: readonly InputFile[],
  list: InputFile,
): (path: string) => InputFile | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const byName = new Map<string, InputFile | undefined>();
  for (const file of files)
    byName.set(baseName(file.path), byName.has(baseName(file.path)) ? undefined : file);
  const folder = list.path.slice(0, list.path.length - baseName(list.path).length);
  return (path) => {
    for (const key of [folder + path, path]) {
      const exact =
        byPath.get(key) ?? [...IMAGE_ENDINGS].map((end) => byPath.get(`${key}.${end}`)).find(Boolean);
      if (exact) return exact;
    }
    return byName.get(baseName(path));
  };
}

const cellOf = (row: readonly string[], column: number): string =>
  (row[column] ?? '').trim().normalize('NFC');

/** One row as a labelled file, or why it is left out. */
function itemOf(
  row: readonly string[],
  columns: Columns,
  find: (path: string) => InputFile | undefined,
): LabelledFile | readonly [name: string, code: ReasonCode, why: string] {
  const path = tidy(row[columns.file] ?? '');
  const label = cellOf(row, columns.label);
  const name = shortName(path);
  if (isOutside(path)) return [name, 'UNSAFE_PATH', `${name} points outside what was dropped`];
  if (!label) return [name, 'LABEL_MISSING', 'it has no label'];
  const file = path ? find(path) : undefined;
  if (!file) return [name, 'FILE_MISSING', `there is no file ${name}`];
  const extra = Object.fromEntries(columns.extra.map(([key, column]) => [key, cellOf(row, column)]));
  return { file, label, split: splitWord((row[columns.split] ?? '').trim()), extra };
}

/**
 * The rows as labelled files, each file once; others are listed as skipped. `rows[0]` is the header; `where`
 * names row `i` after it in messages.
 */
export function itemsOf(
  rows: readonly string[][],
  list: InputFile,
  files: readonly InputFile[],
  collector: Collector,
  where: (i: number) => string,
): LabelledFile[] {
  const columns = columnsOf(rows[0] ?? []);
  const find = finder(files, list);
  const used = new Set<InputFile>();
  const items: LabelledFile[] = [];
  for (const [i, row] of rows.slice(1).entries()) {
    const item = itemOf(row, columns, find);
    const twice = 'file' in item && used.has(item.file);
    const left = twice
      ? ([shortName(item.file.path), 'DUPLICATE', 'its file is listed already'] as const)
      : 'file' in item
        ? undefined
        : item;
    if (left) collector.leaveOut(left[0] || where(i), left[1], `${where(i)} was left out: ${left[2]}.`);
    else if ('file' in item) {
      used.add(item.file);
      items.push(item);
    }
  }
  return items;
}
