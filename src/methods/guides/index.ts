import type { Guide } from './kit';

const files = import.meta.glob<Guide>(['./*.ts', '!./kit.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

/** The guides by method id. A page fetches them when it first shows one. */
export const guides: ReadonlyMap<string, Guide> = new Map(
  Object.values(files).map((guide) => [guide.id, guide]),
);
