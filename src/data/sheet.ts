/**
 * One picture that holds many in a grid. The convention: the file name says the size of a tile in pixels
 * (`digits-28x28.png`) or the number of columns and rows (`digits-grid10x30.png`), and what gives the classes:
 * `-rows` (each row of tiles is a class), `-rows3` (three rows are), `-columns` or `-columns2`; or a table of labels
 * lies beside it. Nothing is guessed from the pixels.
 */
import { ImportError } from './dataset';
import { LIMITS } from './limits';
import { columnsOf } from './manifest';
import { baseName, shortName } from './names';

export interface SheetName {
  readonly tile?: readonly [width: number, height: number];
  readonly grid?: readonly [columns: number, rows: number];
  readonly by?: { readonly axis: 'rows' | 'columns'; readonly each: number };
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of one tile. */
  readonly width: number;
  readonly height: number;
}

/** What a file name says about the sheet in it. */
export function readSheetName(path: string): SheetName {
  const stem = baseName(path).replace(/\.\w+$/, '');
  const size = /(?:^|[-_. ])(?:tiles?)?(\d{1,4})x(\d{1,4})(?=$|[-_. ])/i.exec(stem);
  const grid = /(?:^|[-_. ])grid(\d{1,4})x(\d{1,4})(?=$|[-_. ])/i.exec(stem);
  const by = /[-_. ](rows|columns)(\d{0,3})(?=$|[-_. ])/i.exec(stem);
  return {
    ...(size ? { tile: [Number(size[1]), Number(size[2])] as const } : {}),
    ...(grid ? { grid: [Number(grid[1]), Number(grid[2])] as const } : {}),
    ...(by
      ? { by: { axis: by[1]!.toLowerCase() as 'rows' | 'columns', each: Number(by[2] || 1) || 1 } }
      : {}),
  };
}

/** What to do about a single picture that says nothing about itself. */
export const SHEET_HELP =
  'to read one picture as a sheet of tiles, call it like sheet-28x28-rows.png (tile size; every row is a class) or drop a table of labels with it';

/** Splits the sheet. Throws BAD_SHAPE when the tiles do not fill it, NO_LABELS when nothing says how large they are. */
export function gridOf(said: SheetName, width: number, height: number, labels: number, name: string): Grid {
  const grid = (columns: number, rows: number): Grid => {
    const tile = { width: width / columns, height: height / rows };
    if (![columns, rows, tile.width, tile.height].every((n) => Number.isInteger(n) && n >= 1))
      throw new ImportError(
        'BAD_SHAPE',
        `${name} has ${width} x ${height} pixels, which its tiles do not fill exactly; correct the sizes in its name.`,
      );
    if (columns * rows > LIMITS.files)
      throw new ImportError(
        'TOO_MANY',
        `${name} has ${columns * rows} tiles; at most ${LIMITS.files} are read.`,
      );
    return { columns, rows, ...tile };
  };
  if (said.grid) return grid(...said.grid);
  if (said.tile) return grid(width / said.tile[0], height / said.tile[1]);
  const side = Math.sqrt((width * height) / labels);
  if (labels > 1 && Number.isInteger(side) && width % side === 0 && height % side === 0)
    return grid(width / side, height / side);
  throw new ImportError('NO_LABELS', `${name} is one picture of ${width} x ${height} pixels; ${SHEET_HELP}.`);
}

/** Labels in the order of the tiles, row by row, or one for each row of tiles. */
export function labelsOf(table: readonly string[][]): {
  readonly list: readonly string[];
  readonly columns: number;
} {
  const header = columnsOf(table[0] ?? []);
  const isHeader = header.label >= 0;
  const rows = isHeader ? table.slice(1) : table;
  if (isHeader) return { list: rows.map((row) => (row[header.label] ?? '').trim()), columns: 1 };
  const columns = Math.max(0, ...rows.map((row) => row.length));
  // Two columns of which the first counts up are numbers of tiles and their labels.
  const counted = columns === 2 && rows.every((row, i) => Number(row[0]) === i + Number(rows[0]?.[0]));
  if (counted && rows[0]?.[0]?.trim()) return { list: rows.map((row) => (row[1] ?? '').trim()), columns: 1 };
  return {
    list: rows.flatMap((row) => Array.from({ length: columns }, (_, i) => (row[i] ?? '').trim())),
    columns,
  };
}

/** The label of every tile, row by row; '' for a tile without one. Throws COUNT_MISMATCH. */
export function tileLabels(
  said: SheetName,
  grid: Grid,
  given: ReturnType<typeof labelsOf> | undefined,
  name: string,
): readonly string[] {
  const tiles = grid.columns * grid.rows;
  const at = (label: (row: number, column: number) => string) =>
    Array.from({ length: tiles }, (_, i) => label(Math.floor(i / grid.columns), i % grid.columns));
  if (given) {
    const { list, columns } = given;
    // A last row that is not full has no labels at its end.
    if (columns === 1 && list.length <= tiles && list.length > tiles - grid.columns)
      return at((r, c) => list[r * grid.columns + c] ?? '');
    if (columns === 1 && list.length === grid.rows) return at((row) => list[row]!);
    if (columns === grid.columns && list.length === tiles) return list;
    throw new ImportError(
      'COUNT_MISMATCH',
      `${name} has ${grid.columns} x ${grid.rows} tiles and its table ${list.length} labels; one per tile or one per row is needed.`,
    );
  }
  if (!said.by)
    throw new ImportError(
      'NO_LABELS',
      `Nothing gives the classes of the tiles in ${shortName(name)}; ${SHEET_HELP}.`,
    );
  const { axis, each } = said.by;
  return at((row, column) => String(Math.floor((axis === 'rows' ? row : column) / each)));
}
