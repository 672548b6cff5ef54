/** Which outputs a network over several verticals has, and what each class says of them. */
import {
  type ClassFacts,
  type ClassGroups,
  evenSizes,
  groupsByLot,
  groupsByName,
  type OwnTeacher,
} from '../kit';

export type Grouping = 'auto' | 'name' | 'lot' | 'confusion';

/**
 * Outputs in order of their verticals; within one, first its classes, then nodes above them that hold more than one.
 * 'Class' is by its place: that of the run, or the one an order of classes gives it.
 */
export interface Layout {
  readonly classes: number;
  /** Of each vertical. */
  readonly names: readonly string[];
  /** Outputs of each vertical. */
  readonly sizes: readonly number[];
  /** Those of them that are classes. */
  readonly leaves: readonly number[];
  readonly outputs: number;
  /** Vertical of each class. */
  readonly of: readonly number[];
  /** The output of each class itself. */
  readonly leaf: readonly number[];
  /** 1 where an output is true for a class, row-major `[classes, outputs]`. */
  readonly hot: Float32Array;
}

/** First output of each vertical. */
export const startsOf = ({ sizes }: Pick<Layout, 'sizes'>): number[] =>
  sizes.map((_, v) => sizes.slice(0, v).reduce((a, b) => a + b, 0));

/** @param nodes further groupings, whose groups are outputs where they lie in one vertical and part it. */
export function layoutOf(groups: ClassGroups, nodes: readonly ClassGroups[] = []): Layout {
  const { names, of } = groups;
  const inside = names.map((_, v) => [...of.keys()].filter((c) => of[c] === v));
  const members = inside.map((all, v) => {
    const sets = nodes
      .flatMap(({ names: each, of: node }) => each.map((_, g) => [...of.keys()].filter((c) => node[c] === g)))
      .filter((set) => set.length > 1 && set.every((c) => of[c] === v))
      .map((set) => set.join());
    // A node above all classes of a vertical is the vertical itself; equal nodes are one.
    return [...all.map((c) => [c]), ...[...new Set(sets)].map((text) => text.split(',').map(Number))];
  });
  const sizes = members.map(({ length }) => length);
  const outputs = sizes.reduce((a, b) => a + b, 0);
  const hot = new Float32Array(of.length * outputs);
  const leaf = new Array<number>(of.length).fill(0);
  for (const [output, set] of members.flat().entries()) {
    for (const c of set) hot[c * outputs + output] = 1;
    if (set.length === 1) leaf[set[0] as number] = output;
  }
  const leaves = inside.map(({ length }) => length);
  return { classes: of.length, names, sizes, leaves, outputs, of, leaf, hot };
}

/** Verticals of even sizes in the order of the classes. */
function inTurn(classes: number, count: number): ClassGroups {
  const of = evenSizes(classes, count).flatMap((size, v) => new Array<number>(size).fill(v));
  const names = evenSizes(classes, count).map((_, v) => `group ${v + 1}`);
  return { name: 'confusion', names, of };
}

interface Choice {
  readonly groups: Grouping;
  readonly count: number;
  readonly ancestors: boolean;
}

/** The verticals that the parameters ask for: of the data where it has groups, else made up. */
export function chosenLayout({ groups, count, ancestors }: Choice, facts: Partial<ClassFacts>): Layout {
  const { classNames = [], groups: known = [], classes = classNames.length } = facts;
  if (groups === 'confusion') return layoutOf(inTurn(classes, count));
  const [data] = groups === 'auto' ? known : [];
  const named = groups === 'lot' ? undefined : groupsByName(classNames);
  const verticals = data ?? named;
  if (!verticals) return layoutOf(groupsByLot(classes, count, 1));
  return layoutOf(verticals, ancestors ? [...(data ? known.slice(1) : []), verticals] : []);
}

/** One for each vertical. Where its outputs are classes known before the run, a kept network may be the specialist. */
export const specialistsOf = (
  { names, sizes, leaves, of }: Layout,
  classNames: readonly string[],
  groups: Grouping,
): OwnTeacher[] =>
  names.map((name, v) => {
    const own = classNames.filter((_, c) => of[c] === v);
    const known = groups !== 'confusion' && leaves[v] === sizes[v];
    return { name, outputs: sizes[v] as number, ...(known ? { classNames: own } : {}) };
  });
