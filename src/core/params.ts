/**
 * Parameter schemas. One declaration gives the value type, the form control, validation, the share-link
 * codec and the documentation of a parameter. Knows nothing about who uses the parameters.
 */
import { MAX_TABLE_TEXT, parseTable, readTable, type TableSides, writeTable } from './table';

/** Where a default value comes from; shown next to the control and in the docs. */
export type Source = 'paper' | 'code' | 'ours' | 'convention';

interface Common {
  readonly label: string;
  /** One sentence for someone who meets the parameter for the first time. */
  readonly help?: string;
  readonly source?: Source;
  /** Folded away behind "more" in forms. */
  readonly advanced?: boolean;
  /** Decides what is built, so a running session cannot take a new value over. */
  readonly fixed?: boolean;
}

export interface NumberParam extends Common {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** Draw the slider on a logarithmic scale. */
  readonly log?: boolean;
  readonly integer?: boolean;
}

export interface BooleanParam extends Common {
  readonly kind: 'boolean';
  readonly default: boolean;
}

export interface ChoiceParam<K extends string = string> extends Common {
  readonly kind: 'choice';
  readonly default: K;
  /** Option id to its label. */
  readonly options: Readonly<Record<K, string>>;
}

/** A table of numbers in 0..1 with named rows and columns, as JSON text; empty: none. */
export interface TableParam extends Common, TableSides {
  readonly kind: 'table';
  readonly default: '';
}

export type Param = NumberParam | BooleanParam | ChoiceParam | TableParam;
export type Schema = Readonly<Record<string, Param>>;

export type ValueOf<P> = P extends NumberParam
  ? number
  : P extends BooleanParam
    ? boolean
    : P extends ChoiceParam<infer K>
      ? K
      : P extends TableParam
        ? string
        : never;
/** The value object a schema describes. */
export type Values<S extends Schema> = { readonly [K in keyof S]: ValueOf<S[K]> };
export type AnyValues = Readonly<Record<string, number | boolean | string>>;

type NumberOptions = Omit<NumberParam, 'kind' | 'label' | 'default' | 'integer'>;

export const number = (label: string, value: number, options: NumberOptions): NumberParam => ({
  kind: 'number',
  label,
  default: value,
  ...options,
});

export const integer = (label: string, value: number, options: NumberOptions): NumberParam => ({
  kind: 'number',
  label,
  default: value,
  integer: true,
  ...options,
});

export const boolean = (
  label: string,
  value: boolean,
  options: Omit<BooleanParam, 'kind' | 'label' | 'default'> = {},
): BooleanParam => ({ kind: 'boolean', label, default: value, ...options });

export const choice = <K extends string>(
  label: string,
  value: NoInfer<K>,
  choices: Readonly<Record<K, string>>,
  more: Omit<ChoiceParam<K>, 'kind' | 'label' | 'default' | 'options'> = {},
): ChoiceParam<K> => ({ kind: 'choice', label, default: value, options: choices, ...more });

export const table = (
  label: string,
  sides: TableSides,
  more: Omit<TableParam, 'kind' | 'label' | 'default' | keyof TableSides> = {},
): TableParam => ({ kind: 'table', label, default: '', ...sides, ...more });

/** The default value of every parameter. */
export function defaults<S extends Schema>(schema: S): Values<S> {
  return Object.fromEntries(Object.entries(schema).map(([key, param]) => [key, param.default])) as Values<S>;
}

/** Something wrong with one field of a configuration: where, what, and what was done instead. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

function checkNumber(param: NumberParam, raw: unknown, path: string, problems: Problem[]): number {
  if (typeof raw !== 'number' || !Number.isFinite(raw)) {
    problems.push({ path, message: `${param.label} must be a number; using ${param.default}.` });
    return param.default;
  }
  if (raw < param.min || raw > param.max) {
    const held = Math.min(param.max, Math.max(param.min, raw));
    problems.push({
      path,
      message: `${param.label} must lie between ${param.min} and ${param.max}, not ${raw}; using ${held}.`,
    });
    return held;
  }
  if (param.integer && !Number.isInteger(raw)) {
    problems.push({
      path,
      message: `${param.label} must be a whole number, not ${raw}; using ${Math.round(raw)}.`,
    });
    return Math.round(raw);
  }
  return raw;
}

/** Text as stored, or an object as people write it into a file; kept in the one form that is compared. */
function checkTable(param: TableParam, raw: unknown, path: string, problems: Problem[]): string {
  if (raw === '') return raw;
  const { table: found, problems: wrong } =
    typeof raw === 'string' && raw.length <= 2 * MAX_TABLE_TEXT
      ? parseTable(raw, param)
      : readTable(raw, param);
  if (found) return writeTable(found, param);
  problems.push({ path, message: `${param.label}: ${wrong.join(' ')} Using none.` });
  return '';
}

/** One value held to its parameter; what is wrong is appended to `problems`. */
export function checkValue(param: Param, raw: unknown, path: string, problems: Problem[]) {
  if (param.kind === 'number') return checkNumber(param, raw, path, problems);
  if (param.kind === 'boolean') {
    if (typeof raw === 'boolean') return raw;
    problems.push({ path, message: `${param.label} must be true or false; using ${param.default}.` });
    return param.default;
  }
  if (param.kind === 'table') return checkTable(param, raw, path, problems);
  if (typeof raw === 'string' && Object.hasOwn(param.options, raw)) return raw;
  const known = Object.keys(param.options).join(', ');
  problems.push({ path, message: `${param.label} must be one of ${known}; using ${param.default}.` });
  return param.default;
}

/**
 * Holds an untrusted object to a schema. Missing keys take their default silently; unknown keys and bad
 * values are reported, never passed on.
 */
export function check<S extends Schema>(
  schema: S,
  raw: unknown,
  path: string,
  problems: Problem[],
): Values<S> {
  const values: Record<string, number | boolean | string> = { ...defaults(schema) };
  if (raw === undefined) return values as Values<S>;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    problems.push({ path, message: 'must be a set of named values; using the defaults.' });
    return values as Values<S>;
  }
  for (const [key, value] of Object.entries(raw)) {
    const param = Object.hasOwn(schema, key) ? schema[key] : undefined;
    if (param) values[key] = checkValue(param, value, `${path}.${key}`, problems);
    else problems.push({ path: `${path}.${key}`, message: 'unknown setting; ignored.' });
  }
  return values as Values<S>;
}

/** True when a running session can take over a new value: a plain number that nothing is built from. */
export const isLive = (param: Param): boolean => param.kind === 'number' && !param.integer && !param.fixed;

/** The values of parameters that are not live. */
export function fixedValues(schema: Schema, values: AnyValues): AnyValues {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => !(Object.hasOwn(schema, key) && isLive(schema[key]!))),
  );
}

/** Only the values that differ from the defaults, for short links and names. */
export function difference<S extends Schema>(
  schema: S,
  values: AnyValues,
): Record<string, number | boolean | string> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([key, value]) => Object.hasOwn(schema, key) && schema[key]?.default !== value,
    ),
  );
}
