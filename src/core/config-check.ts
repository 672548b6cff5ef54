/** Checks that all parts of a configuration share. */
import type { Choice, Schemas } from './config-shape';
import { check, defaults, type Problem, type Schema, type Values } from './params';
import { cleanText } from './text';

export const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

export function reportUnknown(
  raw: Record<string, unknown>,
  known: readonly string[],
  path: string,
  out: Problem[],
) {
  for (const key of Object.keys(raw))
    if (!known.includes(key))
      out.push({ path: path ? `${path}.${key}` : key, message: 'unknown setting; ignored.' });
}

/** A plug-in of one kind; what is wrong is named and taken from `fallback`. */
export function checkChoice(
  raw: unknown,
  known: Schemas,
  fallback: Choice,
  kind: string,
  path: string,
  out: Problem[],
): Choice {
  if (raw === undefined) return fallback;
  if (!isObject(raw)) {
    out.push({ path, message: `must name a ${kind}; using ${fallback.id}.` });
    return fallback;
  }
  reportUnknown(raw, ['id', 'params'], path, out);
  const id = raw['id'] === undefined ? fallback.id : raw['id'];
  const schema = typeof id === 'string' ? known.get(id) : undefined;
  if (!schema) {
    const names = [...known.keys()].sort().join(', ');
    out.push({
      path: `${path}.id`,
      message: `There is no ${kind} '${cleanText(String(id), 40)}'; using ${fallback.id}. Known: ${names}.`,
    });
    return fallback;
  }
  const start = id === fallback.id ? { ...defaults(schema), ...fallback.params } : defaults(schema);
  const values = check(schema, raw['params'], `${path}.params`, out);
  const given = isObject(raw['params']) ? Object.keys(raw['params']) : [];
  return {
    id: id as string,
    params: {
      ...start,
      ...Object.fromEntries(given.filter((k) => Object.hasOwn(values, k)).map((k) => [k, values[k]!])),
    },
  };
}

/** The checked values that were given, without the defaults of those that were not. */
export function given<S extends Schema>(
  schema: S,
  raw: unknown,
  path: string,
  out: Problem[],
): Partial<Values<S>> {
  const values = check(schema, raw, path, out);
  const keys = isObject(raw) ? Object.keys(raw).filter((key) => Object.hasOwn(schema, key)) : [];
  return Object.fromEntries(keys.map((key) => [key, values[key]])) as Partial<Values<S>>;
}

/** What was said where a plug-in of this kind was expected. */
const asked = (raw: unknown): string => cleanText(String(isObject(raw) ? raw['id'] : raw), 40);

/**
 * A list of plug-ins of one kind, each at most once, in the order of the catalogue. What is unknown or said twice
 * is left out and named.
 */
export function checkChoices(
  raw: unknown,
  known: Schemas,
  fallback: readonly Choice[],
  kind: string,
  path: string,
  out: Problem[],
): readonly Choice[] {
  if (raw === undefined) return fallback;
  if (!Array.isArray(raw)) {
    out.push({ path, message: `must be a list of ${kind}s; left as it was.` });
    return fallback;
  }
  const found = new Map<string, Choice>();
  raw.forEach((item: unknown, i) => {
    const at = `${path}.${i}`;
    const id = isObject(item) ? item['id'] : undefined;
    const schema = typeof id === 'string' ? known.get(id) : undefined;
    if (typeof id !== 'string' || !schema) {
      const names = [...known.keys()].join(', ');
      out.push({ path: at, message: `There is no ${kind} '${asked(item)}'; left out. Known: ${names}.` });
    } else if (found.has(id))
      out.push({ path: at, message: `'${id}' is there twice; only the first counts.` });
    else found.set(id, checkChoice(item, known, { id, params: defaults(schema) }, kind, at, out));
  });
  return [...known.keys()].flatMap((id) => found.get(id) ?? []);
}
