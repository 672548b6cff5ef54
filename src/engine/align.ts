/**
 * Lays the commands of several lanes side by side. Lanes with one list of keys form a class and agree in full;
 * between classes the longest common subsequence decides what is shared. The order within a lane never changes.
 */

/** Key of commands that are never shared. */
export const ALONE = '';

/** Lanes next to each other, each with the index of its command. */
export interface Column {
  /** Position of the first lane. */
  readonly first: number;
  readonly at: readonly number[];
}

export interface Alignment {
  /** Lanes in the order in which columns count them: those of a class are neighbours. */
  readonly order: readonly number[];
  readonly columns: readonly Column[];
}

type Pair = readonly [number, number];

/** Index pairs of a longest common subsequence, in order. Quadratic in what is left between equal ends. */
export function commonPairs(a: readonly string[], b: readonly string[]): Pair[] {
  const same = (i: number, j: number) => a[i] !== ALONE && a[i] === b[j];
  let start = 0;
  while (start < a.length && start < b.length && same(start, start)) start++;
  let end = 0;
  const most = Math.min(a.length, b.length) - start;
  while (end < most && same(a.length - 1 - end, b.length - 1 - end)) end++;
  const [n, m] = [a.length - start - end, b.length - start - end];
  const width = m + 1;
  const length = new Uint16Array((n + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] as number;
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      length[i * width + j] = same(start + i, start + j)
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
  const middle: Pair[] = [];
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (same(start + i, start + j)) middle.push([start + i++, start + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  const ends = (count: number, from: (k: number) => Pair) => Array.from({ length: count }, (_, k) => from(k));
  return [
    ...ends(start, (k) => [k, k]),
    ...middle,
    ...ends(end, (k) => [a.length - end + k, b.length - end + k]),
  ];
}

interface Class {
  readonly keys: readonly string[];
  readonly lanes: number[];
}

function classesOf(lists: readonly (readonly string[])[]): Class[] {
  const known = new Map<string, Class>();
  lists.forEach((keys, lane) => {
    const text = keys.join('\n');
    const found = known.get(text);
    if (found) found.lanes.push(lane);
    else known.set(text, { keys, lanes: [lane] });
  });
  return [...known.values()];
}

/** What all classes share, as one index per class. */
function sharedBy(classes: readonly Class[]): number[][] {
  const [head, ...others] = classes;
  if (!head) return [];
  let shared = head.keys.map((_, i) => [i]).filter(([i]) => head.keys[i as number] !== ALONE);
  for (const { keys } of others) {
    const before = shared.map(([i]) => head.keys[i as number] as string);
    shared = commonPairs(before, keys).map(([i, j]) => [...(shared[i] as number[]), j]);
  }
  return shared;
}

/** Lanes may join others if these keep at least this share of what they have in common. */
const KEPT = 0.6;

/** Lanes that have enough in common to be aligned, by index: one that works otherwise would part the others. */
export function similarLanes(lists: readonly (readonly string[])[]): number[][] {
  const clusters: { shared: readonly string[]; lanes: number[] }[] = [];
  for (const { keys, lanes } of classesOf(lists)) {
    const own = keys.filter((key) => key !== ALONE);
    const home = clusters.find((cluster) => {
      const shared = commonPairs(cluster.shared, own).map(([i]) => cluster.shared[i] as string);
      if (shared.length < Math.max(1, KEPT * Math.min(cluster.shared.length, own.length))) return false;
      cluster.shared = shared;
      return true;
    });
    if (home) home.lanes.push(...lanes);
    else clusters.push({ shared: own, lanes: [...lanes] });
  }
  return clusters.map(({ lanes }) => lanes.sort((a, b) => a - b));
}

/** @param lists keys of every lane's commands: commands with equal keys may be shared. */
export function alignLanes(lists: readonly (readonly string[])[]): Alignment {
  const groups = classesOf(lists);
  const starts: number[] = [0];
  for (const { lanes } of groups) starts.push((starts.at(-1) as number) + lanes.length);
  const columns: Column[] = [];
  const next = groups.map(() => 0);
  const repeat = (c: number, index: number) => (groups[c] as Class).lanes.map(() => index);
  /** What classes have to themselves before index `until`, in turns. */
  const emitUntil = (until: readonly number[]) => {
    while (next.some((at, c) => at < (until[c] as number)))
      for (const [c, at] of next.entries()) {
        if (at >= (until[c] as number)) continue;
        columns.push({ first: starts[c] as number, at: repeat(c, at) });
        next[c] = at + 1;
      }
  };
  for (const shared of sharedBy(groups)) {
    emitUntil(shared);
    columns.push({ first: 0, at: shared.flatMap((index, c) => repeat(c, index)) });
    for (const [c, index] of shared.entries()) next[c] = index + 1;
  }
  emitUntil(groups.map(({ keys }) => keys.length));
  return { order: groups.flatMap(({ lanes }) => lanes), columns };
}
