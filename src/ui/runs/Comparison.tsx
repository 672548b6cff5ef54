import { useMemo, useState } from 'react';
import { percent } from '../../core/format';
import { type ComparedRow, rowsOfRuns } from '../../state/compare';
import type { KeptRun } from '../../state/history-db';
import { assignLooks, colorOf, type Look } from '../../state/looks';
import { studentLabels } from '../../state/naming';
import { Series } from '../../state/series';
import { useView } from '../../state/view';
import { AxesMenu } from '../charts/AxesMenu';
import { type XFacts, xMapOf } from '../charts/axes';
import { LiveChart } from '../charts/lazy';
import type { ChartLine } from '../charts/line';
import { cardOf } from '../hooks';
import { Segments, SelectField, useScheme } from '../kit';
import { stepsPerEpoch, tableOf, useXWord } from '../panels/lines';
import { Panel } from '../panels/Panel';
import { ComparisonTable } from './ComparisonTable';
import { TakeAway } from './TakeAway';
import { nameAmong } from './when';

const METRICS = [
  { value: 'accuracy', label: 'Accuracy' },
  { value: 'ece', label: 'ECE' },
  { value: 'nll', label: 'NLL' },
] as const;
type MetricId = (typeof METRICS)[number]['value'];

/** One look per row over all runs; equal methods of two runs must not look the same. */
function looksOf(rows: readonly ComparedRow[]): ReadonlyMap<string, Look> {
  const named = rows.map((row, i) => {
    const key = row.id.split('/')[1];
    const method = row.run.config.students.find((s) => s.key === key)?.method.id ?? '';
    return { key: `s${i + 2}`, method: { id: method } };
  });
  const looks = assignLooks(named);
  return new Map(rows.map((row, i) => [row.id, looks.get(`s${i + 2}`)!]));
}

function seriesOf({ validation }: KeptRun['learners'][number]): Series {
  const series = new Series(validation.columns.length);
  series.append(validation.rows.length / (validation.columns.length + 1), validation.rows);
  return series;
}

/** Where the steps of a row's learners lie; those of a row ran together. */
function factsOf({ run: { config }, learners: [first] }: ComparedRow): XFacts {
  const { times: kept } = first ?? {};
  const times = new Series(1);
  if (kept) times.append(kept.length / 2, kept);
  return {
    stepsPerEpoch: first ? stepsPerEpoch(first.learner, config) : 1,
    batchSize: config.training.batchSize,
    times: times.length > 1 ? times : undefined,
  };
}

function useLines(
  rows: readonly ComparedRow[],
  looks: ReadonlyMap<string, Look>,
  metric: MetricId,
): readonly ChartLine[] {
  const { scheme } = useScheme();
  const kind = useView((view) => view.axes.x);
  const all = useMemo(
    () => new Map(rows.flatMap((row) => row.learners.map((kept) => [kept, seriesOf(kept)] as const))),
    [rows],
  );
  return useMemo(
    () =>
      rows.map((row) => ({
        key: row.id,
        label: row.label,
        look: looks.get(row.id)!,
        color: colorOf(looks.get(row.id)!, scheme),
        planned: row.learners[0]?.learner.steps ?? 0,
        x: xMapOf(kind, factsOf(row)),
        members: row.learners.map((kept) => ({
          series: all.get(kept)!,
          column: kept.validation.columns.indexOf(metric),
        })),
      })),
    [rows, looks, all, metric, kind, scheme],
  );
}

function Curves({ rows, looks }: { rows: readonly ComparedRow[]; looks: ReadonlyMap<string, Look> }) {
  const [metric, setMetric] = useState<MetricId>('accuracy');
  const by = useXWord();
  const lines = useLines(rows, looks, metric);
  const format = metric === 'nll' ? (v: number) => v.toFixed(3) : (v: number) => percent(v);
  const steps = rows.flatMap(({ learners }) => learners.map(({ learner }) => learner.steps));
  return (
    <Panel
      title="Validation"
      note={`by ${by}`}
      className="compare-chart"
      controls={
        <>
          <AxesMenu />
          <Segments label="Metric" value={metric} options={METRICS} onChange={setMetric} />
        </>
      }
      table={() => tableOf(lines, format)}
    >
      <LiveChart
        lines={lines}
        label="Validation metric of the compared students"
        planned={Math.max(0, ...steps)}
        format={format}
        {...(metric === 'nll' ? {} : { limits: [0, 1] as const })}
      />
    </Panel>
  );
}

/** Chosen runs over each other: curves, results, and differences paired by seed. */
export function Comparison({ runs }: { runs: readonly KeptRun[] }) {
  const rows = useMemo(
    () =>
      rowsOfRuns(
        runs,
        (run, student) => studentLabels(run.config.students, cardOf).get(student.key) ?? student.key,
      ),
    [runs],
  );
  const looks = useMemo(() => looksOf(rows), [rows]);
  const [chosen, setChosen] = useState<string>();
  const baseline = rows.find((row) => row.settings['student.method.id'] === 'labels-only') ?? rows[0];
  const reference = rows.find((row) => row.id === chosen) ?? baseline;
  if (!reference) return null;
  const name = (row: ComparedRow) =>
    runs.length > 1 ? `${row.label} · ${nameAmong(row.run, runs)}` : row.label;
  return (
    <div className="stack">
      <Curves rows={rows} looks={looks} />
      <SelectField
        label="Differences are counted from"
        value={reference.id}
        options={rows.map((row) => ({ value: row.id, label: name(row) }))}
        onChange={setChosen}
      />
      <ComparisonTable runs={runs} rows={rows} reference={reference} looks={looks} />
      <TakeAway runs={runs} rows={rows} reference={reference} looks={looks} nameOf={name} />
      <p className="quiet">
        Measured on the final test images; mean ± standard deviation over seeds. A paired difference subtracts
        seed by seed and shows its 95% interval; it is conclusive when the interval leaves out zero.
      </p>
    </div>
  );
}
