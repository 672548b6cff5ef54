/** Where the words of the glossary stand in a text. Pure. */
import { glossary, type Term } from './terms';

export { glossary, type Term } from './terms';

const byId: ReadonlyMap<string, Term> = new Map(glossary.map((one) => [one.id, one]));
export const termOf = (id: string): Term | undefined => byId.get(id);

const byForm: ReadonlyMap<string, Term> = new Map(
  glossary.flatMap((one) =>
    [one.name, ...(one.forms ?? [])].map((form) => [form.toLowerCase(), one] as const),
  ),
);

/** Longest first, so that "learning rate" is found before "rate" could be. */
const FORMS = new RegExp(
  `(?<![\\p{L}\\p{N}_’-])(${[...byForm.keys()]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&'))
    .join('|')})(?![\\p{L}\\p{N}_’-])`,
  'giu',
);

/** A stretch of a text; with the term it stands for. */
export interface Piece {
  readonly text: string;
  readonly term?: Term;
}

/** Cuts a text at the words of the glossary, each term once, but for `except`. The pieces join to the text. */
export function piecesOf(text: string, except?: string): readonly Piece[] {
  const out: Piece[] = [];
  const seen = new Set([except]);
  let from = 0;
  for (const match of text.matchAll(FORMS)) {
    const found = byForm.get(match[0].toLowerCase())!;
    if (seen.has(found.id)) continue;
    seen.add(found.id);
    if (match.index > from) out.push({ text: text.slice(from, match.index) });
    out.push({ text: match[0], term: found });
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}
