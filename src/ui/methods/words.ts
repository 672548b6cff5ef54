/** What the shipped results say about one method, in words. Pure. */
import { count, percent, points } from '../../core/format';
import { paired, type Spread, spread } from '../../core/statistics';
import {
  BASELINE,
  type Judged,
  MILLISECONDS,
  type Results,
  type Row,
  type Section,
  type TrialAbout,
} from '../../share/results';

/** One data set, with the method's row and the one it is compared with, where they were measured. */
export interface Part {
  readonly section: Section;
  readonly row: Row | undefined;
  readonly base: Row | undefined;
  /** Milliseconds per step more than labels-only with the same network, seed by seed. */
  readonly extra: Spread | undefined;
}

export function partsOf(results: Results | undefined, id: string): readonly Part[] {
  const sections = results?.sections ?? [];
  return sections
    .filter(({ trial }) => !trial || trial.method === id)
    .map((section) => {
      const row = section.rows.find((r) => r.id === id);
      const base = section.rows.find((r) => r.id === (section.trial?.baseline ?? BASELINE));
      const times = (r: Row | undefined) => r?.values[MILLISECONDS] ?? {};
      const comparable = row && base && id !== BASELINE && row.model === base.model;
      return { section, row, base, extra: comparable ? spread(paired(times(row), times(base))) : undefined };
    });
}

const plusMinus = (mean: string, sd: string | undefined): string =>
  sd === undefined ? mean : `${mean} ± ${sd}`;

const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(1);
  return text === '0.0' ? text : `${value < 0 ? '−' : '+'}${text}`;
};

const SOFTWARE = /\(software\)$/;

const softwareLast = (a: Part, b: Part): number =>
  Number(SOFTWARE.test(a.section.backend)) - Number(SOFTWARE.test(b.section.backend));

export interface Cost {
  /** Such as `+3.2 ± 0.4 ms/step, software adapter`. */
  readonly short: string;
  /** The whole sentence, with the adapter. */
  readonly long: string;
}

/** Cost over labels-only; from a graphics card where there is one, else the most images. Undefined: not measured. */
export function costOf(parts: readonly Part[]): Cost | undefined {
  const timed = parts.filter((part) => part.extra !== undefined);
  const part = timed.sort(
    (a, b) => softwareLast(a, b) || b.section.dataset.train - a.section.dataset.train,
  )[0];
  if (!part?.extra) return undefined;
  const { mean, sd, n } = part.extra;
  const { dataset, backend, budget } = part.section;
  const time = plusMinus(signed(mean), sd?.toFixed(1));
  return {
    short: `${time} ms/step${SOFTWARE.test(backend) ? ', software adapter' : ''}`,
    long: `${time} ms per training step compared with labels-only and the same student (N = ${n}), on ${backend}; ${dataset.name}, ${dataset.shape}, batches of ${budget.batchSize}.`,
  };
}

const share = ({ mean, sd }: Spread): string =>
  plusMinus(percent(mean), sd === undefined ? undefined : (100 * sd).toFixed(1));
const plain =
  (digits: number) =>
  ({ mean, sd }: Spread): string =>
    plusMinus(mean.toFixed(digits), sd?.toFixed(digits));
const inPoints = ({ mean, sd }: Spread): string =>
  plusMinus(points(mean), sd === undefined ? undefined : (100 * sd).toFixed(1));

export interface Line {
  readonly label: string;
  readonly title: string;
  readonly own: string;
  readonly base: string;
}

const MEASURES = [
  ['accuracy', 'Accuracy', 'Share of test images with the right class', share],
  ['nll', 'NLL', 'Negative log-likelihood; lower is better', plain(3)],
  ['ece', 'ECE', 'Expected calibration error in 15 bins; lower is better', share],
  ['agreement', 'Agreement', 'Share of test images that get the class the teacher gives them', share],
  [MILLISECONDS, 'ms per step', 'Time of this learner’s part of a training step', plain(1)],
] as const;

const NOT_YET = 'not measured yet';

/** The measured numbers as lines of a table; what is absent says so. */
export function linesOf({ row, base }: Part): readonly Line[] {
  const lines = MEASURES.map(([metric, label, title, text]): Line => {
    const cell = (r: Row | undefined) => {
      const found = r?.metrics[metric];
      return found ? text(found) : NOT_YET;
    };
    return { label, title, own: cell(row), base: cell(base) };
  });
  const gain = row?.gain ? inPoints(row.gain) : row && row === base ? '0 (by definition)' : NOT_YET;
  const title = 'Accuracy less that of labels-only with the same seed, in points';
  return lines.toSpliced(1, 0, { label: 'Gain', title, own: gain, base: '0' });
}

/** Where the numbers come from: data, budget and seeds. */
export function budgetText({ section, row }: Part): string {
  const { dataset, budget } = section;
  const seeds = row ? `N = ${row.n}${row.diverged > 0 ? `, ${row.diverged} diverged` : ''}` : '';
  const parts = [
    `${dataset.classes} classes, ${dataset.shape}`,
    `${count(dataset.train)} training images`,
    `${budget.epochs} epochs`,
    ...(row ? [row.model, seeds] : []),
  ];
  return parts.join(' · ');
}

const METRIC_NAMES: Readonly<Record<string, string>> = { accuracy: 'accuracy', ece: 'ECE', nll: 'NLL' };

export interface Sentence {
  readonly verdict: string;
  readonly text: string;
}

/** A claim of the paper, held against the numbers. */
export function claimText(
  { metric, better, against, than, difference, verdict }: Judged,
  nameOf: (id: string) => string,
  trial?: TrialAbout,
): Sentence {
  const metricName = (id: string) => trial?.numbers[id]?.name ?? METRIC_NAMES[id] ?? id;
  const other = than === undefined ? nameOf(against) : metricName(than);
  const what = `${better} ${metricName(metric)} than ${other}`;
  if (verdict === 'not measured' || !difference) return { verdict: 'Not measured yet', text: what };
  const word = verdict === 'shows' ? 'Shows at this scale' : 'Does not show at this scale';
  const raw = trial?.numbers[metric]?.format === 'plain';
  const by = raw ? plain(3)(difference) : `${inPoints(difference)} points`;
  return { verdict: word, text: `${what} (${by}, N = ${difference.n})` };
}

/** Adapters and versions of the code, each said once. */
export function originText(parts: readonly Part[]): string {
  const backends = [...new Set(parts.map(({ section }) => section.backend))].join('; ');
  const commits = [...new Set(parts.flatMap(({ section }) => section.commits))].join(', ');
  return `Measured with ${backends}; source ${commits}.`;
}
