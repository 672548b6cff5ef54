/** What is known about a data set as text: the same words in the dialog, in its copy and in the terminal. */
import { count } from '../core/format';
import type { DatasetSummary, Skipped } from '../data/dataset';

/** A data set as the importer made it, without pictures. */
export type DatasetReport = Omit<DatasetSummary, 'thumbnails' | 'thumbnailSize'>;

/** Fewer images than this make a class's scores say little. */
export const FEW = 10;

export const imagesOf = ({ counts }: DatasetReport): number => counts.train + counts.validation + counts.test;

/** Classes with fewer than ten images. */
export const smallClasses = ({ classNames, perClass }: DatasetReport): readonly string[] =>
  classNames.filter((_, i) => (perClass[i] ?? 0) < FEW);

/** Images of the largest class to those of the smallest. */
export const imbalance = ({ perClass }: DatasetReport): number =>
  Math.max(...perClass) / Math.max(1, Math.min(...perClass));

const times = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;

/** Skipped files by reason, most frequent first. */
export function skippedByReason(
  skipped: readonly Skipped[],
): readonly (readonly [code: string, files: number])[] {
  const counts = new Map<string, number>();
  for (const { code } of skipped) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, p], [, q]) => q - p);
}

export interface Fact {
  readonly name: string;
  readonly text: string;
}

function channelsText({ findings: { channels }, shape }: DatasetReport): string {
  const { grey, colour } = channels;
  const found =
    grey && colour ? `${count(grey)} grey, ${count(colour)} colour` : grey ? 'all grey' : 'all colour';
  return `${found}; used as ${shape.width}×${shape.height} ${shape.channels === 1 ? 'grey' : 'colour'}`;
}

function equalText({ findings: { duplicates, leaks } }: DatasetReport): string {
  if (duplicates.images === 0) return 'none';
  const leaked = leaks.validation + leaks.test;
  const parts = [
    `${count(duplicates.images)}`,
    duplicates.otherClass ? `${count(duplicates.otherClass)} of another class` : '',
    leaked ? `${count(leaked)} across splits` : 'none across splits',
  ];
  return parts.filter(Boolean).join(', ');
}

const listed = (names: readonly string[], most: number): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** The figures of a data set, one line each. */
export function factsOf(report: DatasetReport): readonly Fact[] {
  const { counts, sizes, source, classNames, pool } = report;
  const small = smallClasses(report);
  const columns = source.columns.map(({ name, classes }) => `${name} (${classes})`);
  return [
    { name: 'Images', text: count(imagesOf(report)) },
    ...(pool
      ? [{ name: 'Without labels', text: `${count(pool.count)}, kept as a pool ('${pool.name}')` }]
      : []),
    { name: 'Classes', text: `${classNames.length}, by ${source.labelName}` },
    ...(columns.length ? [{ name: 'Other labels', text: listed(columns, 6) }] : []),
    {
      name: 'Split',
      text: `${count(counts.train)} training, ${count(counts.validation)} validation, ${count(counts.test)} final test`,
    },
    {
      name: 'Sizes found',
      text: sizes.length
        ? listed(
            sizes.map(({ size, count: n }) => `${size} (${count(n)})`),
            4,
          )
        : 'one size',
    },
    { name: 'Channels', text: channelsText(report) },
    { name: 'Equal images', text: equalText(report) },
    { name: 'Balance', text: `largest class ${times(imbalance(report))} the smallest` },
    { name: `Under ${FEW} images`, text: small.length ? listed(small, 6) : 'no class' },
  ];
}

/** What was done to the classes, in words; empty when nothing was. */
export function editsText({ edits, source }: DatasetReport): string {
  const name = (number: number) => source.classNames[number] ?? String(number);
  const classes = (edits?.classes ?? []).map(([number, text]) =>
    text ? `${name(number)} is called ${text}` : `${name(number)} left out`,
  );
  return classes.join('; ');
}

/** The whole report as plain text: figures, every class, warnings, and every file that was left out. */
export function reportText(report: DatasetReport): string {
  const { classNames, perClass, findings, fingerprint, warnings, skipped } = report;
  const { perSplit } = findings;
  const edited = editsText(report);
  return [
    ...factsOf(report).map(({ name, text }) => `${name}: ${text}`),
    `Fingerprint: ${fingerprint}`,
    ...(edited ? [`Edited: ${edited}`] : []),
    'Images per class (training, validation, final test):',
    ...classNames.map((name, k) => {
      const splits = [perSplit.train[k], perSplit.validation[k], perSplit.test[k]].map((n) => count(n ?? 0));
      return `  ${name}: ${count(perClass[k] ?? 0)} (${splits.join(', ')})`;
    }),
    ...warnings.map((warning) => `Note: ${warning}`),
    `Left out: ${
      skipped.length
        ? skippedByReason(skipped)
            .map(([code, n]) => `${count(n)} ${code}`)
            .join(', ')
        : 'nothing'
    }`,
    ...skipped.map(({ name, code, message }) => `  ${name}: ${message} [${code}]`),
  ].join('\n');
}
