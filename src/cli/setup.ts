/** The set-up a `run` asks for: a config file, a link or the ready one, changed by the options. Pure. */
import { type Config, checkConfig, DATA_ROLES } from '../core/config';
import type { Problem } from '../core/params';
import { regimes as known, orderedRegimes } from '../data/regimes/index';
import { catalogue, ready } from '../share/catalogue';
import { configDifference, decodeConfig } from '../share/codec';
import { readLink } from '../share/link';
import { type Command, UsageError } from './arguments';

type RunCommand = Extract<Command, { kind: 'run' }>;

const UNSAFE = new Set(['__proto__', 'constructor', 'prototype']);

function refuse(problems: readonly Problem[], what: string): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`);
  throw new UsageError(`${what} cannot be used as it is:\n${lines.join('\n')}`);
}

/** `text` is a link, the text behind its `#c=`, or the content of a config file. */
function readSetup(text: string): Config {
  const link = readLink(text) ?? (/^\d+\.[\w-]+$/.test(text.trim()) ? decodeConfig(text.trim()) : undefined);
  if (link) {
    refuse(link.problems, 'The link');
    return link.config;
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `The set-up is neither a link nor JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  const { config, problems } = checkConfig(raw, ready, catalogue);
  refuse(problems, 'The config file');
  return config;
}

/** Writes `value` at `a.b.0.c`, making the objects on the way. */
function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  if (keys.some((key) => UNSAFE.has(key))) throw new UsageError(`--set cannot change '${path}'.`);
  let at = target;
  for (const key of keys.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null) at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  at[keys.at(-1)!] = value;
}

/** Students named by their methods, on the network and optimiser of the set-up's first student. */
function studentsOf(methods: readonly string[], base: Config): readonly unknown[] {
  const { model, optimizer } = base.students[0]!;
  return methods.map((id) => ({ key: id, method: { id }, model, optimizer }));
}

/** The set-up with the further data sets that are no files; with any, with a regime that draws on it. */
function withOthers(raw: Record<string, unknown>, { others, regimes }: RunCommand): void {
  const roles = DATA_ROLES.filter((role) => others[role]);
  if (roles.length === 0) return;
  const sets: Record<string, unknown> = { ...(raw['others'] as object | undefined) };
  for (const role of roles) {
    const other = others[role]!;
    if (!('paths' in other)) sets[role] = other;
  }
  raw['others'] = sets;
  const chosen = regimes.length > 0 ? regimes : ((raw['regimes'] ?? []) as { id: string }[]);
  if (chosen.some(({ id }) => known.has(id) && known.get(id).draws)) return;
  const drawing = orderedRegimes.find(({ draws }) => draws?.role === roles[0]);
  if (drawing) raw['regimes'] = [...chosen, { id: drawing.id }];
}

/**
 * Throws UsageError, naming every setting that is unknown or out of range: an experiment runs as it was asked
 * for or not at all.
 * @param text content of the config file or the link; undefined for the ready set-up.
 */
export function setupOf(command: RunCommand, text: string | undefined): Config {
  const base = text === undefined ? ready : readSetup(text);
  const raw: Record<string, unknown> = structuredClone({ ...base });
  if (command.dataset !== undefined) raw['dataset'] = { id: command.dataset };
  if (command.regimes.length > 0) raw['regimes'] = command.regimes;
  withOthers(raw, command);
  if (command.students) raw['students'] = studentsOf(command.students, base);
  if (command.epochs !== undefined) {
    put(raw, 'training.epochs', command.epochs);
    put(raw, 'teacher.epochs', command.epochs);
  }
  if (command.seeds) raw['seeds'] = command.seeds;
  for (const [path, value] of command.set) put(raw, path, value);
  const { config, problems } = checkConfig(raw, base, catalogue);
  refuse(problems, 'The set-up');
  return config;
}

/** What is worth printing about a set-up: its difference from the ready one. */
export const describe = (config: Config): string => JSON.stringify(configDifference(config));
