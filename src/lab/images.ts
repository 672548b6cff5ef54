/** S-ConvKAN beside CNNs of about equal size on drawn glyphs. */

const MODELS = {
  'conv-kan': ['S-ConvKAN, three phases', { id: 'conv-kan', params: { width: 8, layers: 2 } }],
  'cnn-18': ['Plain CNN, 18 channels', { id: 'cnn', params: { width: 18, blocks: 2 } }],
  'cnn-34': ['Plain CNN, 34 channels', { id: 'cnn', params: { width: 34, blocks: 2 } }],
} as const;

const keys = Object.keys(MODELS) as (keyof typeof MODELS)[];

/** A set-up as a file of the command line holds it. No student reads the teacher, so a small one is enough. */
export const IMAGES = {
  dataset: { source: 'builtin', id: 'glyphs', params: { count: 2000 } },
  teacher: { model: { id: 'cnn', params: { width: 4, blocks: 2 } }, epochs: 1 },
  students: keys.map((_, i) => ({
    key: `s${i + 1}`,
    method: { id: 'labels-only', params: {} },
    model: MODELS[keys[i]!][1],
  })),
  seeds: [1, 2, 3],
};

export interface ImageRecord {
  readonly net: string;
  readonly seed: number;
  readonly accuracy: number;
  readonly parameters: number;
  readonly parametersBuilt: number;
  /** The learner's own part of a step, on whatever the run had. */
  readonly milliseconds: number | null;
}

interface Summary {
  readonly failure: string;
  readonly learners: readonly {
    readonly key: string;
    readonly seed: number;
    readonly parameters: number;
    readonly parametersBuilt?: number;
    readonly millisecondsPerStep: number | null;
    readonly splits: { readonly test?: { readonly metrics: Readonly<Record<string, number>> } };
  }[];
}

/** The students of a finished run's summary.json. Throws when it failed. */
export function imageRecords({ failure, learners }: Summary): ImageRecord[] {
  if (failure) throw new Error(`The run on images failed: ${failure}`);
  return learners.flatMap(
    ({ key, seed, parameters, parametersBuilt = parameters, millisecondsPerStep, splits }) => {
      const at = IMAGES.students.findIndex((student) => student.key === key);
      const accuracy = splits.test?.metrics['accuracy'];
      if (at < 0 || accuracy === undefined) return [];
      const net = MODELS[keys[at]!][0];
      return [{ net, seed, accuracy, parameters, parametersBuilt, milliseconds: millisecondsPerStep }];
    },
  );
}
