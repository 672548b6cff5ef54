/** Opens a Parquet file of pictures: which column holds them, which ones label them, and their rows. */
import { type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaTree } from 'hyparquet';
import { bytesAt } from '../block-reader';
import { ImportError } from '../dataset';
import { LIMITS } from '../limits';
import { columnsOf } from '../manifest';
import { shortName } from '../names';
import { type Leaf, pages, type Value } from './pages';

const IMAGE_WORDS = /^(image|images|img|picture|photo|pixels|jpg|jpeg|png|bytes|content|data)$/i;
const MAX_GROUPS = 10_000;

/** One picture: its file as bytes, its path when the file gives one, and its labels as texts by column. */
export interface ParquetRow {
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly path: string;
  readonly label: string;
  readonly split: string;
  readonly extra: Readonly<Record<string, string>>;
}

export interface ParquetFile {
  readonly rows: number;
  readonly labelName: string;
  /** All rows in order, a page of pictures at a time. */
  read(): AsyncGenerator<readonly ParquetRow[]>;
}

/** Class names of numbered labels, as Hugging Face writes them into the file. */
function classNames(metadata: FileMetaData): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  try {
    const features: unknown = JSON.parse(text ?? '{}')?.info?.features;
    for (const [column, feature] of Object.entries(features ?? {})) {
      const names: unknown = (feature as { names?: unknown } | null)?.names;
      if (Array.isArray(names) && names.every((name) => typeof name === 'string')) found.set(column, names);
    }
  } catch {
    // Without readable names the numbers are the names.
  }
  return found;
}

const isNested = (tree: SchemaTree) => tree.children.length > 0;
const child = (tree: SchemaTree, name: string) => tree.children.find(({ element }) => element.name === name);
const isText = ({ element }: SchemaTree) =>
  element.converted_type === 'UTF8' ||
  element.converted_type === 'ENUM' ||
  element.logical_type?.type === 'STRING';
const isBinary = (tree: SchemaTree) => tree.element.type === 'BYTE_ARRAY' && !isText(tree);
const isScalar = (tree: SchemaTree) =>
  !isNested(tree) && ['INT32', 'INT64', 'BOOLEAN', 'BYTE_ARRAY'].includes(tree.element.type ?? '');

/** The pictures: a struct of bytes and path, or a binary column called like one. */
function imageColumn(
  root: SchemaTree,
): { bytes: SchemaTree; path: SchemaTree | undefined; top: SchemaTree } | undefined {
  const structs = root.children.filter((tree) => child(tree, 'bytes'));
  const top = structs.find(({ element }) => IMAGE_WORDS.test(element.name)) ?? structs[0];
  if (top) return { bytes: child(top, 'bytes')!, path: child(top, 'path'), top };
  const flat = root.children.filter((tree) => !isNested(tree) && isBinary(tree));
  const bytes =
    flat.find(({ element }) => IMAGE_WORDS.test(element.name)) ?? (flat.length === 1 ? flat[0] : undefined);
  return bytes && { bytes, path: undefined, top: bytes };
}

function textOf(value: Value | undefined, names: readonly string[] | undefined): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  const plain = typeof value === 'bigint' ? Number(value) : value;
  return names && typeof plain === 'number' ? (names[plain] ?? '') : String(plain);
}

class Reader implements ParquetFile {
  readonly rows: number;
  readonly labelName: string;
  private readonly blob: Blob;
  private readonly metadata: FileMetaData;
  private readonly root: SchemaTree;
  private readonly image: NonNullable<ReturnType<typeof imageColumn>>;
  private readonly names: ReadonlyMap<string, readonly string[]>;
  private readonly label: string;
  private readonly split: string | undefined;
  private readonly extra: readonly string[];

  constructor(blob: Blob, metadata: FileMetaData, name: string) {
    this.blob = blob;
    this.metadata = metadata;
    this.root = parquetSchema(metadata);
    this.rows = Number(metadata.num_rows);
    const listed = this.root.children.slice(0, 8).map(({ element }) => shortName(element.name));
    if (metadata.row_groups.length > MAX_GROUPS || !(this.rows <= LIMITS.files))
      throw new ImportError('TOO_MANY', `${name} has ${this.rows} rows; at most ${LIMITS.files} are read.`);
    const image = imageColumn(this.root);
    if (!image)
      throw new ImportError(
        'NO_IMAGES',
        `${name} has no column of picture files; its columns are ${listed.join(', ')}.`,
      );
    const header = this.root.children
      .filter((tree) => tree !== image.top && isScalar(tree))
      .map((t) => t.element.name);
    const columns = columnsOf(header);
    if (columns.label < 0)
      throw new ImportError(
        'NO_LABELS',
        `${name} has no column of labels; its columns are ${listed.join(', ')}.`,
      );
    this.image = image;
    this.names = classNames(metadata);
    this.label = this.labelName = header[columns.label]!;
    this.split = header[columns.split];
    this.extra = columns.extra.map(([key]) => key).filter((key) => key !== this.label);
  }

  private leaf(group: number, path: readonly string[]): Leaf {
    const meta = this.metadata.row_groups[group]!.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema.join('\0') === path.join('\0'),
    )?.meta_data;
    let tree: SchemaTree | undefined = this.root;
    let depth = 0;
    for (const name of path) {
      tree = tree && child(tree, name);
      if (tree?.element.repetition_type === 'REPEATED')
        throw new ImportError('BAD_SHAPE', `${name} holds lists; one picture and one label per row are read`);
      if (tree?.element.repetition_type === 'OPTIONAL') depth++;
    }
    if (!meta || !tree) throw new ImportError('CORRUPT', `the column ${path.join('.')} is missing`);
    return { meta, depth, length: tree.element.type_length };
  }

  private async column(group: number, path: readonly string[], rows: number): Promise<Value[]> {
    const all: Value[] = [];
    for await (const values of pages(this.blob, this.leaf(group, path), rows))
      for (const value of values) all.push(value);
    return all;
  }

  private async texts(group: number, column: string | undefined, rows: number): Promise<readonly string[]> {
    if (column === undefined) return [];
    const names = this.names.get(column);
    return (await this.column(group, [column], rows)).map((value) => textOf(value, names));
  }

  private async *group(index: number, rows: number): AsyncGenerator<readonly ParquetRow[]> {
    const { top, path } = this.image;
    const name = top.element.name;
    const isStruct = isNested(top);
    const labels = await this.texts(index, this.label, rows);
    const splits = await this.texts(index, this.split, rows);
    const paths = path
      ? (await this.column(index, [name, 'path'], rows)).map((v) => textOf(v, undefined))
      : [];
    const extra = new Map<string, readonly string[]>();
    for (const key of this.extra) extra.set(key, await this.texts(index, key, rows));
    let row = 0;
    for await (const values of pages(this.blob, this.leaf(index, isStruct ? [name, 'bytes'] : [name]), rows))
      yield values.map((value) => {
        const at = row++;
        const bytes = value instanceof Uint8Array ? Uint8Array.from(value) : undefined;
        const more = Object.fromEntries([...extra].map(([key, texts]) => [key, texts[at] ?? '']));
        return {
          bytes,
          path: paths[at] ?? '',
          label: labels[at] ?? '',
          split: splits[at] ?? '',
          extra: more,
        };
      });
    if (row < rows) throw new ImportError('TRUNCATED', `it promises ${rows} pictures and holds ${row}`);
  }

  async *read(): AsyncGenerator<readonly ParquetRow[]> {
    let left = this.rows;
    for (const [index, { num_rows }] of this.metadata.row_groups.entries()) {
      const rows = Number(num_rows);
      if (!(rows >= 0 && rows <= left))
        throw new ImportError('CORRUPT', 'its parts hold more rows than the whole');
      left -= rows;
      yield* this.group(index, rows);
    }
  }
}

/**
 * Opens a file by its footer. Throws ImportError: BAD_MAGIC, TRUNCATED, ENCRYPTED, CORRUPT, TOO_MANY, NO_IMAGES,
 * NO_LABELS.
 */
export async function openParquet(blob: Blob, name: string): Promise<ParquetFile> {
  const latin = new TextDecoder('latin1');
  const start = latin.decode(await bytesAt(blob, 0, 4));
  const end = latin.decode(await bytesAt(blob, Math.max(0, blob.size - 4), blob.size));
  if (start === 'PARE' || end === 'PARE')
    throw new ImportError('ENCRYPTED', `${name} is encrypted; write it without a password.`);
  if (start !== 'PAR1')
    throw new ImportError('BAD_MAGIC', `${name} is not a Parquet file, whatever its name says.`);
  if (end !== 'PAR1' || blob.size < 12)
    throw new ImportError('TRUNCATED', `${name} is cut off: its end is missing. Copy or download it again.`);
  const file = {
    byteLength: blob.size,
    slice: (from: number, to?: number) => blob.slice(from, to).arrayBuffer(),
  };
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file, { geoparquet: false });
    parquetSchema(metadata);
  } catch {
    throw new ImportError('CORRUPT', `${name} has a damaged description at its end; download it again.`);
  }
  return new Reader(blob, metadata, name);
}
