/** Few classes out of many: random groups of classes become the classes, and what each image was stays known. */
import type { DataValues } from '../core/config';
import { Rng } from '../core/rng';
import type { RawImages } from './kit';

/** The attribute under which the classes before grouping are kept. */
export const FINER = 'finer class';

/** Longer names of groups end in an ellipsis. */
const LONGEST = 40;

const COUNTS: Readonly<Record<DataValues['groups'], number>> = { all: 0, two: 2, three: 3, four: 4, five: 5 };

const nameOf = (members: readonly string[]): string => {
  const name = members.join(' + ');
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
};

/**
 * The images in groups of classes whose sizes differ by at most one, drawn by `seed`; the input itself for 'all'. Groups are numbered by their first class. Where there are not more classes than groups they stay, and a note
 * says so.
 */
export function groupClasses(raw: RawImages, wanted: DataValues['groups'], seed: number): RawImages {
  if (wanted === 'all') return raw;
  const groups = COUNTS[wanted];
  const classes = raw.classNames.length;
  if (classes <= groups) {
    const note = `The ${classes} classes are not more than ${groups} groups and stay as they are.`;
    return { ...raw, notes: [...(raw.notes ?? []), note] };
  }
  const drawn = new Rng(seed, 'groups').permutation(classes);
  const members = Array.from({ length: groups }, (_, group) =>
    [...drawn].filter((_, i) => i % groups === group).sort((a, b) => a - b),
  ).sort(([a = 0], [b = 0]) => a - b);
  const groupOf = new Int32Array(classes);
  for (const [group, list] of members.entries()) for (const label of list) groupOf[label] = group;
  const names = members.map((list) => nameOf(list.map((label) => raw.classNames[label] as string)));
  return {
    ...raw,
    labels: raw.labels.map((label) => groupOf[label] as number),
    classNames: names.map((name, i) => (names.indexOf(name) === i ? name : `${name} (${i + 1})`)),
    attributes: { ...raw.attributes, [FINER]: raw.labels },
    attributeNames: { ...raw.attributeNames, [FINER]: raw.classNames },
  };
}
