/** What the rail reads from method cards. Pure. */
import type { Schema } from '../../core/params';
import type { AnyMethod } from '../../methods/index';

export const FAMILIES: Readonly<Record<AnyMethod['family'], string>> = {
  baseline: 'Baselines',
  logits: 'Logits',
  features: 'Features',
  relations: 'Relations',
  contrastive: 'Contrastive',
  online: 'Online',
  self: 'Self',
  'multi-teacher': 'Several teachers',
  input: 'Changed input',
};

/** Methods whose name, summary, paper or id contains every word of the search. */
export function findMethods(all: readonly AnyMethod[], search: string, family: string): readonly AnyMethod[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((m) => {
    const text = [m.id, m.name, m.summary, m.paper?.title, m.paper?.authors, m.paper?.year]
      .join(' ')
      .toLowerCase();
    return (family === '' || m.family === family) && words.every((word) => text.includes(word));
  });
}

/** The sliders that matter most: the first two plain numbers of the card. */
export function mainParams(schema: Schema): readonly string[] {
  return Object.entries(schema)
    .filter(([, param]) => param.kind === 'number' && !param.advanced)
    .slice(0, 2)
    .map(([key]) => key);
}
