/** Renames, merges and leaves out classes, and labels rows by another column. */
import type { ClassEdits } from '../core/class-edits';
import type { LabelColumn, RawImages } from './kit';
import { rowsOf } from './rows';

/** The given rows of everything that has one entry per row. */
function pick(raw: RawImages, rows: readonly number[]): RawImages {
  const one = raw.pixels.length / Math.max(1, raw.labels.length);
  const pixels = new Uint8Array(rows.length * one);
  rows.forEach((row, i) => {
    pixels.set(raw.pixels.subarray(row * one, (row + 1) * one), i * one);
  });
  const values = (all: Int32Array) => Int32Array.from(rows, (row) => all[row]!);
  const { assigned, attributes, columns, numbers } = raw;
  return {
    ...raw,
    pixels,
    rows: Int32Array.from(rows, (row) => raw.rows?.[row] ?? row),
    labels: values(raw.labels),
    ...(assigned ? { assigned: rows.map((row) => assigned[row]) } : {}),
    ...(attributes
      ? { attributes: Object.fromEntries(Object.entries(attributes).map(([key, all]) => [key, values(all)])) }
      : {}),
    ...(numbers ? { numbers: { ...numbers, rows: rowsOf(numbers.rows, numbers.width, rows) } } : {}),
    ...(columns ? { columns: columns.map((column) => ({ ...column, values: values(column.values) })) } : {}),
  };
}

/**
 * The images labelled by a column; what labelled them before becomes a column. Rows without a value are left
 * out and counted in the notes. An unknown column changes nothing.
 */
export function labelBy(raw: RawImages, target: string): RawImages {
  const column = raw.columns?.find(({ name }) => name === target);
  if (!column) return raw;
  const before: LabelColumn = {
    name: raw.labelName ?? 'label',
    values: raw.labels,
    names: raw.classNames,
  };
  const columns = [before, ...raw.columns!.filter((other) => other !== column)];
  const swapped: RawImages = {
    ...raw,
    labels: column.values,
    classNames: column.names,
    labelName: target,
    columns,
  };
  const rows = [...column.values.keys()].filter((row) => column.values[row]! >= 0);
  const missing = raw.labels.length - rows.length;
  if (missing === 0) return swapped;
  const note = `${missing} images have no value for '${target}' and are left out.`;
  return { ...pick(swapped, rows), notes: [...(raw.notes ?? []), note] };
}

/** New names of classes by number; equal ones merge, '' drops the class's images. Order of first appearance. */
function renamed(raw: RawImages, edits: NonNullable<ClassEdits['classes']>): RawImages {
  const given = new Map(edits);
  const names = raw.classNames.map((name, i) => given.get(i) ?? name);
  const classNames = [...new Set(names)].filter(Boolean);
  const number = new Map(classNames.map((name, i) => [name, i]));
  const rows = [...raw.labels.keys()].filter((row) => names[raw.labels[row]!]);
  const kept = rows.length === raw.labels.length ? raw : pick(raw, rows);
  return { ...kept, classNames, labels: kept.labels.map((label) => number.get(names[label]!)!) };
}

/** The images after all edits; the input itself when there are none. */
export function applyEdits(raw: RawImages, edits: ClassEdits | undefined): RawImages {
  const target = edits?.target === undefined ? raw : labelBy(raw, edits.target);
  return edits?.classes?.length ? renamed(target, edits.classes) : target;
}
