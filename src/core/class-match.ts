/** Which classes of two data sets are the same, by name. Pure. */

export interface ClassMatch {
  /** Number in the first set of each class of the second; -1 where it has none. */
  readonly numbers: readonly number[];
  /** Names in the first set of the classes that both have. */
  readonly shared: readonly string[];
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();

/** Names are equal whatever their case, and whether hyphens, underscores or spaces part their words. */
export function matchClasses(first: readonly string[], second: readonly string[]): ClassMatch {
  const exact = new Map(first.map((name, i) => [name, i]));
  const loose = new Map(first.map((name, i) => [plain(name), i] as const).reverse());
  const twice = new Set(second.map(plain).filter((name, i, all) => all.indexOf(name) !== i));
  const numbers = second.map(
    (name) => exact.get(name) ?? (twice.has(plain(name)) ? undefined : loose.get(plain(name))) ?? -1,
  );
  const met = new Set(numbers);
  return {
    numbers,
    shared: first.filter((_, i) => met.has(i)),
    onlyFirst: first.filter((_, i) => !met.has(i)),
    onlySecond: second.filter((_, i) => numbers[i] === -1),
  };
}
