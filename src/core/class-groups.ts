/** Groups of classes: what a data set says of them, or what can be made up. Pure. */
import { Rng } from './rng';

/** Every class in one of several groups. */
export interface ClassGroups {
  /** What they go by, such as the name of a label column. */
  readonly name: string;
  readonly names: readonly string[];
  /** Group of each class. */
  readonly of: readonly number[];
}

interface Column {
  readonly name: string;
  /** Value of each row, -1 for none. */
  readonly values: ArrayLike<number>;
  readonly names: readonly string[];
}

/** Groups by what each class is called in `keys`, numbered by first appearance; undefined when they divide nothing. */
function grouped(name: string, keys: readonly string[]): ClassGroups | undefined {
  const names = [...new Set(keys)];
  if (names.length < 2 || names.length >= keys.length) return undefined;
  return { name, names, of: keys.map((key) => names.indexOf(key)) };
}

/** The columns in which all rows of a class have one value, fewer groups first. */
export function groupsOf(
  columns: readonly Column[],
  labels: ArrayLike<number>,
  classes: number,
): ClassGroups[] {
  const found = columns.flatMap(({ name, values, names }) => {
    const of = new Array<number | undefined>(classes).fill(undefined);
    for (let row = 0; row < labels.length; row++) {
      const [label, value] = [labels[row] as number, values[row] as number];
      if (value < 0 || (of[label] ?? value) !== value) return [];
      of[label] = value;
    }
    if (of.includes(undefined)) return [];
    return (
      grouped(
        name,
        of.map((value) => names[value as number] ?? String(value)),
      ) ?? []
    );
  });
  return found.sort((a, b) => a.names.length - b.names.length);
}

/** What a class name begins with: up to the last slash, else up to the first mark or digit behind letters. */
const beginning = (name: string): string =>
  name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : (/^\p{L}+/u.exec(name)?.[0] ?? name);

/** Classes whose names begin alike. Undefined where that divides nothing. */
export const groupsByName = (classNames: readonly string[]): ClassGroups | undefined =>
  grouped('beginning of the name', classNames.map(beginning));

/** Sizes of `groups` groups of `classes` classes that differ by at most one, larger ones first. */
export function evenSizes(classes: number, groups: number): number[] {
  const count = Math.max(1, Math.min(groups, classes));
  return Array.from({ length: count }, (_, i) => Math.floor((classes - i - 1) / count) + 1);
}

/** Classes drawn into groups of even sizes, the same for one seed. */
export function groupsByLot(classes: number, groups: number, seed: number): ClassGroups {
  const order = new Rng(seed, 'groups of classes').permutation(classes);
  const of = new Array<number>(classes).fill(0);
  let at = 0;
  for (const [group, size] of evenSizes(classes, groups).entries())
    for (let i = 0; i < size; i++) of[order[at++] as number] = group;
  const names = evenSizes(classes, groups).map((_, i) => `group ${i + 1}`);
  return { name: 'lot', names, of };
}
