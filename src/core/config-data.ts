/** Checks which data sets a configuration names. */
import { checkEdits } from './class-edits';
import { checkChoice, isObject, reportUnknown } from './config-check';
import {
  type Catalogue,
  DATA_ROLES,
  type DataRole,
  type DatasetConfig,
  type OtherConfig,
  type Others,
  type Schemas,
} from './config-shape';
import { defaults, type Problem } from './params';
import { cleanText } from './text';

/** Images of the user's own, by name and fingerprint; undefined where there is no fingerprint. */
function checkOwn(raw: Record<string, unknown>, path: string, out: Problem[]): DatasetConfig | undefined {
  reportUnknown(raw, ['source', 'name', 'fingerprint', 'edits'], path, out);
  const fingerprint = cleanText(raw['fingerprint'], 64);
  const name = cleanText(raw['name'], 80) || 'own images';
  const edits = checkEdits(raw['edits'], `${path}.edits`, out);
  if (!/^[0-9a-f]{8,64}$/.test(fingerprint)) return undefined;
  return { source: 'own', name, fingerprint, ...(edits ? { edits } : {}) };
}

export function checkDataset(
  raw: unknown,
  known: Schemas,
  fallback: DatasetConfig,
  out: Problem[],
): DatasetConfig {
  if (raw === undefined) return fallback;
  if (isObject(raw) && raw['source'] === 'own') {
    const own = checkOwn(raw, 'dataset', out);
    if (own) return own;
    out.push({ path: 'dataset.fingerprint', message: 'is not a fingerprint; using the built-in data.' });
    return fallback;
  }
  if (isObject(raw) && raw['source'] !== undefined && raw['source'] !== 'builtin')
    out.push({ path: 'dataset.source', message: "must be 'builtin' or 'own'; using the built-in data." });
  const { source: _, ...rest } = isObject(raw) ? raw : {};
  const start = fallback.source === 'builtin' ? fallback : { id: 'glyphs', params: {} };
  return {
    source: 'builtin',
    ...checkChoice(isObject(raw) ? rest : raw, known, start, 'data set', 'dataset', out),
  };
}

const KINDS = { builtin: 'data set', shift: 'shift' } as const;

/** One further data set; undefined, and named, when it is none that is known. */
function checkOther(raw: unknown, known: Catalogue, path: string, out: Problem[]): OtherConfig | undefined {
  const source = isObject(raw) ? raw['source'] : undefined;
  if (!isObject(raw) || (source !== 'own' && source !== 'builtin' && source !== 'shift')) {
    out.push({ path, message: "must have the source 'own', 'builtin' or 'shift'; left out." });
    return undefined;
  }
  if (source === 'own') {
    const own = checkOwn(raw, path, out);
    if (!own) out.push({ path: `${path}.fingerprint`, message: 'is not a fingerprint; left out.' });
    return own;
  }
  const cards = source === 'shift' ? known.shifts : known.datasets;
  const { source: _, ...rest } = raw;
  const id = typeof rest['id'] === 'string' ? rest['id'] : '';
  const schema = cards.get(id);
  if (!schema) {
    const names = [...cards.keys()].sort().join(', ');
    const said = cleanText(String(rest['id']), 40);
    out.push({ path, message: `There is no ${KINDS[source]} '${said}'; left out. Known: ${names}.` });
    return undefined;
  }
  return { source, ...checkChoice(rest, cards, { id, params: defaults(schema) }, KINDS[source], path, out) };
}

/** The further data sets; undefined when there are none. */
export function checkOthers(
  raw: unknown,
  known: Catalogue,
  fallback: Others | undefined,
  out: Problem[],
): Others | undefined {
  if (raw === undefined) return fallback;
  if (!isObject(raw)) {
    out.push({ path: 'others', message: 'must be a set of data sets by role; left as it was.' });
    return fallback;
  }
  reportUnknown(raw, DATA_ROLES, 'others', out);
  const found: Partial<Record<DataRole, OtherConfig>> = {};
  for (const role of DATA_ROLES) {
    if (raw[role] === undefined || raw[role] === null) continue;
    const other = checkOther(raw[role], known, `others.${role}`, out);
    if (other) found[role] = other;
  }
  return Object.keys(found).length ? found : undefined;
}
