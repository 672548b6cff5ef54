/**
 * Tables of answers as text: rows and columns have names, a cell is a number in 0..1 or left open. Travels as
 * JSON, `{"<columns>": [names], "<rows>": {name: [values]}}`, inside a set-up. Pure.
 */
import { cleanText } from './text';

export interface TableRow {
  readonly name: string;
  /** One per column; undefined: no answer. */
  readonly values: readonly (number | undefined)[];
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** What the two sides of a table are called in its JSON, such as `classes` and `questions`. */
export interface TableSides {
  readonly rows: string;
  readonly columns: string;
}

/** Longest text, in characters: a hundred classes with thirty questions, or ten with a hundred. */
export const MAX_TABLE_TEXT = 20_000;
export const MAX_COLUMNS = 100;
export const MAX_ROWS = 200;
const MAX_NAME = 120;
/** Problems named before the rest is only counted. */
const MAX_NAMED = 5;

export type TableReading =
  | { readonly table: Table; readonly problems?: undefined }
  | { readonly table?: undefined; readonly problems: readonly string[] };

const one = (plural: string): string => plural.replace(/(ss|s)es$/, '$1').replace(/([^s])s$/, '$1');

/** Chance of "yes" between the logits of "yes" and "no". */
export const yesProbability = (yes: number, no: number): number => 1 / (1 + Math.exp(no - yes));

const isNumber = (raw: unknown): raw is number => typeof raw === 'number' && Number.isFinite(raw);

/** A cell: 0..1, true or false, null, or a pair of logits; NaN for everything else. */
function cellOf(raw: unknown): number | undefined {
  if (raw === null || raw === undefined) return undefined;
  if (typeof raw === 'boolean') return Number(raw);
  if (isNumber(raw) && raw >= 0 && raw <= 1) return raw;
  if (Array.isArray(raw) && raw.length === 2 && isNumber(raw[0]) && isNumber(raw[1]))
    return yesProbability(raw[0], raw[1]);
  return Number.NaN;
}

function readColumns(raw: unknown, { columns }: TableSides, problems: string[]): string[] {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > MAX_COLUMNS) {
    problems.push(`"${columns}" must be a list of 1 to ${MAX_COLUMNS} texts.`);
    return [];
  }
  const names = raw.map((name) => cleanText(name, MAX_NAME).trim());
  names.forEach((name, i) => {
    if (name === '') problems.push(`${one(columns)} ${i + 1} has no text. Write one or take it out.`);
    else if (names.indexOf(name) < i)
      problems.push(`${one(columns)} ${i + 1} “${name}” is there twice. Change or take out one.`);
  });
  return names;
}

function readRow(
  name: string,
  raw: unknown,
  columns: readonly string[],
  sides: TableSides,
): string | TableRow {
  const where = `${one(sides.rows)} “${name}”`;
  if (!Array.isArray(raw)) return `${where} must be a list of one number for each of the ${sides.columns}.`;
  if (raw.length !== columns.length)
    return `${where} has ${raw.length} answers for ${columns.length} ${sides.columns}. Give one for each; null where there is none.`;
  const values = raw.map(cellOf);
  const bad = values.findIndex((value) => Number.isNaN(value));
  if (bad < 0) return { name, values };
  const said = cleanText(JSON.stringify(raw[bad]), 40);
  return `${where}, ${one(sides.columns)} ${bad + 1} “${columns[bad]}”: ${said} is not between 0 and 1. Use 0 for no, 1 for yes, null for no answer.`;
}

function readRows(
  raw: unknown,
  columns: readonly string[],
  sides: TableSides,
  problems: string[],
): TableRow[] {
  const entries = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : [];
  if (entries.length === 0 || entries.length > MAX_ROWS) {
    problems.push(`"${sides.rows}" must hold 1 to ${MAX_ROWS} lists of answers, each under its name.`);
    return [];
  }
  return entries.flatMap(([key, list]) => {
    const row = readRow(cleanText(key, MAX_NAME), list, columns, sides);
    if (typeof row !== 'string') return [row];
    problems.push(row);
    return [];
  });
}

/** Names at most a few problems; the others are counted. */
function few(problems: readonly string[]): readonly string[] {
  const more = problems.length - MAX_NAMED;
  return more > 0 ? [...problems.slice(0, MAX_NAMED), `And ${more} more of the kind.`] : problems;
}

/** Reads a parsed value. Every problem names the entry and what to do. */
export function readTable(raw: unknown, sides: TableSides): TableReading {
  const form = `{"${sides.columns}": ["…?"], "${sides.rows}": {"name": [0.9]}}`;
  if (typeof raw !== 'object' || raw === null || !(sides.columns in raw) || !(sides.rows in raw))
    return { problems: [`The table must have the form ${form}.`] };
  const given = new Map<string, unknown>(Object.entries(raw));
  const problems: string[] = [];
  const columns = readColumns(given.get(sides.columns), sides, problems);
  if (columns.length === 0) return { problems };
  const rows = readRows(given.get(sides.rows), columns, sides, problems);
  const unknown = [...given.keys()].filter((key) => key !== sides.columns && key !== sides.rows);
  for (const key of unknown)
    problems.push(
      `"${cleanText(key, 40)}" is not part of the table. Take it out; only the form ${form} is read.`,
    );
  if (problems.length > 0) return { problems: few(problems) };
  const length = writeTable({ columns, rows }, sides).length;
  return length <= MAX_TABLE_TEXT
    ? { table: { columns, rows } }
    : {
        problems: [
          `The table takes ${length} characters, at most ${MAX_TABLE_TEXT} fit into a link. Take out ${sides.columns} or shorten their texts.`,
        ],
      };
}

/** Reads JSON text. */
export function parseTable(text: string, sides: TableSides): TableReading {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { problems: [`This is not JSON: ${error instanceof Error ? error.message : String(error)}.`] };
  }
  return readTable(raw, sides);
}

/** The table as JSON, cells to three digits; what `parseTable` reads back. */
export function writeTable({ columns, rows }: Table, sides: TableSides): string {
  const cell = (value: number | undefined) => (value === undefined ? null : Number(value.toFixed(3)));
  const named = Object.fromEntries(rows.map(({ name, values }) => [name, values.map(cell)]));
  return JSON.stringify({ [sides.columns]: columns, [sides.rows]: named });
}
