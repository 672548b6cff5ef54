/** A comparison of kept runs as one HTML page: no scripts, nothing to fetch, made to be printed. Pure. */
import { percent, points, short } from '../core/format';
import { linkTo } from '../share/link';
import { type ReportLine, reportChart } from '../share/report/chart';
import { html } from '../share/report/html';
import { type ReliabilityLine, reliabilityChart } from '../share/report/reliability';
import { REPORT_STYLE } from '../share/report/style';
import type { Stat } from './aggregate';
import { mergeBins } from './bins';
import { type ComparedRow, conclusion, differing, pairedWith, testStat } from './compare';
import type { KeptRun } from './history-db';

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

const METRICS = [
  { id: 'accuracy', name: 'Accuracy', text: (v: number) => percent(v), gap: points, unit: ' points' },
  { id: 'nll', name: 'NLL', text: (v: number) => v.toFixed(3), gap: signed, unit: '' },
  { id: 'brier', name: 'Brier score', text: (v: number) => v.toFixed(3), gap: signed, unit: '' },
  { id: 'ece', name: 'ECE', text: (v: number) => percent(v), gap: points, unit: ' points' },
] as const;
type Metric = (typeof METRICS)[number];

export interface ReportInput {
  readonly runs: readonly KeptRun[];
  readonly rows: readonly ComparedRow[];
  readonly reference: ComparedRow;
  /** What a row is called among all rows. */
  readonly nameOf: (row: ComparedRow) => string;
  readonly styleOf: (row: ComparedRow) => { readonly color: string; readonly dash: string };
  /** Address of the page, for the links. */
  readonly address: string;
  /** When the report is made, as text. */
  readonly made: string;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const cells = (row: readonly string[]) =>
    row.map((text, i) => (i ? `<td>${html(text)}</td>` : `<th scope="row">${html(text)}</th>`)).join('');
  const heads = head.map((text) => `<th scope="col">${html(text)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
};

const spread = (stat: Stat | undefined, { text }: Metric): string => {
  if (!stat) return '–';
  return stat.std === undefined ? text(stat.mean) : `${text(stat.mean)} ± ${text(stat.std)}`;
};

function gap(row: ComparedRow, { reference }: ReportInput, metric: Metric): string {
  const found = pairedWith(row, reference, metric.id);
  const words = conclusion(row, reference, found);
  if (!found) return words;
  const range = found.interval?.map(metric.gap).join(' to ');
  return `${metric.gap(found.stat.mean)}${range ? ` [${range}]` : ''}, N = ${found.stat.n}, ${words}`;
}

/** What the comparison with the reference amounts to, one sentence a row. */
export function verdicts(input: ReportInput): string[] {
  const { rows, reference, nameOf } = input;
  const accuracy = METRICS[0];
  return rows
    .filter((row) => row !== reference)
    .map((row) => {
      const found = pairedWith(row, reference, 'accuracy');
      const words = conclusion(row, reference, found);
      const [who, whom] = [nameOf(row), nameOf(reference)];
      if (!found) return `${who} cannot be compared with ${whom}: ${words}.`;
      const { stat, interval: range } = found;
      const seeds = stat.n === 1 ? 'one seed' : `${stat.n} seeds, paired`;
      const side = stat.mean > 0 ? 'ahead of' : 'behind';
      const by = points(stat.mean).replace(/^[+−]/, '');
      const what =
        by === '0.0'
          ? `${who} is level with ${whom}`
          : `${who} is ${side} ${whom} by ${by} points of accuracy`;
      const within = range ? `; 95% interval ${range.map(accuracy.gap).join(' to ')}` : '';
      const verdict = found.conclusive ? 'conclusive at 95%' : 'not conclusive';
      return `${what} (${seeds}${within}): ${verdict}.`;
    });
}

/** Mean, least and largest over seeds at each step that all of them measured. */
function line(row: ComparedRow, metric: string, input: ReportInput): ReportLine {
  const series = row.learners.map(({ validation: { columns, rows } }) => {
    const [width, column] = [columns.length + 1, columns.indexOf(metric) + 1];
    return new Map(
      Array.from(
        { length: rows.length / width },
        (_, i) => [rows[i * width]!, rows[i * width + column]!] as const,
      ),
    );
  });
  const steps = [...(series[0]?.keys() ?? [])].filter((step) => series.every((one) => one.has(step)));
  return {
    label: input.nameOf(row),
    ...input.styleOf(row),
    points: steps.map((step) => {
      const values = series.map((one) => one.get(step)!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [step, mean, Math.min(...values), Math.max(...values)] as const;
    }),
  };
}

/** Confidence against accuracy of a row's seeds put together; undefined where no run of it holds them. */
function reliability(row: ComparedRow, input: ReportInput): ReliabilityLine[] {
  const bins = mergeBins(row.learners.flatMap((kept) => kept.reliability ?? []));
  return bins.some(({ count }) => count > 0)
    ? [{ label: input.nameOf(row), ...input.styleOf(row), bins }]
    : [];
}

function charts(input: ReportInput): string {
  const legend = input.rows.map((row) => {
    const { color, dash } = input.styleOf(row);
    const stroke = `stroke="${html(color)}" stroke-width="2"${dash ? ` stroke-dasharray="${html(dash)}"` : ''}`;
    return `<li><svg viewBox="0 0 30 10" aria-hidden="true"><path d="M0 5H30" ${stroke}/></svg>${html(input.nameOf(row))}</li>`;
  });
  const drawn = METRICS.filter(({ id }) => id !== 'brier').map(({ id, name, text }) =>
    reportChart({
      title: `${name}, validation images`,
      unit: 'by training step; line: mean over seeds, band: least to largest',
      lines: input.rows.map((row) => line(row, id, input)),
      format: text,
    }),
  );
  const sure = input.rows.flatMap((row) => reliability(row, input));
  const missing = input.rows.length - sure.length;
  const note =
    missing > 0
      ? '<p class="quiet">No reliability diagram of runs that were kept before it was, or not tested.</p>'
      : '';
  const all = `${drawn.join('')}${reliabilityChart(sure)}`;
  return `<ul class="legend">${legend.join('')}</ul><div class="charts">${all}</div>${note}`;
}

const shown = (value: string | undefined): string => {
  if (value === undefined) return '–';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? short(Number(value)) : value;
};

function setups({ runs, address }: ReportInput): string {
  return runs
    .map(({ name, note, data, device, config, created }) => {
      const { training, seeds, teacher } = config;
      const facts = [
        ['Data', `${data.name}, ${data.classes} classes, fingerprint ${data.fingerprint}`],
        ['Teacher', `${teacher.model.id} ${JSON.stringify(teacher.model.params)}, ${teacher.mode}`],
        [
          'Students',
          `${training.epochs} epochs, batches of ${training.batchSize}, seeds ${seeds.join(', ')}`,
        ],
        ['Computed on', device || 'unknown'],
        ['Ended', new Date(created).toISOString().slice(0, 16).replace('T', ' ')],
        ...(note ? [['Note', note]] : []),
      ];
      const list = facts.map(([what, text]) => `<dt>${html(what!)}</dt><dd>${html(text!)}</dd>`).join('');
      const link = `<a href="${html(linkTo(config, address))}">Open this set-up</a>`;
      return `<section><h3>${html(name)}</h3><dl>${list}</dl><p>${link}</p></section>`;
    })
    .join('\n');
}

/** The whole page. */
export function comparisonReport(input: ReportInput): string {
  const { rows, reference, nameOf, made } = input;
  const paths = differing(rows);
  const others = rows.filter((row) => row !== reference);
  const title = input.runs.length === 1 ? input.runs[0]!.name : `${input.runs.length} runs compared`;
  const measured = rows.map((row) => [
    nameOf(row),
    String(testStat(row, 'accuracy')?.n ?? 0),
    ...METRICS.map((metric) => spread(testStat(row, metric.id), metric)),
  ]);
  const paired = others.map((row) => [nameOf(row), ...METRICS.map((metric) => gap(row, input, metric))]);
  const settings = paths.map((path) => [path, ...rows.map((row) => shown(row.settings[path]))]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(title)} · Condenser</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header><h1>${html(title)}</h1><p class="quiet">Condenser, ${html(made)}</p></header>
<main>
<h2>Verdict</h2>
<ul>${verdicts(input)
    .map((sentence) => `<li>${html(sentence)}</li>`)
    .join('')}</ul>
<h2>Accuracy and calibration on the final test images</h2>
${table(['Student', 'Seeds', ...METRICS.map(({ name }) => name)], measured)}
<p class="quiet">Mean ± standard deviation over seeds. Lower is better, except for accuracy.</p>
${
  others.length
    ? `<h2>Differences from ${html(nameOf(reference))}, paired by seed</h2>
${table(['Student', ...METRICS.map(({ name, unit }) => `${name}${unit ? ',' : ''}${unit}`)], paired)}
<p class="quiet">Mean difference [95% interval by Student’s t]. Conclusive: the interval leaves out zero.</p>`
    : ''
}
<h2>Curves</h2>
${charts(input)}
${settings.length ? `<h2>What differs</h2>\n${table(['Setting', ...rows.map(nameOf)], settings)}` : ''}
<h2>Set-up</h2>
${setups(input)}
</main>
</body>
</html>
`;
}
