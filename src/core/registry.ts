/** Registries of plug-ins: files found by a glob, named by the id they carry. */

export interface Card {
  /** Equals the file name without its extension. */
  readonly id: string;
  readonly name: string;
  /** One plain sentence for someone who has not read the paper. */
  readonly summary: string;
}

export interface Registry<T extends Card> {
  readonly all: readonly T[];
  has(id: string): boolean;
  /** Throws, naming the known ids, when there is no such plug-in. */
  get(id: string): T;
}

/**
 * Builds a registry from `import.meta.glob('./*.ts', { eager: true, import: 'default' })`.
 * A file whose default export carries another id than its name is a programming error and throws.
 */
export function registry<T extends Card>(kind: string, files: Readonly<Record<string, T>>): Registry<T> {
  const byId = new Map<string, T>();
  for (const [path, card] of Object.entries(files)) {
    const name = path.replace(/^.*\//, '').replace(/\.tsx?$/, '');
    if (card?.id !== name) throw new Error(`${kind} ${path} must export id '${name}', found '${card?.id}'.`);
    byId.set(card.id, card);
  }
  const all = [...byId.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return {
    all,
    has: (id) => byId.has(id),
    get(id) {
      const card = byId.get(id);
      if (!card)
        throw new Error(`There is no ${kind} '${id}'. Known: ${[...byId.keys()].sort().join(', ')}.`);
      return card;
    },
  };
}
