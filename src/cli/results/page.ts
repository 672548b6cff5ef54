/** docs/results.md out of docs/results.json. Pure: the page says nothing that the file does not hold. */
import { count, short } from '../../core/format';
import { ready } from '../../share/catalogue';
import { BASELINE, MILLISECONDS, type Results, type Row, type Section } from '../../share/results';
import { claim, gain, line, plain, share } from './cells';
import { gridText } from './grid';
import { acrossRegimes } from './regimes';
import { acrossSettings, TRIALS, trialAbove, trialTable } from './trial-page';

const NOTE = '<!-- Made by `npm run results` from results.json. Do not edit. -->';

const HOW = `Every method trains the same small student, with the same optimiser and for the same number of epochs, on the
same batches; each keeps its default parameters, none is tuned. The methods run side by side under one teacher.
A seed decides the starting weights of a student and the chance in its method; the split is always the same.
Whether a seed also has its own teacher and order of images is said with each table. Measured on the test split
after the last epoch.

- **Gain**: accuracy less that of *Labels only* with the same seed, in points; the mean of these differences and
  their own spread.
- **±** is the sample standard deviation over seeds. **N** counts the seeds that came to their end.
- **ECE**: 15 equal-width bins. **Agreement**: share of test images that get the class the teacher gives them.
- **ms**: this learner's part of one training step, timed by itself once a run. It includes whatever
  else the machine did at that moment.
- **Claim**: *shows* when the difference, taken seed by seed, points the way the paper says and its mean is more
  than t standard errors from zero, t being the 95 % quantile of Student's t (2.92 for 3 seeds, one-sided);
  otherwise *does not show*; *not measured* with fewer than two seeds in common. Which metric is
  compared with which method is fixed beforehand in \`src/cli/results/claims.ts\`. Where a method makes no
  difference, about one comparison in twenty shows by chance. The spread is that of training, not of the choice of
  test images, which are the same for all.

Small networks, few images and few epochs: a claim that does not show here is not refuted.`;

const HEAD = [
  'Learner',
  'Id',
  'Accuracy',
  'Gain',
  'NLL',
  'ECE',
  'Agreement',
  'ms',
  'N',
  'Claim at this scale',
];

function tableRow(row: Row): string {
  const isTeacher = row.id === 'teacher';
  return line([
    isTeacher ? '*Teacher*' : row.name,
    isTeacher ? '' : `\`${row.id}\``,
    share(row, 'accuracy'),
    isTeacher ? '' : gain(row),
    plain(row, 'nll', 3),
    share(row, 'ece'),
    isTeacher ? '' : share(row, 'agreement'),
    plain(row, MILLISECONDS, 1),
    row.diverged > 0 ? `${row.n}, ${row.diverged} diverged` : String(row.n),
    row.claims.map((judged) => claim(judged)).join('; '),
  ]);
}

/** Where the run is smaller than the ready set-up. */
function aboutCuts({ budget, dataset }: Section): string[] {
  const pixels = Number.parseInt(dataset.shape, 10);
  const cuts = [
    ...(budget.epochs < ready.training.epochs
      ? [`${budget.epochs} epochs instead of ${ready.training.epochs}`]
      : []),
    ...(budget.teacherEpochs < ready.teacher.epochs
      ? [`${budget.teacherEpochs} for the teacher instead of ${ready.teacher.epochs}`]
      : []),
    ...(pixels < ready.data.size ? [`images of ${pixels} pixels instead of ${ready.data.size}`] : []),
  ];
  return cuts.length > 0 ? [`Less than the ready set-up, to save time: ${cuts.join(', ')}.`] : [];
}

/** Is the teacher better than its students? */
function aboutTeacher({ teacher, rows }: Section): string {
  const mean = (row: Row) => row.metrics['accuracy']?.mean ?? Number.NaN;
  const above = rows.filter((row) => mean(row) >= mean(teacher));
  if (above.length === 0) return `The teacher is more accurate than each of the ${rows.length} students.`;
  const names = above.map((row) => `\`${row.id}\``).join(', ');
  return `The teacher is **not** more accurate than ${above.length} of ${rows.length} students: ${names}.`;
}

function aboutRuns(section: Section): string[] {
  const { sameTeacher, failures, rows, teacher } = section;
  const counts = new Map<string, number>();
  for (const { verdict } of rows.flatMap((row) => row.claims))
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const tally = ['shows', 'does not show', 'not measured'].flatMap((verdict) =>
    counts.has(verdict) ? [`${counts.get(verdict)} ${verdict}`] : [],
  );
  const seeds = Math.max(...rows.map((row) => row.n + row.diverged));
  return [
    ...aboutCuts(section),
    ...(seeds === 1
      ? []
      : [
          teacher.n === 1
            ? 'One teacher and one order of the images for all seeds: the spread leaves their part out.'
            : 'Each seed has its own teacher and its own order of the images.',
        ]),
    ...(section.trial ? [] : [aboutTeacher(section)]),
    ...(tally.length > 0 ? [`Claims: ${tally.join(', ')}.`] : []),
    ...(sameTeacher === undefined
      ? []
      : [
          sameTeacher
            ? 'The methods were trained in several runs; the teachers of equal seed measured exactly alike.'
            : 'The methods were trained in several runs, and teachers of equal seed did **not** measure alike.',
        ]),
    ...failures.map((failure) => `Missing: ${failure}`),
  ];
}

const keptText = ({ dataset, regime }: Section): string =>
  dataset.kept === undefined || dataset.kept === dataset.train
    ? ''
    : ` (students see ${count(dataset.kept)} of them: \`${regime}\`)`;

function sectionText(section: Section): string[] {
  const { dataset, budget, teacher, rows } = section;
  const student = rows.find((row) => row.id === (section.trial?.baseline ?? BASELINE)) ?? rows[0]!;
  const size = (row: Row) => `${row.model} (${count(row.parameters)} parameters)`;
  return [
    `${section.trial ? '###' : '##'} ${dataset.name}`,
    '',
    ...trialAbove(section),
    `${dataset.classes} classes, ${dataset.shape}; ${count(dataset.train)} images to train${keptText(section)}, ${count(dataset.validation)} for validation, ${count(dataset.test)} to test.`,
    `Teacher ${size(teacher)}, ${budget.teacherEpochs} epochs; student ${size(student)}, ${budget.epochs} epochs${section.regime ? ' or as many steps on fewer images' : ''};`,
    `batches of ${budget.batchSize}, ${budget.optimizer}, rate ${short(budget.rate)}.`,
    '',
    ...aboutRuns(section).map((text) => `- ${text}`),
    '',
    ...(section.trial
      ? trialTable(section, section.trial)
      : [line(HEAD), line(HEAD.map(() => '---')), ...[teacher, ...rows].map(tableRow)]),
    '',
    '```sh',
    section.command,
    '```',
    '',
    `Set-up, as it differs from the ready one: \`${JSON.stringify(section.config)}\`.`,
    `${section.minutes} minutes on ${section.backend}; ${Object.entries(section.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}; source ${section.commits.join(', ')}.`,
    '',
  ];
}

/** The whole page. */
export function resultsPage(results: Results): string {
  const head = [NOTE, '', '# Results', '', HOW, ''];
  const { sections, grids = [] } = results;
  const own = sections.filter(({ trial }) => trial);
  const tables = [
    ...sections.filter(({ trial }) => !trial).flatMap(sectionText),
    ...acrossRegimes(sections),
    ...grids.flatMap(gridText),
    ...(own.length > 0 ? [...TRIALS, ...own.flatMap(sectionText), ...acrossSettings(own)] : []),
  ];
  return `${[...head, ...tables].join('\n').trimEnd()}\n`;
}
