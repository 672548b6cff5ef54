/**
 * What the Python files can do, and what not: read from the files themselves, which stand beside the methods and models
 * under their ids. `condenser_methods.py` says what such a file may hold.
 */
import type { Choice, Config, StudentConfig } from '../../core/config';
import { asksPool, methods } from '../../methods/index';
import { models } from '../../models/index';

const byId = (files: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(files).map(([path, text]) => [/([^/]+)\.py$/.exec(path)?.[1] ?? path, text]));

/** Python of methods and of models, by id. */
export const METHODS = byId(
  import.meta.glob<string>('../../methods/torch/*.py', { query: '?raw', import: 'default', eager: true }),
);
export const MODELS = byId(
  import.meta.glob<string>('../../models/torch/*.py', { query: '?raw', import: 'default', eager: true }),
);

/** Python's name of a method or model, which has no hyphens. */
export const moduleOf = (id: string): string => id.replaceAll('-', '_');

/** The values of a constant such as `ONLY = {"form": ["single"]}`; undefined where the file has none. */
function valuesOf(text: string, constant: string): Readonly<Record<string, readonly unknown[]>> | undefined {
  const found = new RegExp(`^${constant} = (\\{.*\\})$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : JSON.parse(found);
}

const fits = (params: Choice['params'], values: Readonly<Record<string, readonly unknown[]>>): boolean =>
  Object.entries(values).every(([key, allowed]) => allowed.includes(params[key] as unknown));

/** What a file says that it leaves out, as a sentence; empty where it has the whole method. */
const leftOut = (text: string): string =>
  (/^Left out: ([\s\S]*?)(?:\n\n|\n?""")/m.exec(text)?.[1] ?? '').replaceAll('\n', ' ');

/** Parts of a method besides its losses. */
const HOOKS =
  /^def (?:extras|teachers|prepare|phases|learners|layers|begin|epoch|after|choose|change|combine|hook|predict)\(/m;

/** Whether a torchdistill configuration can train it too: a frozen teacher, and losses are all there is. */
export function inTorchdistill({ method: { id, params } }: StudentConfig): boolean {
  const text = METHODS.get(id) ?? '';
  const plain = valuesOf(text, 'PLAIN');
  const frozen = (methods.get(id).roles?.teacher ?? 'frozen') === 'frozen';
  return frozen && (plain ? fits(params, plain) : !HOOKS.test(text));
}

export interface Cover {
  /** 'whole': train.py trains it; 'losses': its losses are in the archive; 'none': nothing is. */
  readonly state: 'whole' | 'losses' | 'none';
  /** Why not the whole, or what is left out; may be empty. */
  readonly note: string;
}

/** What students train with. */
interface Surroundings {
  readonly teacher: Config['teacher'];
  /** Whether there are images without labels; unknown until the images are asked for. */
  readonly pool?: boolean;
}

/** Why a student cannot be trained by the archive whatever its method; empty when it can. */
function obstacle({ method, model, members }: StudentConfig, { teacher, pool }: Surroundings): string {
  const missing = (id: string) =>
    MODELS.has(id) ? '' : `${models.get(id).name} is not written for PyTorch.`;
  const own = missing(model.id);
  const { roles } = methods.get(method.id);
  if (members && Object.keys(members).length > 0) return 'Kept networks are not part of the set-up.';
  if (pool === false && asksPool(methods.get(method.id)) && !roles?.pool?.optional)
    return 'The set-up has no images without labels.';
  if (own || (roles?.teacher ?? 'frozen') === 'none') return own;
  if (teacher.mode === 'online')
    return 'A teacher that trains beside the students is not written for PyTorch.';
  return teacher.mode === 'saved' ? 'A saved teacher is not part of the set-up.' : missing(teacher.model.id);
}

/** How much of a student is in the archive. */
export function coverOf(student: StudentConfig, given: Surroundings): Cover {
  const { id, params } = student.method;
  const text = METHODS.get(id);
  const { name } = methods.get(id);
  if (text === undefined) return { state: 'none', note: `${name} is not written for PyTorch.` };
  const left = leftOut(text);
  const only = valuesOf(text, 'ONLY');
  const course = !/^COURSE = False$/m.test(text);
  if (only && !fits(params, only))
    return { state: 'none', note: `${name} is not written for PyTorch with these settings. ${left}`.trim() };
  const note = left && `Left out: ${left}`;
  const why = obstacle(student, given);
  if (!course || why) return { state: 'losses', note: `Losses only. ${why || note}` };
  return { state: 'whole', note };
}
