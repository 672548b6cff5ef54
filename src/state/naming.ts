/** Names made from what a set-up contains, for people who do not type one. */
import type { Config, StudentConfig } from '../core/config';
import { short } from '../core/format';
import { difference, type Schema } from '../core/params';

/** What naming needs to know of a method. */
export interface NamedCard {
  readonly name: string;
  readonly params: Schema;
}
export type CardOf = (id: string) => NamedCard;

const BASELINE = 'labels-only';
const MARKS = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫';

/** Parameters that differ from their defaults, at most two, as `Temperature 8`. */
function changed(student: StudentConfig, card: NamedCard): string {
  const parts = Object.entries(difference(card.params, student.method.params)).map(([key, value]) => {
    const label = card.params[key]?.label ?? key;
    if (card.params[key]?.kind === 'table') return label;
    if (typeof value === 'boolean') return value ? label : `no ${label}`;
    return `${label} ${typeof value === 'number' ? short(value) : value}`;
  });
  return parts.slice(0, 2).join(', ');
}

/** The label of every student by key: the method's name, numbered ①② where a method occurs more than once. */
export function studentLabels(
  students: readonly { readonly key: string; readonly method: { readonly id: string } }[],
  cardOf: CardOf,
): ReadonlyMap<string, string> {
  const total = new Map<string, number>();
  for (const s of students) total.set(s.method.id, (total.get(s.method.id) ?? 0) + 1);
  const used = new Map<string, number>();
  return new Map(
    students.map((s) => {
      const index = used.get(s.method.id) ?? 0;
      used.set(s.method.id, index + 1);
      const name = cardOf(s.method.id).name;
      return [s.key, (total.get(s.method.id) ?? 0) > 1 ? `${name} ${MARKS[index] ?? index + 1}` : name];
    }),
  );
}

/** The typed name, or one made from the students: `KD (Temperature 8) vs labels only`. */
export function experimentName(config: Config, cardOf: CardOf): string {
  if (config.name) return config.name;
  const distilled = config.students.filter((s) => s.method.id !== BASELINE);
  const baseline = distilled.length < config.students.length;
  if (distilled.length === 0) return 'Labels only';
  const names = distilled.slice(0, 2).map((s) => {
    const card = cardOf(s.method.id);
    const detail = changed(s, card);
    return detail && distilled.length <= 2 ? `${card.name} (${detail})` : card.name;
  });
  const more = distilled.length > 2 ? ` + ${distilled.length - 2} more` : '';
  return `${names.join(', ')}${more}${baseline ? ' vs labels only' : ''}`;
}

/** A key no student of the set-up has: `s<n>`, one above the highest number. */
export function freshKey(students: readonly { readonly key: string }[]): string {
  const numbers = students.map((s) => Number(/^s(\d{1,6})$/.exec(s.key)?.[1] ?? 0));
  return `s${Math.max(0, ...numbers) + 1}`;
}
