/** What a configuration consists of: its types and the schemas of its own settings. `config.ts` checks values. */
import type { ClassEdits } from './class-edits';
import { type AnyValues, boolean, choice, integer, number, type Schema, type Values } from './params';

export const CONFIG_VERSION = 1;
export const MAX_STUDENTS = 12;
export const MAX_SEEDS = 5;

/** A plug-in chosen by id, with its parameter values. */
export interface Choice {
  readonly id: string;
  readonly params: AnyValues;
}

export const optimizerSchema = {
  kind: choice('Optimiser', 'adam', { sgd: 'SGD with momentum', adam: 'Adam', adamw: 'AdamW' }),
  rate: number('Learning rate', 0.003, { min: 1e-5, max: 1, log: true, source: 'convention' }),
  schedule: choice('Schedule', 'cosine', { constant: 'Constant', cosine: 'Cosine to zero', step: 'Steps' }),
  warmup: number('Warm-up share', 0, { min: 0, max: 0.5, step: 0.01, advanced: true }),
  stepFactor: number('Step factor', 0.1, { min: 0.01, max: 1, advanced: true }),
  stepCount: integer('Number of steps down', 3, { min: 1, max: 6, advanced: true }),
  momentum: number('Momentum', 0.9, { min: 0, max: 0.99, step: 0.01, advanced: true }),
  nesterov: boolean('Nesterov momentum', false, { advanced: true }),
  weightDecay: number('Weight decay', 0, { min: 0, max: 0.1, advanced: true }),
  clip: number('Clip gradient norm (0 = off)', 0, { min: 0, max: 100, advanced: true }),
} satisfies Schema;
export type OptimizerValues = Values<typeof optimizerSchema>;

export const trainingSchema = {
  epochs: integer('Student epochs', 12, { min: 1, max: 500 }),
  batchSize: integer('Batch size', 64, { min: 4, max: 512 }),
  flip: boolean('Mirror images at random', false),
  crop: integer('Random shift in pixels', 0, { min: 0, max: 8 }),
  cutout: integer('Cut-out square in pixels (0 = off)', 0, { min: 0, max: 32, advanced: true }),
} satisfies Schema;
export type TrainingValues = Values<typeof trainingSchema>;

export const dataSchema = {
  size: integer('Image size in pixels', 16, { min: 8, max: 96 }),
  validation: number('Share for validation', 0.15, { min: 0.02, max: 0.5, step: 0.01 }),
  test: number('Share for the final test', 0.2, { min: 0.02, max: 0.5, step: 0.01 }),
  splitSeed: integer('Seed of the split', 1, { min: 0, max: 9999, advanced: true }),
  groups: choice(
    'Classes',
    'all',
    {
      all: 'As they are',
      two: 'In 2 groups, by lot',
      three: 'In 3 groups, by lot',
      four: 'In 4 groups, by lot',
      five: 'In 5 groups, by lot',
    },
    { advanced: true, help: 'Makes a question with few answers of images with many classes.' },
  ),
} satisfies Schema;
export type DataValues = Values<typeof dataSchema>;

export type TeacherMode = 'trained' | 'online' | 'saved';

export interface TeacherConfig {
  readonly model: Choice;
  /** 'trained': first, then frozen. 'online': beside the students. 'saved': from an earlier run. */
  readonly mode: TeacherMode;
  /** Epochs of the teacher when it is trained first. */
  readonly epochs: number;
  readonly optimizer: OptimizerValues;
  /** Key of the saved teacher in this browser. */
  readonly saved?: string;
}

export interface StudentConfig {
  /** Unique in the set-up, kept through edits; colours hang on it. */
  readonly key: string;
  readonly method: Choice;
  readonly model: Choice;
  readonly optimizer: OptimizerValues;
  /** Not drawn, still trained. */
  readonly hidden: boolean;
  /** Kept networks in seats of the method: their keys in this browser by seat. Absent: all are trained in the run. */
  readonly members?: Members;
}

export type Members = Readonly<Record<string, string>>;

/** A built-in data set by id, or the user's own by name and fingerprint: never the images. */
export type DatasetConfig =
  | { readonly source: 'builtin'; readonly id: string; readonly params: AnyValues }
  | {
      readonly source: 'own';
      readonly name: string;
      /** Of the images as the files give them, before `edits`. */
      readonly fingerprint: string;
      readonly edits?: ClassEdits;
    };

/** What a further data set of a set-up is for: the domain to adapt to, or images without labels. */
export const DATA_ROLES = ['target', 'pool'] as const;
export type DataRole = (typeof DATA_ROLES)[number];

/** A data set of its own, or the set-up's data set after a shift. */
export type OtherConfig =
  | DatasetConfig
  | { readonly source: 'shift'; readonly id: string; readonly params: AnyValues };

export type Others = Readonly<Partial<Record<DataRole, OtherConfig>>>;

export interface Config {
  readonly version: typeof CONFIG_VERSION;
  /** Typed by the person; empty: named from what differs. */
  readonly name: string;
  readonly task: string;
  readonly dataset: DatasetConfig;
  /** Further data sets, used where a regime asks for them; absent: none. */
  readonly others?: Others;
  readonly data: DataValues;
  /** What is made of the training images before the students see them, in the order it happens; each at most once. */
  readonly regimes: readonly Choice[];
  readonly teacher: TeacherConfig;
  readonly students: readonly StudentConfig[];
  readonly training: TrainingValues;
  /** One lane per student and seed. */
  readonly seeds: readonly number[];
}

/** The parameter schemas of one kind of plug-in, by id. */
export type Schemas = ReadonlyMap<string, Schema>;

export interface Catalogue {
  readonly methods: Schemas;
  readonly models: Schemas;
  readonly datasets: Schemas;
  /** What can be done to the images of a data set to make another domain of it. */
  readonly shifts: Schemas;
  /** In the order in which they take effect. */
  readonly regimes: Schemas;
  readonly tasks: ReadonlySet<string>;
}

export const teacherEpochs = (value: number) => integer('Teacher epochs', value, { min: 1, max: 500 });
