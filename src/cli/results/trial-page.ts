/** Sections of docs/results.md about one method in the set-up its claim is about. Pure. */
import { paired, spread, verdict } from '../../core/statistics';
import type { Judged, Row, Section, TrialAbout } from '../../share/results';
import { claim, gain, line, plain, share } from './cells';
import { grouped } from './summary';

export const TRIALS = [
  '## Methods in set-ups of their own',
  '',
  'A method for few labels, foreign images, other classes, several tasks or a zoo of networks claims something about',
  'that set-up, so it is measured there, beside comparisons that see the same. Set-ups, rows and claims are fixed',
  'beforehand in `src/cli/results/trials/`; the rule is that of the other claims. Numbers beside accuracy come from',
  'the pictures of the method itself, measured on validation images or in training.',
  '',
];

/** The question of a trial, above its data. */
export const trialAbove = ({ trial }: Section): string[] => (trial ? [trial.question, ''] : []);

function cells(row: Row, trial: TrialAbout): string[] {
  const isTeacher = row.id === 'teacher';
  const numbers = Object.entries(trial.numbers).map(([key, { format }]) =>
    format === 'percent' ? share(row, key) : plain(row, key, 3),
  );
  return [
    isTeacher ? '*Teacher*' : row.name,
    isTeacher ? '' : `\`${row.id}\``,
    share(row, 'accuracy'),
    isTeacher ? '' : gain(row, trial.baseline),
    share(row, 'ece'),
    ...numbers,
    row.diverged > 0 ? `${row.n}, ${row.diverged} diverged` : String(row.n),
    row.claims.map((judged) => claim(judged, trial)).join('; '),
  ];
}

/** Rows with the trial's own numbers as columns. */
export function trialTable({ teacher, rows }: Section, trial: TrialAbout): string[] {
  const names = Object.values(trial.numbers).map(({ name }) => name);
  const over = `Gain over \`${trial.baseline}\``;
  const head = ['Learner', 'Id', 'Accuracy', over, 'ECE', ...names, 'N', 'Claim at this scale'];
  return [
    line(head),
    line(head.map(() => '---')),
    ...[teacher, ...rows].map((row) => line(cells(row, trial))),
  ];
}

/** Differences of a claim, seed by seed, in one setting. */
function differencesIn({ rows }: Section, row: string, { metric, against, than }: Judged) {
  const values = (id: string, key: string) => rows.find((r) => r.id === id)?.values[key] ?? {};
  const [own, other] = [values(row, metric), values(against, than ?? metric)];
  return Object.fromEntries(
    Object.keys(own).flatMap((seed) => {
      const [difference] = paired({ [seed]: own[seed]! }, other);
      return difference === undefined ? [] : [[seed, difference] as const];
    }),
  );
}

/** The mean over settings of each seed that all of them have. */
function meansOver(all: readonly Readonly<Record<string, number>>[]): number[] {
  const [first = {}] = all;
  return Object.keys(first)
    .filter((seed) => all.every((differences) => seed in differences))
    .map((seed) => all.reduce((sum, differences) => sum + differences[seed]!, 0) / all.length);
}

/** Sections of one method that differ in their setting, and were otherwise measured alike. */
function families(sections: readonly Section[]): Section[][] {
  const byMethod = grouped(sections, ({ trial, budget, regime }) =>
    JSON.stringify([trial?.method, budget, regime]),
  );
  return [...byMethod.values()].filter((family) => family.length > 1);
}

/** Every claim in the mean over the settings of its trial; empty where no trial has several. */
export function acrossSettings(sections: readonly Section[]): string[] {
  const lines = families(sections).flatMap((family) => {
    const { rows, trial } = family[0]!;
    return rows.flatMap((row) =>
      row.claims.map((judged) => {
        const differences = meansOver(family.map((section) => differencesIn(section, row.id, judged)));
        const difference = spread(differences);
        const mean: Judged = {
          ...judged,
          ...(difference ? { difference } : {}),
          verdict: verdict(differences, judged.better),
        };
        return `- \`${trial!.method}\`, ${row.name}, over ${family.length} set-ups: ${claim(mean, trial)}.`;
      }),
    );
  });
  if (lines.length === 0) return [];
  return [
    '### Over several set-ups',
    '',
    'The same claims, each difference being the mean over the settings of its trial, seed by seed.',
    '',
    ...lines,
    '',
  ];
}
