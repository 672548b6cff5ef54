/** Ready comparisons, each asking one question: one near to every method's paper, and some for a lesson. */
import {
  type Choice,
  type Config,
  type Others,
  optimizerSchema,
  type Schemas,
  type StudentConfig,
} from '../core/config';
import { defaults } from '../core/params';
import { guides } from '../methods/guides/index';
import type { Pick, Scale, Setup } from '../methods/guides/kit';
import { methods } from '../methods/index';
import { catalogue, ready } from './catalogue';
import { type Lesson, lessons } from './lessons';

export interface Preset {
  readonly id: string;
  readonly name: string;
  /** The question it answers, in one sentence. */
  readonly sentence: string;
  /** Near to the paper of this method; undefined: for a lesson. */
  readonly method?: string;
  /** What the paper did and what was reduced here. */
  readonly reduced?: string;
  readonly config: Config;
}

/** What scales and set-ups have in common: everything but words. */
type Parts = Omit<Setup, 'question' | 'reduced' | 'scale'>;

const SGD = { kind: 'sgd', rate: 0.05, weightDecay: 5e-4, nesterov: true } as const;

const SCALES: Readonly<Record<Scale, Omit<Parts, 'students'> & { readonly sgd?: boolean }>> = {
  ready: {},
  digits: {
    teacher: { id: 'mlp', params: { width: 1024, layers: 2 } },
    student: { id: 'mlp', params: { width: 800, layers: 2 } },
    training: { epochs: 20, crop: 2 },
  },
  cifar: {
    dataset: { id: 'shapes' },
    teacher: { id: 'resnet', params: { depth: 14, width: 16 } },
    student: { id: 'resnet', params: { depth: 8, width: 8 } },
    training: { epochs: 20, flip: true, crop: 2 },
    sgd: true,
  },
};

const choose = (known: Schemas, { id, params = {} }: Pick): Choice => ({
  id,
  params: { ...defaults(known.get(id) ?? {}), ...params },
});

const othersOf = (parts: NonNullable<Setup['others']>): Others =>
  Object.fromEntries(
    Object.entries(parts).map(([role, { source, ...pick }]) => [
      role,
      { source, ...choose(catalogue.shifts, pick) },
    ]),
  );

/** A whole set-up from what differs from the ready one. */
function configOf(name: string, parts: Lesson['parts'] & { readonly sgd?: boolean }): Config {
  const first = ready.students[0]!;
  const rate = parts.sgd ? SGD : {};
  const optimizer = { ...defaults(optimizerSchema), ...rate };
  const network = parts.student ? choose(catalogue.models, parts.student) : first.model;
  const students = parts.students.map(
    ({ model, ...method }, i): StudentConfig => ({
      ...first,
      key: `s${i + 1}`,
      method: choose(catalogue.methods, method),
      model: model ? choose(catalogue.models, model) : network,
      optimizer,
    }),
  );
  return {
    ...ready,
    name,
    students,
    dataset: parts.dataset
      ? { source: 'builtin', ...choose(catalogue.datasets, parts.dataset) }
      : ready.dataset,
    ...(parts.others ? { others: othersOf(parts.others) } : {}),
    data: { ...ready.data, ...parts.data },
    regimes: (parts.regimes ?? []).map((regime) => choose(catalogue.regimes, regime)),
    teacher: {
      ...ready.teacher,
      model: parts.teacher ? choose(catalogue.models, parts.teacher) : ready.teacher.model,
      ...(parts.sgd ? { epochs: 12 } : {}),
      optimizer,
    },
    training: { ...ready.training, ...parts.training },
    seeds: parts.seeds ?? ready.seeds,
  };
}

function paperPreset(method: string, { question, reduced, scale, ...parts }: Setup): Preset {
  const { name } = methods.get(method);
  const { sgd = false, ...base } = SCALES[scale];
  const merged = { ...base, ...parts, training: { ...base.training, ...parts.training } };
  const config = configOf(name, { ...merged, sgd: sgd && parts.optimizer !== 'adam' });
  return { id: `paper-${method}`, name, sentence: question, method, reduced, config };
}

/** For lessons first, then by method, in the order of the registry. A method without a guide has none. */
export const presets: readonly Preset[] = [
  ...lessons.map(({ id, name, sentence, parts }) => ({ id, name, sentence, config: configOf(name, parts) })),
  ...methods.all.flatMap(({ id }) => {
    const guide = guides.get(id);
    return guide ? [paperPreset(id, guide.setup)] : [];
  }),
];

/** Presets in which a method takes part, the one near to its paper first. */
export const presetsOf = (method: string): readonly Preset[] =>
  presets
    .filter(({ config }) => config.students.some((student) => student.method.id === method))
    .sort((a, b) => Number(b.method === method) - Number(a.method === method));
