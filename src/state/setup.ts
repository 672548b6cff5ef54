/** The set-up being edited: one immutable configuration and the actions that replace it. */
import { create } from 'zustand';
import { type Choice, type Config, MAX_SEEDS, MAX_STUDENTS, type StudentConfig } from '../core/config';
import { defaults, fixedValues, type Problem } from '../core/params';
import { methods } from '../methods/index';
import { models } from '../models/index';
import { ready } from '../share/catalogue';
import { freshKey } from './naming';

export interface SetupState {
  readonly config: Config;
  /** What was wrong with the link the page was opened with. */
  readonly problems: readonly Problem[];
}

export const useSetup = create<SetupState>()(() => ({ config: ready, problems: [] }));

/** Replaces the configuration by what `edit` makes of it. */
export function edit(change: (config: Config) => Config): void {
  useSetup.setState((state) => ({ config: change(state.config) }));
}

export function editStudent(key: string, change: (student: StudentConfig) => StudentConfig): void {
  edit((config) => ({
    ...config,
    students: config.students.map((student) => (student.key === key ? change(student) : student)),
  }));
}

/** A plug-in with its default parameters. */
export const methodChoice = (id: string): Choice => ({ id, params: defaults(methods.get(id).params) });
export const modelChoice = (id: string, size: 'teacher' | 'student'): Choice => {
  const model = models.get(id);
  return { id, params: { ...defaults(model.params), ...(model.sizes[size] as Choice['params']) } };
};

function insert(student: Omit<StudentConfig, 'key'>, after?: string): string | undefined {
  const { students } = useSetup.getState().config;
  if (students.length >= MAX_STUDENTS) return undefined;
  const key = freshKey(students);
  const at = after === undefined ? students.length : students.findIndex((s) => s.key === after) + 1;
  edit((config) => ({ ...config, students: config.students.toSpliced(at, 0, { ...student, key }) }));
  return key;
}

/** Adds a student of a method, with the network and optimiser of the last one. Undefined when the list is full. */
export function addStudent(method: string): string | undefined {
  const last = useSetup.getState().config.students.at(-1);
  if (!last) return undefined;
  return insert({
    method: methodChoice(method),
    model: last.model,
    optimizer: last.optimizer,
    hidden: false,
  });
}

export function duplicateStudent(key: string): string | undefined {
  const student = useSetup.getState().config.students.find((s) => s.key === key);
  return student && insert({ ...student, hidden: false }, key);
}

/** Removes a student; the last one stays. */
export function removeStudent(key: string): void {
  edit((config) =>
    config.students.length < 2
      ? config
      : { ...config, students: config.students.filter((s) => s.key !== key) },
  );
}

export function setSeedCount(n: number): void {
  edit((config) => ({ ...config, seeds: Array.from({ length: Math.min(n, MAX_SEEDS) }, (_, i) => i + 1) }));
}

/** Parameters of a student's method that decide what is built. */
export const fixedOf = ({ method }: Config['students'][number]) =>
  methods.has(method.id) ? fixedValues(methods.get(method.id).params, method.params) : method.params;
