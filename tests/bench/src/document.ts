/** `docs/performance.md`: the figures of one run and the goals they meet or miss. */
import { type GoalRow, goalRows } from './goals';
import { ENGINES, ratiosOf, tableOf, textOf } from './report';
import type { Growth, NetResult, Results } from './types';

export { NETS } from './nets';
export { ratiosOf, textOf };

const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function markdownTable(table: readonly (readonly string[])[]): string {
  const [header = [], ...rows] = table;
  const filled = rows.map((row) => [...row, ...Array.from({ length: header.length - row.length }, () => '')]);
  return [header, header.map(() => '---'), ...filled].map(markdownRow).join('\n');
}

function parametersOf({ engines }: NetResult): number | undefined {
  return engines['ours']?.parameters;
}

function netSection(net: string, result: NetResult): string {
  const parameters = parametersOf(result)?.toLocaleString('en') ?? 'unknown';
  return `### ${net}\n\nBatch ${result.batch}, ${parameters} parameters.\n\n${markdownTable(tableOf(result))}`;
}

function missedSection(rows: readonly GoalRow[]): string {
  const missed = rows.filter(({ state }) => state === 'missed');
  if (missed.length === 0) return 'None of the measured ones.';
  return missed
    .map(
      ({ row, goal, missed: figures, why }) =>
        `- ${row} (${goal}): ${figures.join(', ')}.${why && ` ${why}`}`,
    )
    .join('\n');
}

/** How the forms of our kernels were chosen, net by net. */
function formsSection({ nets }: Results): string {
  const rows = Object.entries(nets).flatMap(([net, { engines }]) => {
    const forms = engines['ours']?.forms;
    return forms ? [[net, forms]] : [];
  });
  return rows.length ? markdownTable([['net', 'forms of kernels'], ...rows]) : 'Not told by this run.';
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const GROWTH: Readonly<Record<keyof Growth, readonly [what: string, unit: string]>> = {
  batch: ['a step of the cnn, by the size of its batch', 'images'],
  images: ['a step of a thin mlp on batches of 64, by the size of the set', 'images'],
  files: ['an import of a folder of pictures', 'files'],
};

function growthRows(growth: Growth | undefined): string[][] {
  if (!growth) return [];
  return Object.entries(GROWTH).map(([key, [what, unit]]) => {
    const series = growth[key as keyof Growth];
    return [what, series.map(({ count, ms }) => `${ms.toFixed(1)} ms for ${count} ${unit}`).join(', ')];
  });
}

/** Whole runs on the page and in its worker. */
function productSection({ product = {} }: Results): string {
  const { memory, firstPoint, accuracy, growth } = product;
  const percent = (values: readonly number[]) => values.map((v) => `${(100 * v).toFixed(1)} %`).join(', ');
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const rows = [
    ...(memory
      ? [
          ['GPU memory of the ready set-up on 600 images, as estimated', megabytes(memory.estimated)],
          ['the same, held at its end', megabytes(memory.measured)],
          ['features of the adapter that are used', memory.features.join(', ') || 'none'],
        ]
      : []),
    ...(firstPoint
      ? [
          ['first point of a curve after Start, ready set-up', seconds(firstPoint.afterStart)],
          ['the same after navigation to the page', seconds(firstPoint.afterNavigation)],
        ]
      : []),
    ...(accuracy
      ? [
          ['test accuracy of three seeds, products of 32 bit floats', percent(accuracy.full)],
          ['the same with operands rounded to 16 bits', percent(accuracy.half)],
        ]
      : []),
    ...growthRows(growth),
  ];
  return rows.length ? markdownTable([['what', 'measured'], ...rows]) : 'Not measured by this run.';
}

export function documentOf(results: Results): string {
  const goals = goalRows(results);
  const engines = Object.entries(ENGINES).map(([id, name]) => [`\`${id}\``, name]);
  const ratios = Object.entries(results.ratios).map(([name, value]) => [`\`${name}\``, value.toFixed(3)]);
  const facts = [
    ['date', results.date],
    ['commit', results.commit ?? 'unknown'],
    ['adapter', results.adapter],
    ['browser', results.browser],
    ['processor cores', String(results.cores)],
    ['load average before', results.load ?? 'unknown'],
    ['command', `\`${results.command ?? 'the page by itself'}\``],
  ];
  return `# Performance

Written by \`npm run bench\`; do not edit.

${markdownTable([['run', ''], ...facts])}

A step is forward pass, backward pass and Adam on one batch. Every engine starts from the same weights and sees
the same batches; rounds are taken in turn, and a figure is the median of the rounds. \`loss diff\` is the largest
relative difference from our losses over the first steps. Ours also gathers the batch, moves the running
statistics of batch norm and writes the curves; the peers do not. JavaScript is timed step by step from an idle queue, and
\`buffers\` are all GPU buffers the engine holds. On a software adapter absolute times say nothing about GPUs.

## Goals

${markdownTable([['what', 'goal', 'measured', 'state'], ...goals.map((g) => [g.row, g.goal, g.measured, g.state])])}

### Missed

${missedSection(goals)}

## The product

${productSection(results)}

## Ratios

Time of the first over time of the second; memory and JavaScript where the name says so.

${markdownTable([['ratio', 'value'], ...ratios])}

## Kernel forms

Kernels have several forms (see kernels.md). Software adapters take the one without workgroup memory; on others new
pairs of kernel and size are timed before the first step, for at most 0.3 s, which is part of the first step's time.

${formsSection(results)}

## Measurements

${markdownTable([['engine', 'what it is'], ...engines])}

${Object.entries(results.nets)
  .map(([net, result]) => netSection(net, result))
  .join('\n\n')}
`;
}
