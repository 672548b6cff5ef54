/** Ready comparisons, each asking one question. */
import type { Choice, Config, StudentConfig } from '../core/config';
import { type AnyValues, defaults } from '../core/params';
import { catalogue, ready } from './catalogue';

export interface Preset {
  readonly id: string;
  readonly name: string;
  /** The question it answers, in one sentence. */
  readonly sentence: string;
  readonly config: Config;
}

const first = ready.students[0]!;

const choose = (
  known: ReadonlyMap<string, Parameters<typeof defaults>[0]>,
  id: string,
  params: AnyValues = {},
) => ({ id, params: { ...defaults(known.get(id) ?? {}), ...params } }) satisfies Choice;

const cnn = (width: number, blocks: number): Choice => choose(catalogue.models, 'cnn', { width, blocks });

/** A student like the ready ones, learning by `method`. */
const student = (
  key: string,
  method: string,
  params: AnyValues = {},
  model = first.model,
): StudentConfig => ({
  ...first,
  key,
  method: choose(catalogue.methods, method, params),
  model,
});

const preset = (id: string, name: string, sentence: string, change: Partial<Config>): Preset => ({
  id,
  name,
  sentence,
  config: { ...ready, name, ...change },
});

const glyphs = (params: AnyValues): Config['dataset'] => ({
  source: 'builtin',
  ...choose(catalogue.datasets, 'glyphs', params),
});

export const presets: readonly Preset[] = [
  preset(
    'temperature',
    'Temperature',
    'How soft should the teacher’s answer be? The same student at four temperatures.',
    {
      students: [
        student('labels', 'labels-only'),
        ...[1, 2, 4, 8].map((temperature) => student(`t${temperature}`, 'kd', { temperature })),
      ],
    },
  ),
  preset(
    'capacity-gap',
    'Capacity gap',
    'Does a smaller student profit less? Three sizes, each with and without a teacher.',
    {
      students: [2, 4, 8].flatMap((width) => [
        student(`l${width}`, 'labels-only', {}, cnn(width, 2)),
        student(`k${width}`, 'kd', {}, cnn(width, 2)),
      ]),
    },
  ),
  preset('label-noise', 'Wrong labels', 'Does a teacher help when a fifth of the training labels is wrong?', {
    dataset: glyphs({ labelNoise: 0.2 }),
    students: [
      student('labels', 'labels-only'),
      student('smooth', 'label-smoothing'),
      student('kd', 'kd'),
      student('pskd', 'ps-kd'),
    ],
  }),
  preset(
    'calibration',
    'Calibration',
    'Which student knows best when it does not know? Watch ECE and the reliability diagram.',
    {
      students: [
        student('labels', 'labels-only'),
        student('smooth', 'label-smoothing'),
        student('kd', 'kd'),
        student('bdkd', 'bd-kd'),
      ],
    },
  ),
  preset(
    'chosen-curves',
    'Chosen curves',
    'Can a network that chooses its own kinds of curve keep up with a CNN about as small? Look inside it.',
    {
      students: [cnn(8, 2), choose(catalogue.models, 'conv-kan', { width: 4, layers: 2 })].flatMap(
        (model, i) => [student(`labels${i}`, 'labels-only', {}, model), student(`kd${i}`, 'kd', {}, model)],
      ),
    },
  ),
];
