/** Results and curves as one JSON file: of the run on screen, and of kept runs. Pure. */
import type { Config } from '../core/config';
import { linkFragment } from '../share/link';
import type { Evaluation, Learner, LearnerState } from '../worker/protocol';
import { type Curves, METRIC_IDS } from './curves';
import type { KeptRun } from './history-db';
import type { Series } from './series';

/** Grows when the form changes. */
const VERSION = 1;

interface RunInput {
  readonly config: Config;
  readonly learners: readonly Learner[];
  readonly labels: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, LearnerState>;
  readonly latest: ReadonlyMap<string, Evaluation>;
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly curves: Curves;
}

/** Numbers that are not finite have no form in JSON. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const table = (columns: readonly string[], series: Series | undefined) => ({
  columns: ['step', ...columns],
  rows: Array.from({ length: series?.length ?? 0 }, (_, row) => [
    series!.step(row),
    ...columns.map((_, column) => finite(series!.value(row, column))),
  ]),
});

const text = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

function measured({ learner: _, confusion, ...rest }: Evaluation) {
  const classes = Math.sqrt(confusion.length);
  const rows = Array.from({ length: classes }, (_, i) =>
    Array.from(confusion.slice(i * classes, (i + 1) * classes)),
  );
  return { ...rest, confusion: rows };
}

/** Everything the page measured: set-up, learners, last evaluations with reliability and confusion, curves. */
export function runJson({
  config,
  learners,
  labels,
  states,
  latest,
  milliseconds,
  curves,
}: RunInput): string {
  return text({
    ...{ format: 'condenser run', version: VERSION, link: linkFragment(config), config },
    learners: learners.map((learner) => {
      const { id, key, label, terms } = learner;
      const evaluations = ['validation', 'test'].flatMap((split) => {
        const found = latest.get(`${id} ${split}`);
        return found ? [[split, measured(found)] as const] : [];
      });
      const training = ['loss', 'batch-accuracy', ...terms.map((term) => `term:${term.key}`)];
      return {
        ...{ ...learner, label: labels.get(key) ?? label, state: states.get(id)?.kind ?? 'waiting' },
        millisecondsPerStep: milliseconds[id] ?? null,
        evaluations: Object.fromEntries(evaluations),
        curves: {
          training: table(training, curves.training.get(id)),
          validation: table(METRIC_IDS, curves.evaluated.get(id)),
        },
      };
    }),
  });
}

/** Kept runs with their numbers. */
export const keptRunsJson = (runs: readonly KeptRun[]): string =>
  text({
    ...{ format: 'condenser runs', version: VERSION },
    runs: runs.map(({ learners, config, ...about }) => ({
      ...{ ...about, link: linkFragment(config), config },
      learners: learners.map(({ learner, state, test, reliability, validation: { columns, rows } }) => {
        const width = columns.length + 1;
        const each = Array.from({ length: rows.length / width }, (_, i) =>
          Array.from(rows.subarray(i * width, (i + 1) * width), finite),
        );
        const measured = { test, ...(reliability ? { reliability } : {}) };
        return { ...learner, state, ...measured, validation: { columns: ['step', ...columns], rows: each } };
      }),
    })),
  });
