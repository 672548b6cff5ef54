/** What was done to the classes of a person's own images after they were read. */
import type { Problem } from './params';

/**
 * Classes are numbered as the files give them, in the order of their names, so edits belong to the data of one
 * fingerprint: the fingerprint is that of the data before them.
 */
export interface ClassEdits {
  /** The label column that is the class, instead of the files' own. */
  readonly target?: string;
  /** Number and new name of each class that was edited. Equal names merge; '' leaves the class out. */
  readonly classes?: readonly (readonly [number, string])[];
}

const MAX_CLASSES = 1000;
export const MAX_CLASS_NAME = 120;

const clean = (raw: string) =>
  [...raw.replace(/[\p{Cc}\p{Cs}]/gu, '')].slice(0, MAX_CLASS_NAME).join('').trim();

const isPair = (item: unknown): item is readonly [number, string] =>
  Array.isArray(item) &&
  item.length === 2 &&
  Number.isInteger(item[0]) &&
  item[0] >= 0 &&
  item[0] < MAX_CLASSES &&
  typeof item[1] === 'string';

/** True when nothing was edited. */
export const isUnedited = (edits: ClassEdits | undefined): boolean =>
  edits?.target === undefined && (edits?.classes?.length ?? 0) === 0;

/** Holds edits from outside to their shape; undefined when none is left. What is wrong is named and left out. */
export function checkEdits(raw: unknown, path: string, out: Problem[]): ClassEdits | undefined {
  if (raw === undefined) return undefined;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    out.push({ path, message: 'must be a set of named values; ignored.' });
    return undefined;
  }
  const { target, classes } = raw as { target?: unknown; classes?: unknown };
  const wrong = (key: string, what: string) =>
    out.push({ path: `${path}.${key}`, message: `${what}; ignored.` });
  if (target !== undefined && (typeof target !== 'string' || !clean(target)))
    wrong('target', 'must be the name of a label column');
  const list = Array.isArray(classes) ? classes.slice(0, MAX_CLASSES) : [];
  const good = list.filter(isPair);
  if (classes !== undefined && (!Array.isArray(classes) || good.length < classes.length))
    wrong('classes', 'must be pairs of a class number and a name; others are');
  const seen = new Map(good.map(([number, name]) => [number, clean(name)]));
  const edits: ClassEdits = {
    ...(typeof target === 'string' && clean(target) ? { target: clean(target) } : {}),
    ...(seen.size ? { classes: [...seen].sort(([p], [q]) => p - q) } : {}),
  };
  return isUnedited(edits) ? undefined : edits;
}

/** Between the name of a group and that of a class in it. */
const SLASH = '/';

/** The group a class lies in by its name; '' for none. */
export const groupOfName = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(SLASH)));

/** What a class is called inside its group. */
export const nameInGroup = (name: string): string => name.slice(name.lastIndexOf(SLASH) + 1);

/** A class's name in another group; '' takes it out. Slashes of a group's name are left out, they would be groups of it. */
export function inGroup(name: string, group: string): string {
  const clean = group.replaceAll(SLASH, ' ').trim();
  return clean ? `${clean}${SLASH}${nameInGroup(name)}` : nameInGroup(name);
}

/** Groups of the names, in order of appearance. */
export const groupsOfNames = (names: readonly string[]): string[] => [
  ...new Set(names.map(groupOfName).filter(Boolean)),
];

/** A name for a further group that none of the names has. */
export function freshGroup(names: readonly string[]): string {
  const taken = new Set(groupsOfNames(names));
  let number = taken.size + 1;
  while (taken.has(`group ${number}`)) number++;
  return `group ${number}`;
}

/** The edits with one class renamed ('' leaves it out); its own name takes the edit back. */
export function withClass(edits: ClassEdits, number: number, own: string, name: string): ClassEdits {
  const others = (edits.classes ?? []).filter(([other]) => other !== number);
  const text = clean(name);
  const classes = text === own ? others : [...others, [number, text] as const].sort(([p], [q]) => p - q);
  return {
    ...(edits.target === undefined ? {} : { target: edits.target }),
    ...(classes.length ? { classes } : {}),
  };
}
