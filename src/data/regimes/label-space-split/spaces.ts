/** Label spaces made of the ways to label the images. Pure. */
import { groupsByLot, groupsByName, type LabelFacts, type LabelSpace, Rng } from '../kit';

type Labelling = LabelFacts['labellings'][number];

const LEAST = 2;

/** The space of some values of a labelling, in their order. */
function spaceOf({ classNames }: Labelling, labelling: number, values: readonly number[]): LabelSpace {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    classNames: sorted.map((value) => classNames[value]!),
    labelling,
    classOf: Int32Array.from(classNames, (_, value) => sorted.indexOf(value)),
  };
}

/** Values that label at least one training image. */
const used = ({ classNames, values }: Labelling): number[] => {
  const found = new Set(values);
  return [...classNames.keys()].filter((value) => found.has(value));
};

/** All of one labelling. Throws where there is none of this number, or it has fewer than two classes. */
export function within({ labellings }: LabelFacts, number: number): LabelSpace {
  const found = labellings[number];
  if (!found) {
    const known = labellings.map(({ name }, i) => `${i} ${name}`).join(', ');
    throw new Error(`The images have no labelling ${number}. There is: ${known}.`);
  }
  const values = used(found);
  if (values.length < LEAST) throw new Error(`All training images have one value of '${found.name}'.`);
  return spaceOf(found, number, values);
}

/** The teacher's `share` of the classes and the students' rest, at least two each. */
export function split(
  { labellings, seed }: LabelFacts,
  share: number,
  lot: boolean,
): { readonly teacher: LabelSpace; readonly students: LabelSpace } {
  const [classes] = labellings as [Labelling];
  const values = used(classes);
  if (values.length < 2 * LEAST)
    throw new Error(`Two label spaces take 4 classes, the training images have ${values.length}.`);
  const order = lot ? [...new Rng(seed, 'regime/label-space-split').permutation(values.length)] : undefined;
  const drawn = order ? order.map((i) => values[i]!) : values;
  const count = Math.max(LEAST, Math.min(values.length - LEAST, Math.round(share * values.length)));
  return {
    teacher: spaceOf(classes, 0, drawn.slice(0, count)),
    students: spaceOf(classes, 0, drawn.slice(count)),
  };
}

/** Groups of classes: those the data know, else those whose names begin alike; or `count` of them by lot. */
export function coarse({ labellings, groups, seed }: LabelFacts, count: number): LabelSpace {
  const { classNames } = labellings[0] as Labelling;
  const n = classNames.length;
  if (count !== 0 && (count < LEAST || count >= n))
    throw new Error(`${n} classes fall into 2 to ${n - 1} groups, not ${count}.`);
  const found = count === 0 ? (groups[0] ?? groupsByName(classNames)) : groupsByLot(n, count, seed);
  if (!found)
    throw new Error('Neither folders nor names put the classes together. Say how many groups to draw.');
  return { classNames: found.names, labelling: 0, classOf: Int32Array.from(found.of) };
}

/** `breadth` of the classes of a space, drawn by lot; a larger breadth keeps those of a smaller one. */
export function part(space: LabelSpace, breadth: number, seed: number): LabelSpace {
  const { classNames, classOf } = space;
  if (breadth < LEAST) throw new Error('A teacher learns at least 2 classes, or 0 for all of its side.');
  if (breadth >= classNames.length) return space;
  const drawn = new Rng(seed, 'regime/label-space-split/breadth').permutation(classNames.length);
  const kept = [...drawn.subarray(0, breadth)].sort((a, b) => a - b);
  return {
    ...space,
    classNames: kept.map((one) => classNames[one]!),
    classOf: classOf.map((one) => (one < 0 ? -1 : kept.indexOf(one))),
  };
}
