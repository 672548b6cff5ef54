/** A table being edited: cells as typed, and how its rows fit the data. Pure. */
import type { Table, TableSides } from '../../core/table';

export interface DraftRow {
  readonly name: string;
  /** The data has a row of this name. */
  readonly known: boolean;
  readonly cells: readonly string[];
}

export interface Draft {
  readonly columns: readonly string[];
  readonly rows: readonly DraftRow[];
}

const typed = (value: number | undefined): string =>
  value === undefined ? '' : String(Number(value.toFixed(3)));

/** A row for every name of the data, then those the data does not have. */
export function draftOf(table: Table | undefined, names: readonly string[]): Draft {
  const columns = table?.columns ?? [];
  const given = new Map(table?.rows.map(({ name, values }) => [name, values]));
  const strangers = [...given.keys()].filter((name) => !names.includes(name));
  const row = (known: boolean) => (name: string) => ({
    name,
    known,
    cells: columns.map((_, i) => typed(given.get(name)?.[i])),
  });
  return { columns, rows: [...names.map(row(true)), ...strangers.map(row(false))] };
}

/** A cell as JSON: empty is no answer; what is no number stays text, for the reader to name. */
function jsonCell(text: string): unknown {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : text;
}

/** What `readTable` is given. Rows without any answer are left out. */
export function rawOf({ columns, rows }: Draft, sides: TableSides): unknown {
  const filled = rows.filter((row) => row.cells.some((cell) => cell.trim() !== ''));
  return {
    [sides.columns]: columns,
    [sides.rows]: Object.fromEntries(filled.map(({ name, cells }) => [name, cells.map(jsonCell)])),
  };
}

export function withColumn({ columns, rows }: Draft): Draft {
  let n = columns.length + 1;
  while (columns.includes(`Question ${n}?`)) n++;
  return {
    columns: [...columns, `Question ${n}?`],
    rows: rows.map((row) => ({ ...row, cells: [...row.cells, ''] })),
  };
}

export const withoutColumn = ({ columns, rows }: Draft, at: number): Draft => ({
  columns: columns.toSpliced(at, 1),
  rows: rows.map((row) => ({ ...row, cells: row.cells.toSpliced(at, 1) })),
});

export const withCell = (draft: Draft, row: number, column: number, text: string): Draft => ({
  ...draft,
  rows: draft.rows.map((r, i) => (i === row ? { ...r, cells: r.cells.with(column, text) } : r)),
});

/** Names without a row, and rows without a name in the data. */
export function coverage(
  table: Table,
  names: readonly string[],
): { readonly missing: readonly string[]; readonly unused: readonly string[] } {
  const given = table.rows.map((row) => row.name);
  return {
    missing: names.filter((name) => !given.includes(name)),
    unused: given.filter((name) => !names.includes(name)),
  };
}

const listed = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** What does not fit between table and data, and what is used instead; one sentence each. */
export function misfits(
  table: Table,
  names: readonly string[],
  { rows, columns }: TableSides,
): readonly string[] {
  const { missing, unused } = coverage(table, names);
  if (names.length === 0) return [];
  if (missing.length === names.length)
    return [
      `No row of the table has the name of one of the data’s ${rows} (${listed(names)}): the ${columns} teach nothing, the labels alone do.`,
    ];
  return [
    ...(missing.length > 0
      ? [`Without answers: ${listed(missing)}. Their images learn from the labels alone.`]
      : []),
    ...(unused.length > 0 ? [`Not in the data, so not used: ${listed(unused)}.`] : []),
  ];
}

/** Text for an assistant of the person's choice; this page sends nothing. */
export const promptFor = (names: readonly string[], { rows, columns }: TableSides): string =>
  `Here are the ${rows} of an image data set: ${names.join(', ')}.
Write 12 short yes/no ${columns} about what such an image shows. Each should be yes for about half of the ${rows}.
Then answer every one of the ${columns} for every one of the ${rows} with a number from 0 (no) to 1 (yes).
Reply with JSON only, in this form: {"${columns}": ["…?"], "${rows}": {"${names[0] ?? 'name'}": [0.9]}}`;
