/**
 * The value that decides a run: validated, versioned, comparable and small enough for a link. Plug-ins are
 * known here only through a `Catalogue`, so this file imports none of them.
 */
import { checkChoice, checkChoices, given, isObject, reportUnknown } from './config-check';
import { checkDataset, checkOthers } from './config-data';
import {
  type Catalogue,
  type Choice,
  CONFIG_VERSION,
  type Config,
  dataSchema,
  MAX_SEEDS,
  MAX_STUDENTS,
  type Members,
  optimizerSchema,
  type Schemas,
  type StudentConfig,
  type TeacherConfig,
  type TeacherMode,
  teacherEpochs,
  trainingSchema,
} from './config-shape';
import { type AnyValues, checkValue, choice, defaults, type Problem } from './params';
import { cleanText } from './text';

export * from './config-shape';

function checkTeacher(
  raw: unknown,
  catalogue: Catalogue,
  fallback: TeacherConfig,
  out: Problem[],
): TeacherConfig {
  if (raw === undefined) return fallback;
  if (!isObject(raw)) {
    out.push({ path: 'teacher', message: 'must be a set of named values; using the ready teacher.' });
    return fallback;
  }
  reportUnknown(raw, ['model', 'mode', 'epochs', 'optimizer', 'saved'], 'teacher', out);
  const mode = checkValue(
    choice('Teacher', fallback.mode, { trained: '', online: '', saved: '' }),
    raw['mode'] ?? fallback.mode,
    'teacher.mode',
    out,
  ) as TeacherMode;
  const saved = cleanText(raw['saved'], 80);
  return {
    model: checkChoice(raw['model'], catalogue.models, fallback.model, 'model', 'teacher.model', out),
    mode,
    epochs: checkValue(
      teacherEpochs(fallback.epochs),
      raw['epochs'] ?? fallback.epochs,
      'teacher.epochs',
      out,
    ) as number,
    optimizer: {
      ...fallback.optimizer,
      ...given(optimizerSchema, raw['optimizer'], 'teacher.optimizer', out),
    },
    ...(saved ? { saved } : {}),
  };
}

/** Seats with keys of kept networks; undefined without any. */
function checkMembers(raw: unknown, path: string, out: Problem[]): Members | undefined {
  if (raw === undefined) return undefined;
  if (!isObject(raw)) {
    out.push({ path, message: 'must name kept networks by seat; all are trained in the run.' });
    return undefined;
  }
  const seats = Object.entries(raw).flatMap(([seat, key]) => {
    const text = cleanText(key, 80);
    return /^[\w-]{1,20}$/.test(seat) && text ? [[seat, text] as const] : [];
  });
  return seats.length > 0 ? Object.fromEntries(seats) : undefined;
}

function checkStudents(
  raw: unknown,
  catalogue: Catalogue,
  base: Config,
  out: Problem[],
): readonly StudentConfig[] {
  if (raw === undefined) return base.students;
  if (!Array.isArray(raw) || raw.length === 0) {
    out.push({
      path: 'students',
      message: 'must be a list of at least one student; using the ready students.',
    });
    return base.students;
  }
  if (raw.length > MAX_STUDENTS)
    out.push({
      path: 'students',
      message: `holds ${raw.length} students; only the first ${MAX_STUDENTS} are kept.`,
    });
  const template = base.students[0]!;
  const used = new Set<string>();
  return raw.slice(0, MAX_STUDENTS).map((item: unknown, i) => {
    const path = `students.${i}`;
    const entry = isObject(item) ? item : {};
    if (!isObject(item)) out.push({ path, message: 'must be a set of named values; using a ready student.' });
    reportUnknown(entry, ['key', 'method', 'model', 'optimizer', 'hidden', 'members'], path, out);
    const members = checkMembers(entry['members'], `${path}.members`, out);
    let key = cleanText(entry['key'], 20).replace(/[^\w-]/g, '') || `s${i + 1}`;
    while (used.has(key)) key = `${key}x`;
    used.add(key);
    return {
      key,
      method: checkChoice(
        entry['method'],
        catalogue.methods,
        template.method,
        'method',
        `${path}.method`,
        out,
      ),
      model: checkChoice(entry['model'], catalogue.models, template.model, 'model', `${path}.model`, out),
      optimizer: {
        ...template.optimizer,
        ...given(optimizerSchema, entry['optimizer'], `${path}.optimizer`, out),
      },
      hidden: entry['hidden'] === true,
      ...(members ? { members } : {}),
    };
  });
}

function checkSeeds(raw: unknown, fallback: readonly number[], out: Problem[]): readonly number[] {
  if (raw === undefined) return fallback;
  const list = Array.isArray(raw) ? raw : [];
  const seeds = [...new Set(list)].filter((s): s is number => Number.isInteger(s) && s >= 0 && s < 2 ** 31);
  if (seeds.length === 0 || seeds.length !== list.length || seeds.length > MAX_SEEDS)
    out.push({ path: 'seeds', message: `must be 1 to ${MAX_SEEDS} different whole numbers.` });
  return seeds.length ? seeds.slice(0, MAX_SEEDS) : fallback;
}

/**
 * Holds an untrusted value to the configuration schema. Whatever is wrong is replaced from `base` and named in
 * `problems`; the result is always complete and usable.
 */
export function checkConfig(
  raw: unknown,
  base: Config,
  catalogue: Catalogue,
): { config: Config; problems: Problem[] } {
  const problems: Problem[] = [];
  if (!isObject(raw)) {
    problems.push({ path: '', message: 'The set-up is not an object; using the ready set-up.' });
    return { config: base, problems };
  }
  if (raw['version'] !== undefined && raw['version'] !== CONFIG_VERSION) {
    const said = cleanText(String(raw['version']), 12);
    problems.push({
      path: 'version',
      message: `This page reads version ${CONFIG_VERSION}, the set-up says ${said}; using the ready set-up.`,
    });
    return { config: base, problems };
  }
  reportUnknown(
    raw,
    [
      'version',
      'name',
      'task',
      'dataset',
      'others',
      'data',
      'regimes',
      'teacher',
      'students',
      'training',
      'seeds',
    ],
    '',
    problems,
  );
  const task = raw['task'] ?? base.task;
  const knownTask = typeof task === 'string' && catalogue.tasks.has(task);
  if (!knownTask) problems.push({ path: 'task', message: `There is no such task; using ${base.task}.` });
  if (raw['name'] !== undefined && typeof raw['name'] !== 'string')
    problems.push({ path: 'name', message: 'must be a text; ignored.' });
  const others = checkOthers(raw['others'], catalogue, base.others, problems);
  const config: Config = {
    version: CONFIG_VERSION,
    name: raw['name'] === undefined ? base.name : cleanText(raw['name'], 80),
    task: knownTask ? (task as string) : base.task,
    dataset: checkDataset(raw['dataset'], catalogue.datasets, base.dataset, problems),
    ...(others ? { others } : {}),
    data: { ...base.data, ...given(dataSchema, raw['data'], 'data', problems) },
    regimes: checkChoices(raw['regimes'], catalogue.regimes, base.regimes, 'regime', 'regimes', problems),
    teacher: checkTeacher(raw['teacher'], catalogue, base.teacher, problems),
    students: checkStudents(raw['students'], catalogue, base, problems),
    training: { ...base.training, ...given(trainingSchema, raw['training'], 'training', problems) },
    seeds: checkSeeds(raw['seeds'], base.seeds, problems),
  };
  return { config, problems };
}

/** The ready set-up: generated glyphs, a teacher, and two students of which one learns from labels only. */
export function readyConfig(catalogue: Catalogue): Config {
  const of = (known: Schemas, id: string, params: AnyValues = {}): Choice => ({
    id,
    params: { ...defaults(known.get(id) ?? {}), ...params },
  });
  const student = (key: string, method: string): StudentConfig => ({
    key,
    method: of(catalogue.methods, method),
    model: of(catalogue.models, 'cnn', { width: 4, blocks: 2 }),
    optimizer: defaults(optimizerSchema),
    hidden: false,
  });
  return {
    version: CONFIG_VERSION,
    name: '',
    task: 'classification',
    dataset: { source: 'builtin', ...of(catalogue.datasets, 'glyphs') },
    data: defaults(dataSchema),
    regimes: [],
    teacher: {
      model: of(catalogue.models, 'cnn', { width: 16, blocks: 3 }),
      mode: 'trained',
      epochs: 8,
      optimizer: defaults(optimizerSchema),
    },
    students: [student('s1', 'labels-only'), student('s2', 'kd')],
    training: defaults(trainingSchema),
    seeds: [1],
  };
}
