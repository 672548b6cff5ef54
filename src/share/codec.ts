/**
 * Set-up to short text and back: only what differs from the ready set-up, as JSON, deflated, in base64url
 * behind the codec's own version `1.`. Reading trusts nothing: lengths are bounded, every value is checked,
 * and the answer is always a usable set-up with the problems found.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import {
  type Catalogue,
  type Choice,
  CONFIG_VERSION,
  type Config,
  checkConfig,
  type DatasetConfig,
  type Others,
  type Schemas,
  type StudentConfig,
  type TeacherConfig,
} from '../core/config';
import { type AnyValues, defaults, type Problem } from '../core/params';
import { catalogue, ready } from './catalogue';

const PREFIX = '1.';
/**
 * Longest text that is looked at, in characters. A set-up of twelve edited students needs about 3,000; twelve
 * different tables of answers, each at its longest and of random letters, need 125,000 to 205,000.
 */
export const MAX_TEXT = 250_000;
/** Most bytes a text may inflate to. */
export const MAX_INFLATED = 400_000;

type Json = Record<string, unknown>;

const isEmpty = (value: Json): boolean => Object.keys(value).length === 0;

/** The entries of `values` that are not the same in `start`. */
function changed(values: AnyValues | object, start: AnyValues | object): Json {
  const from = new Map<string, unknown>(Object.entries(start));
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => from.get(key) !== value));
}

/** Sets `key` unless there is nothing to say. */
function put(out: Json, key: string, value: Json): void {
  if (!isEmpty(value)) out[key] = value;
}

/** Mirrors how the check completes a choice: from `fallback` when the id is the same, else from the card. */
function choiceDifference(choice: Choice, fallback: Choice, known: Schemas): Json {
  const card = defaults(known.get(choice.id) ?? {});
  const same = choice.id === fallback.id;
  const out: Json = same ? {} : { id: choice.id };
  put(out, 'params', changed(choice.params, same ? { ...card, ...fallback.params } : card));
  return out;
}

function datasetDifference(dataset: DatasetConfig, base: DatasetConfig, known: Catalogue): Json {
  if (dataset.source === 'own') return { ...dataset };
  if (base.source === 'own') return { ...dataset };
  return choiceDifference(dataset, base, known.datasets);
}

/** Further data sets by role, each whole: there is nothing they could be a difference from. */
function othersOf(others: Others | undefined, known: Catalogue): Json {
  const entries = Object.entries(others ?? {}).map(([role, other]): [string, unknown] => {
    if (other.source === 'own') return [role, other];
    const cards = other.source === 'shift' ? known.shifts : known.datasets;
    return [role, { source: other.source, ...choiceDifference(other, { id: '', params: {} }, cards) }];
  });
  return Object.fromEntries(entries);
}

function teacherDifference(teacher: TeacherConfig, base: TeacherConfig, known: Catalogue): Json {
  const out: Json = {};
  put(out, 'model', choiceDifference(teacher.model, base.model, known.models));
  if (teacher.mode !== base.mode) out['mode'] = teacher.mode;
  if (teacher.epochs !== base.epochs) out['epochs'] = teacher.epochs;
  put(out, 'optimizer', changed(teacher.optimizer, base.optimizer));
  if (teacher.saved !== undefined) out['saved'] = teacher.saved;
  return out;
}

/** Students are written against the first ready student, and always with their key: colours hang on it. */
function studentDifference(student: StudentConfig, template: StudentConfig, known: Catalogue): Json {
  const out: Json = { key: student.key };
  put(out, 'method', choiceDifference(student.method, template.method, known.methods));
  put(out, 'model', choiceDifference(student.model, template.model, known.models));
  put(out, 'optimizer', changed(student.optimizer, template.optimizer));
  if (student.hidden) out['hidden'] = true;
  if (student.members) out['members'] = student.members;
  return out;
}

/** What differs between `config` and `base`, in the form `checkConfig` completes again. */
export function configDifference(config: Config, base: Config = ready, known: Catalogue = catalogue): Json {
  const out: Json = { version: config.version };
  if (config.name !== base.name) out['name'] = config.name;
  if (config.task !== base.task) out['task'] = config.task;
  put(out, 'dataset', datasetDifference(config.dataset, base.dataset, known));
  const others = othersOf(config.others, known);
  if (JSON.stringify(others) !== JSON.stringify(othersOf(base.others, known))) out['others'] = others;
  put(out, 'data', changed(config.data, base.data));
  const chosen = (regimes: readonly Choice[]) =>
    regimes.map((regime) => choiceDifference(regime, { id: '', params: {} }, known.regimes));
  const regimes = chosen(config.regimes);
  if (JSON.stringify(regimes) !== JSON.stringify(chosen(base.regimes))) out['regimes'] = regimes;
  put(out, 'teacher', teacherDifference(config.teacher, base.teacher, known));
  const template = base.students[0]!;
  const write = (students: readonly StudentConfig[]) =>
    students.map((student) => studentDifference(student, template, known));
  const students = write(config.students);
  if (JSON.stringify(students) !== JSON.stringify(write(base.students))) out['students'] = students;
  put(out, 'training', changed(config.training, base.training));
  if (JSON.stringify(config.seeds) !== JSON.stringify(base.seeds)) out['seeds'] = config.seeds;
  return out;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws on characters outside the alphabet. */
function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** The set-up as text for a link: letters, digits, `-`, `_` and one dot. */
export function encodeConfig(config: Config): string {
  return PREFIX + toBase64Url(deflateSync(strToU8(JSON.stringify(configDifference(config))), { level: 9 }));
}

/** Inflates into a fixed buffer, so a small text cannot ask for much memory. Throws when it is too long. */
function inflateBounded(bytes: Uint8Array): Uint8Array {
  const out = inflateSync(bytes, { out: new Uint8Array(MAX_INFLATED + 1) });
  if (out.length > MAX_INFLATED) throw new Error('too long');
  return out;
}

const refused = (message: string): { config: Config; problems: Problem[] } => ({
  config: ready,
  problems: [{ path: '', message: `${message} The ready set-up is shown instead.` }],
});

/** Why a text cannot be read at all, before anything in it is decoded. */
function refusal(text: string): string | undefined {
  if (text.length > MAX_TEXT)
    return `The link is longer than ${MAX_TEXT} characters, so it is not one of ours.`;
  const version = /^(\d{1,4})\./.exec(text)?.[1];
  if (version === undefined) return 'The link does not hold a set-up.';
  if (Number(version) > 1) return 'The link was made by a newer version of this page.';
  return version === '1' ? undefined : 'The link does not hold a set-up.';
}

function parse(text: string): unknown {
  return JSON.parse(strFromU8(inflateBounded(fromBase64Url(text.slice(PREFIX.length)))));
}

/**
 * Reads the text of a link. Never throws: what cannot be read gives the ready set-up and one problem, a bad
 * value is replaced and named, an unknown setting is left out and named.
 */
export function decodeConfig(text: string): { config: Config; problems: Problem[] } {
  const reason = refusal(text);
  if (reason) return refused(reason);
  let raw: unknown;
  try {
    raw = parse(text);
  } catch {
    return refused('The link is damaged or incomplete.');
  }
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : undefined;
  if (typeof version === 'number' && version > CONFIG_VERSION)
    return refused('The link was made by a newer version of this page.');
  return checkConfig(raw, ready, catalogue);
}
